import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SourceText } from "./source-text.ts";

describe("SourceText", () => {
  test("every place leads back to the bytes that it stands for (M1)", () => {
    const piece = fc.constantFrom("a", "é", "中", "🤨", "\n", "\r\n", "\r", " ", "x1", "\t");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.boolean(),
        fc.nat(),
        fc.nat(),
        (pieces, hasBom, a, b) => {
          const text = pieces.join("");
          const bytes = Buffer.from((hasBom ? "\uFEFF" : "") + text);
          const source = new SourceText(bytes);
          expect(source.text).toBe(text);
          // Only positions between whole characters are ever asked for, and none inside of a line break.
          const cuts = [0];
          for (const one of text.match(/\r\n|[\s\S]/gu) ?? []) cuts.push((cuts.at(-1) ?? 0) + one.length);
          const start = cuts[a % cuts.length] ?? 0;
          const end = cuts[b % cuts.length] ?? 0;
          const place = source.place(Math.min(start, end), Math.max(start, end));
          expect(bytes.subarray(place.start, place.end).toString()).toBe(
            text.slice(Math.min(start, end), Math.max(start, end)),
          );
          const before = text.slice(0, Math.min(start, end)).split(/\r\n|\n|\r(?!\n)/);
          expect(place.column).toBe((before.at(-1)?.length ?? 0) + 1);
        },
      ),
    );
  });

  test("UTF-16 with a mark is read, and bytes that are no UTF-8 keep their offsets", () => {
    const wide = new SourceText(Buffer.from("\uFEFFimport é", "utf16le"));
    expect([wide.text, wide.encoding, wide.byteAt(7)]).toEqual(["import é", "utf-16le", 16]);
    const broken = new SourceText(Uint8Array.from([0x61, 0xff, 0x62]));
    expect([broken.encoding, broken.byteAt(2), broken.text.length]).toEqual(["not-utf-8", 2, 3]);
  });
});
