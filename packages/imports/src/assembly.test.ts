import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assemble, assembled } from "../assemble.ts";

describe("the assembly", () => {
  it.each(assembled)("of $source is what the committed module was compiled from", async (each) => {
    const written = readFileSync(new URL(`../${each.target}`, import.meta.url), "utf8");
    expect(written === (await assemble(each)), "run: npm run assemble").toBe(true);
  });
});
