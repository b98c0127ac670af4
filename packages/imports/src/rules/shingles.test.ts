import { describe, expect, it } from "vitest";
import { definitionBytesMax, shinglesOf } from "./shingles.ts";

const hash = 0x23;
const slash = 0x2f;

/** Long enough for some of its hashes to be kept. */
const body = Array.from({ length: 40 }, (_, index) => `total_${index} = price[${index}] / rate + ${index}`);

function shingles(text: string, comment: number): readonly number[] {
  const bytes = Buffer.from(text);
  return [...shinglesOf(bytes, 0, bytes.length, comment)];
}

describe("shingles", () => {
  it("are ascending, and each is there once", () => {
    const found = shingles([...body, ...body].join("\n"), hash);
    expect(found.length).toBeGreaterThan(20);
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
  });

  it("are the same whatever the white space and the comments", () => {
    const plain = body.join("\n");
    expect(shingles(body.map((line) => `\t ${line}  # über ${line}`).join("\r\n\n"), hash)).toEqual(
      shingles(plain, hash),
    );
    expect(shingles(body.map((line) => `${line} // ${line}`).join("\n"), slash)).toEqual(
      shingles(plain, slash),
    );
  });

  it("tell names apart, and take a single slash for what it is", () => {
    const renamed = body.join("\n").replaceAll("rate", "raté");
    expect(shingles(renamed, hash)).not.toEqual(shingles(body.join("\n"), hash));
    expect(shingles(body.join("\n").replaceAll("/", "*"), slash)).not.toEqual(
      shingles(body.join("\n"), slash),
    );
  });

  it("are of the definition alone", () => {
    const text = body.join("\n");
    const around = Buffer.from(`x = 1 /${text}/ / y`);
    expect([...shinglesOf(around, 7, 7 + text.length, hash)]).toEqual(shingles(text, hash));
    // What was read before leaves nothing behind: at the end of a file a slash is one.
    for (let lines = 1; lines <= body.length; lines++) {
      const ended = `${body.slice(0, lines).join("\n")}/`;
      const found = shingles(ended, hash);
      shingles(`${ended}/`, hash);
      expect(shingles(ended, slash)).toEqual(found);
    }
  });

  it("have room for the longest definition", () => {
    const marks = "!$%&()*+,-./:;<=>?@[]^`{|}~";
    let state = 1;
    const text = Array.from({ length: definitionBytesMax }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return marks.charAt((state >>> 16) % marks.length);
    });
    expect(shingles(text.join(""), hash).length).toBeGreaterThan(30_000);
  });
});
