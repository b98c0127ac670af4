import { describe, expect, it } from "vitest";
import { brief, checkFiles } from "../testing/tree.ts";

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: "1.0.0", type: "module", ...more });

const shop = {
  "package.json": manifest("shop", { private: true, workspaces: ["packages/*"] }),
  "packages/core/package.json": manifest("@shop/core", {
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./money": "./src/money.ts",
      "./parts/*": "./src/parts/*.ts",
    },
  }),
  "packages/core/src/index.ts": 'export { bill } from "./inside/bill.ts";\n',
  "packages/core/src/inside/bill.ts": "export const bill = 1;\n",
  "packages/core/src/money.ts": "export const money = 1;\n",
  "packages/core/src/parts/a/b.ts": "export const b = 1;\n",
  "packages/till/package.json": manifest("@shop/till", { dependencies: { "@shop/core": "1.0.0" } }),
};

async function deep(files: Readonly<Record<string, string>>): Promise<string[]> {
  return brief(await checkFiles({ ...shop, ...files }), "deep-import");
}

describe("deep-import between packages", () => {
  it("finds a relative path that climbs into another package's inside", async () => {
    const text = 'import { bill } from "../../core/src/inside/bill.ts";\nbill;\n';
    expect(await deep({ "packages/till/src/till.ts": text })).toEqual([
      "warning deep-import packages/till/src/till.ts:1 packages/core/src/inside/bill.ts",
    ]);
  });

  it("finds a name that only a mapping of the compiler offers", async () => {
    const paths = { "@shop/core/*": ["./packages/core/src/*"] };
    const found = await deep({
      "tsconfig.json": JSON.stringify({ compilerOptions: { paths } }),
      "packages/till/src/till.ts":
        'import { bill } from "@shop/core/inside/bill";\nimport { money } from "@shop/core/money";\n[bill, money];\n',
    });
    expect(found).toEqual([
      "warning deep-import packages/till/src/till.ts:1 packages/core/src/inside/bill.ts",
    ]);
  });

  it("leaves every door alone, however it is reached", async () => {
    const text = [
      'import { bill } from "@shop/core";',
      'import { money } from "@shop/core/money";',
      'import { b } from "@shop/core/parts/a/b";',
      'import { bill as same } from "../../core/src/index.ts";',
      'import { b as also } from "../../core/src/parts/a/b.ts";',
      "[bill, money, b, same, also];",
    ].join("\n");
    expect(await deep({ "packages/till/src/till.ts": text })).toEqual([]);
  });

  it("leaves alone what runs in the checkout, what lies within, and packages without a door", async () => {
    const inside = "export { bill } from";
    expect(
      await deep({
        "packages/till/src/till.test.ts": `${inside} "../../core/src/inside/bill.ts";\n`,
        "packages/till/vite.config.ts": `${inside} "../core/src/inside/bill.ts";\n`,
        "tools/all.ts": `${inside} "../packages/core/src/inside/bill.ts";\n`,
        "packages/core/demo/package.json": manifest("demo"),
        "packages/core/demo/main.ts": `${inside} "../src/inside/bill.ts";\n`,
        "packages/site/package.json": manifest("site"),
        "packages/site/index.ts": "export const site = 1;\n",
        "packages/site/src/page.ts": "export const page = 1;\n",
        "packages/till/src/page.ts": 'export { page } from "../../site/src/page.ts";\n',
      }),
    ).toEqual([]);
  });

  it("lets a package without an exports map be asked by every path below its name", async () => {
    const found = await deep({
      "packages/old/package.json": manifest("old", { main: "index.js" }),
      "packages/old/index.js": "export const all = 1;\n",
      "packages/old/one.js": "export const one = 1;\n",
      "packages/till/src/till.ts":
        'export { one } from "old/one.js";\nexport { one as same } from "../../old/one.js";\n',
    });
    expect(found).toEqual(["warning deep-import packages/till/src/till.ts:2 packages/old/one.js"]);
  });
});
