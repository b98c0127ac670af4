import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Redactor } from "./loggable.ts";

const output = (value: unknown) => new Redactor([]).output(value);

describe("what may be logged", () => {
  const at = new Date(0);
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ["nothing", undefined, null],
    ["a bigint", 2n ** 64n, "18446744073709551616"],
    ["a Date", { at }, { at: "1970-01-01T00:00:00.000Z" }],
    ["a Date that is none", [new Date(Number.NaN)], [null]],
    ["numbers that are none", [Number.NaN, Number.POSITIVE_INFINITY], [null, null]],
    [
      "undefined, functions and symbols",
      { a: undefined, b: () => 1, c: [undefined, Symbol("s")] },
      { c: [null, null] },
    ],
    [
      "a Map and a Set",
      { m: new Map([["a", 1]]), n: new Map([[1, 2]]), s: new Set([1]) },
      { m: { a: 1 }, n: [[1, 2]], s: [1] },
    ],
    ["an Error", new RangeError("off"), { name: "RangeError", message: "off" }],
    ["bytes", new Uint8Array(3), "[3 bytes]"],
    ["a holed array", Object.assign(new Array(3), { 0: 1, 2: 3 }), [1, null, 3]],
    ["the same object twice", [at, at], ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"]],
    [
      "a key that names the prototype",
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":1}}'),
    ],
  ];
  it.each(rows)("writes %s as people expect (L2)", (_, value, json) => {
    expect(output(value)).toEqual({ is: "json", json });
  });

  it("refuses what has no honest form (L2)", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100; level++) deep = [deep];
    expect(output(deep)).toMatchObject({ is: "invalid", detail: expect.stringContaining("64 levels") });
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("secret");
        },
      },
    );
    expect(output(hostile)).toEqual({ is: "invalid", detail: "Reading the value threw an error." });
  });

  it("stops at the bound instead of copying what is endless (L3)", () => {
    const wide: unknown[] = ["leaf"];
    let value: unknown = wide;
    for (let level = 0; level < 40; level++) value = [value, value];
    expect(output(value)).toMatchObject({ is: "json", json: { truncated: true } });
    expect(output(new Array(4_000_000_000))).toMatchObject({ is: "json", json: { truncated: true } });
  });

  it("equals JSON.stringify for JSON of a usual size (L2)", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(output(value)).toEqual({ is: "json", json: JSON.parse(JSON.stringify(value)) });
      }),
      { examples: [[[{ "": [-0] }]]] },
    );
  });

  it("hides a secret wherever it stands (L1)", () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 20, unit: "grapheme-ascii" })
      .filter((text) => !'[redacted]$.value refers to itself \\"'.includes(text) && text.trim() !== "");
    fc.assert(
      fc.property(secret, fc.jsonValue(), (value, other) => {
        fc.pre(!JSON.stringify(other).includes(JSON.stringify(value).slice(1, -1)));
        const redactor = new Redactor(["token"]);
        const input = redactor.input({ before: `x ${value} y`, deep: [{ Token: value }, other] });
        const out = redactor.output({ [`k${value}`]: [value, { a: `<${value}>` }] });
        const text = redactor.text(`it was ${value}, or ${encodeURIComponent(value)}`);
        for (const logged of [JSON.stringify(input), JSON.stringify(out), JSON.stringify(text)]) {
          expect(logged).not.toContain(JSON.stringify(value).slice(1, -1));
        }
      }),
    );
  });

  it("shows no error text that holds a short secret (L1)", () => {
    const redactor = new Redactor(["pin"]);
    redactor.input({ pin: 12 });
    expect(redactor.text("the pin 12 is wrong")).toBe(
      "The text of this error held a secret and is not shown.",
    );
    expect(redactor.output({ pin: 12, other: 13 })).toEqual({
      is: "json",
      json: { pin: "[redacted]", other: 13 },
    });
  });
});
