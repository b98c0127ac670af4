import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";

const files = {
  "shop/till.py": "from shop.core.bill import bill\n",
  "shop/core/bill.py": "from shop.core.money import money\nbill = 1\n",
  "shop/core/money.py": "import shop.core.bill\nmoney = 1\n",
};
const root = mkdtempSync(join(tmpdir(), "goldenpath-graph-"));
let browser: Awaited<ReturnType<typeof launchBrowser>>;

beforeAll(async () => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
});

test("the report fits a phone, however long the paths are that it names", async () => {
  const output = join(root, "report.html");
  const tree = mkdtempSync(join(tmpdir(), "goldenpath-report-"));
  const path = join(tree, ...Array.from({ length: 8 }, () => "a_folder_of_a_long_name"), "asking.py");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "from .nowhere import nothing\n");
  const cli = join(import.meta.dirname, "../../packages/goldenpath/src/cli.ts");
  execFileSync(process.execPath, [cli, "imports", "report", "--root", tree, "--output", output]);
  const page = await browser.newPage({ viewport: { width: 390, height: 760 } });
  await page.goto(pathToFileURL(output).href);
  expect(await page.textContent("body")).toContain("Mend a_folder_of_a_long_name/");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  rmSync(tree, { recursive: true, force: true });
}, 60_000);

test("the import graph is walked by keyboard, and the browser's way back leads back", async () => {
  const output = join(root, "graph.html");
  const cli = join(import.meta.dirname, "../../packages/goldenpath/src/cli.ts");
  execFileSync(process.execPath, [
    cli,
    ...["imports", "graph", "--root", root, "--format", "html", "--output", output],
  ]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const focused = () => page.textContent(":focus title");
  await page.goto(`${pathToFileURL(output).href}#%`);
  await page.locator(".node").first().focus();
  expect(await focused()).toBe("shop");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("shop/till.py");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("shop/core");
  await page.keyboard.press("Enter");
  expect(await page.textContent("#crumbs")).toBe("all / shop / core");
  expect(await page.textContent("#side summary")).toBe("Circle of 2: shop/core/bill.py …");
  await page.goBack();
  await expect.poll(() => page.textContent("#crumbs")).toBe("all / shop");
  await page.fill("#search", "money");
  await page.press("#search", "Enter");
  expect(await page.textContent("#side")).toContain("shop/core/money.py");
  expect(await page.textContent(".node.on")).toContain("money.py");
  expect(errors).toEqual([]);
}, 60_000);
