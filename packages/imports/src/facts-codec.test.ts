import { describe, expect, it } from "vitest";
import { extractPython } from "./extract/python.ts";
import { pack, unpack } from "./facts-codec.ts";

const source = `
import os
from .a import (b as c, d)
__all__ = ["X"]
class X: pass
X2 = X
def __getattr__(name):
    if name == "y":
        return 1
    raise AttributeError
z = (  # goldenpath-ignore cycle -- because
`;

describe("facts codec", () => {
  it("[C1] gives back what was packed", () => {
    const facts = [
      extractPython("a/b.py", Buffer.from(source)),
      extractPython("\u00e9.py", Buffer.from("x = '\u00e9'")),
    ];
    expect(unpack(pack(facts))).toEqual(facts);
  });

  it("[C2] refuses a torn pack and one of another version", () => {
    const packed = pack([extractPython("a.py", Buffer.from(source))]);
    expect(unpack({ ...packed, numbers: packed.numbers.slice(0, -3) })).toBeUndefined();
    expect(unpack({ ...packed, strings: "" })).toBeUndefined();
    const other = packed.numbers.slice();
    other[0] = 999;
    expect(unpack({ ...packed, numbers: other })).toBeUndefined();
  });
});
