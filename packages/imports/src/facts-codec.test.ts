import { describe, expect, it } from "vitest";
import { extractPython } from "./extract/python.ts";
import { extractTypeScript } from "./extract/typescript.ts";
import { pack } from "./facts-codec.ts";
import { unpack } from "./facts-view.ts";
import type { FileFacts } from "./model.ts";

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

/** Everything that a value shows, getters of its class included. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  const names = new Set(Object.keys(value));
  const above = Object.getPrototypeOf(value) as object;
  if (above !== Object.prototype)
    for (const name of Object.getOwnPropertyNames(above)) if (name !== "constructor") names.add(name);
  return Object.fromEntries(
    [...names].map((name) => [name, shown((value as Record<string, unknown>)[name])]),
  );
}

const module = `
import a, { type B, c as d } from "./a.js";
import * as ns from "b";
export { e as default } from "./e.js";
export * as f from "./f.js";
export async function g() { return ns.h + (await import("./i.js")); }
export let state = {};
`;

describe("facts codec", () => {
  it("[C1] gives back what was packed", () => {
    const facts: FileFacts[] = [
      extractPython("a/b.py", Buffer.from(source)),
      extractPython("\u00e9.py", Buffer.from("x = '\u00e9'")),
      extractPython("empty.py", Buffer.from("")),
      extractPython("broken.py", Buffer.from("def f(:\n")),
      extractTypeScript("g.ts", Buffer.from(module)),
    ];
    const seen = unpack(pack(facts));
    expect(shown(seen)).toEqual(shown(facts));
    expect(shown(unpack(pack(seen ?? [])))).toEqual(shown(facts));
  });

  it("[C2] refuses a torn pack and one of another version", () => {
    const packed = pack([extractPython("a.py", Buffer.from(source))]);
    expect(unpack({ ...packed, numbers: packed.numbers.slice(0, -3) })).toBeUndefined();
    expect(unpack({ ...packed, strings: "" })).toBeUndefined();
    const other = packed.numbers.slice();
    other[0] = 999;
    expect(unpack({ ...packed, numbers: other })).toBeUndefined();
  });

  it("[C2] shows nothing of a pack whose numbers lead astray", () => {
    const packed = pack([extractPython("a.py", Buffer.from(source))]);
    for (let at = 0; at < packed.numbers.length; at++) {
      for (const value of [-2, 0x7fff_ffff]) {
        const numbers = packed.numbers.slice();
        numbers[at] = value;
        // A place may be any number; what is shown must be whole all the same.
        for (const file of unpack({ ...packed, numbers }) ?? []) expect(() => shown(file)).not.toThrow();
      }
    }
  });
});
