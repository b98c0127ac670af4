import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Numbers, packColumns, readColumns } from "./columns.ts";
import { withTree } from "./testing/tree.ts";

const columns = {
  numbers: Int32Array.of(1, -2, 3),
  odd: Buffer.from("é!"),
  empty: new Int32Array(0),
  parts: [Buffer.from("one"), Buffer.from("two")],
};

describe("columns", () => {
  it("[Q2] are read as they were written, in parts or at once", async () => {
    await withTree({}, (root) => {
      const path = join(root, "columns");
      const { sum, parts } = packColumns("key", columns);
      writeFileSync(path, Buffer.concat(parts));
      const read = readColumns(path, "key");
      expect(read?.sum).toBe(sum);
      expect(read?.numbers("numbers")).toEqual(columns.numbers);
      expect(read?.bytes("odd").toString()).toBe("é!");
      expect(read?.bytes("parts").toString()).toBe("onetwo");
      expect(read?.numbers("empty")).toEqual(columns.empty);
      expect(read?.numbers("none")).toHaveLength(0);
      expect(readColumns(path, "other")).toBeUndefined();
      writeFileSync(path, "0 \n");
      expect(readColumns(path, "key")).toBeUndefined();
    });
  });

  it("[Q1] are refused when a byte is another one or lacking", async () => {
    const whole = Buffer.concat(packColumns("key", columns).parts);
    await withTree({}, async (root) => {
      const path = join(root, "columns");
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] as number) ^ change;
          writeFileSync(path, bytes);
          const damaged = readColumns(path, "key");
          // Of the gaps between columns nothing is read.
          for (const name of damaged === undefined ? [] : Object.keys(columns))
            expect(damaged?.bytes(name)).toEqual(readBytes(name));
          writeFileSync(path, whole);
          truncateSync(path, at);
          expect(readColumns(path, "key")).toBeUndefined();
        }),
      );
    });
  });

  it("of numbers grow as far as they have to", () => {
    const numbers = new Numbers();
    for (let value = 0; value < 5000; value++) numbers.push(value);
    expect(numbers.written()).toEqual(Int32Array.from({ length: 5000 }, (_, index) => index));
  });
});

function readBytes(name: string): Buffer {
  const column = columns[name as keyof typeof columns];
  if (column instanceof Int32Array) return Buffer.from(column.buffer);
  return Array.isArray(column) ? Buffer.concat(column) : (column as Buffer);
}
