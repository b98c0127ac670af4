import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { checkTree } from "../testing/tree.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "goldenpath-doors-"));
  put("package.json", '{"workspaces":["packages/*"]}');
  put("packages/core/package.json", '{"name":"@shop/core","exports":{".":"./src/index.ts"}}');
  put("packages/core/src/index.ts", 'export { Bill } from "./bill.ts";\n');
  put("packages/core/src/bill.ts", "export class Bill {}\n");
  put("packages/core/src/total.ts", 'import { Bill } from "./bill.ts";\nexport const total = Bill;\n');
  put("packages/web/package.json", '{"name":"web","dependencies":{"@shop/core":"*"}}');
  put("packages/web/page.ts", 'import { Bill } from "@shop/core";\nexport const page = Bill;\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function findings(): Promise<readonly string[]> {
  const reading = readConfig(root);
  if (!reading.ok) throw new Error(reading.message);
  const { findings } = await checkTree(root, reading.config);
  return findings.map((one) => `${one.rule} ${one.file}:${one.line}`);
}

test("a package's door from outside and its own file from inside are one path", async () => {
  expect(await findings()).toEqual([]);
});

test("another package's inside, and a door passed through another module, stray", async () => {
  put("packages/web/far.ts", 'import { Bill } from "../core/src/index.ts";\nexport const far = Bill;\n');
  expect(await findings()).toContain("canonical-path packages/web/far.ts:1");
});
