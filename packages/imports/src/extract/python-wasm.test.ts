import { describe, expect, it } from "vitest";
import { assemble } from "../../assemble.ts";
import { pythonWasm } from "./python-wasm.ts";

describe("the assembly", () => {
  it("is what the committed module was compiled from", async () => {
    const compiled = Buffer.from(await assemble()).toString("base64");
    expect(compiled === pythonWasm, "run: npm run assemble").toBe(true);
  });
});
