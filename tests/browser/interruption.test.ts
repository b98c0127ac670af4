/** What a person sees when the server dies in the middle of an answer and comes back: it goes on, and says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, ServerProcess } from "../servers/server-process.ts";
import { launchBrowser } from "./browser.ts";
import type { PatientServerOptions } from "./patient-server.ts";

const folder = mkdtempSync(join(tmpdir(), "goldenpath-interruption-"));
const goFile = join(folder, "go");
let options: PatientServerOptions;
let server: ServerProcess;
let browser: Browser;

function start(): ServerProcess {
  return new ServerProcess({
    command: [join(import.meta.dirname, "patient-server.ts"), JSON.stringify(options)],
  });
}

beforeAll(async () => {
  options = { port: await freePort(), data: join(folder, "data"), goFile };
  server = start();
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("an answer whose server was killed goes on after the restart, with a note, and finished steps once", {
  timeout: 120_000,
}, async () => {
  const page = await browser.newPage();
  await page.goto(await server.ready);
  await page.getByLabel("Name").fill("A Person");
  await page.getByLabel("Email").fill("person@example.test");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Are you there?");
  await page.keyboard.press("Enter");
  const text = page.getByTestId("answer-text");
  await text.getByText("The first half,").waitFor();
  const note = page.getByTestId("answer-resumed");
  expect(await note.count()).toBe(0);

  await server.kill();
  server = start();
  await server.ready;
  await note.waitFor({ timeout: 60_000 });
  writeFileSync(goFile, "");
  await page.locator('[data-testid="answer"][data-status="completed"]').waitFor();
  expect(await text.innerText()).toBe("The first half, and the second half.");
  expect(await note.innerText()).toContain("Continued after an interruption");
  expect(await page.locator('[data-event="tool_executing"]').count()).toBe(1);
  expect(await page.locator('[data-event="tool_completed"]').count()).toBe(1);

  // A page that is opened only now tells the same.
  await page.reload();
  await note.waitFor();
  expect(await text.innerText()).toBe("The first half, and the second half.");
});
