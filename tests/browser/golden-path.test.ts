/**
 * A person's way through the page, in a real Chromium against a real server: the proof that the golden path
 * holds. The analyst's figures are checked against a sum that this test makes from the raw records itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analystDefinition, defineAgent, sampleRecords } from "@goldenpath/agents";
import { criticalEventTypes } from "@goldenpath/protocol";
import { type Server, serve } from "goldenpath";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.ts";

/** Writes, waits until the test says so, writes the rest: a run that can be looked at in its middle. */
class Gate {
  #opened = Promise.withResolvers<void>();
  readonly agent = defineAgent({
    name: "gate",
    description: "Answers in two halves, for tests.",
    label: "test agent, no language model",
    run: async (run) => {
      await run.think("I wait in the middle.");
      await run.write("The first half, ");
      await Promise.race([
        this.#opened.promise,
        new Promise((resolve) => run.signal.addEventListener("abort", resolve, { once: true })),
      ]);
      await run.write("and the second half.");
    },
  });

  open(): void {
    this.#opened.resolve();
    this.#opened = Promise.withResolvers<void>();
  }
}

const gate = new Gate();
const data = mkdtempSync(join(tmpdir(), "goldenpath-browser-"));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serve(
    { agents: [analystDefinition, gate.agent], port: 0, data, signUp: "open", drainMs: 0 },
    {},
  );
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(data, { recursive: true, force: true });
});

let people = 0;
const password = "correct horse battery";

async function openPage(context: BrowserContext, path = "/"): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(`${server.url}${path}`);
  return page;
}

/** A new person with an account, on the page. */
async function signUp(): Promise<{ context: BrowserContext; page: Page; email: string }> {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await openPage(context);
  return { context, page, email: await createAccount(page) };
}

/** On the sign-in screen; answers the email. */
async function createAccount(page: Page): Promise<string> {
  const email = `person-${++people}@example.test`;
  // The first person finds the page there already.
  if (people > 1) await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByRole("heading", { name: "Create account" }).waitFor();
  await page.getByLabel("Name").fill("A Person");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  return email;
}

async function ask(page: Page, question: string, agent?: string): Promise<void> {
  if (agent) await page.getByRole("combobox", { name: "Agent" }).selectOption(agent);
  await page.getByRole("textbox", { name: "Message" }).fill(question);
  await page.keyboard.press("Enter");
}

const answers = (page: Page) => page.getByTestId("answer");
const finished = (page: Page) => page.locator('[data-testid="answer"][data-status="completed"]');
const live = (page: Page) =>
  page.locator('[data-testid="connection"][data-state="live"]').waitFor({ state: "attached" });

/** The kinds of the newest answer's timeline, in the order it shows them. */
async function eventsOf(page: Page): Promise<(string | null)[]> {
  const rows = await answers(page).last().locator("[data-event]").all();
  return Promise.all(rows.map((row) => row.getAttribute("data-event")));
}

const question = "Where does my AI spend go and how do I cut it?";

describe("the golden path", () => {
  it("sign up, ask, watch, read a correct answer, find it again after a reload", async () => {
    const { context, page } = await signUp();
    await page.getByText(question).click();
    await finished(page).waitFor({ timeout: 60_000 });
    // A report of many screens is there to be read from its beginning.
    const beginning = page.getByRole("heading", { name: "Where your AI spend goes" });
    const isInView = (box: { readonly y: number } | null) => box !== null && box.y > 0 && box.y < 400;
    await expect.poll(async () => isInView(await beginning.boundingBox())).toBe(true);

    const events = await eventsOf(page);
    for (const type of criticalEventTypes) expect(events).toContain(type);
    expect(events[0]).toBe("agent_started");
    expect(events.at(-1)).toBe("agent_completed");
    let open = 0;
    for (const type of events) {
      if (type === "tool_executing") open++;
      if (type === "tool_completed") open--;
      expect(open).toBeGreaterThanOrEqual(0);
    }
    expect(open).toBe(0);

    let cents = 0;
    let exact = 0;
    for (const record of sampleRecords()) exact += record.costUsd;
    cents = Math.round(exact * 100);
    const total = (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
    const text = await page.getByTestId("answer-text").innerText();
    expect(text).toContain(total);
    expect(await answers(page).innerText()).toContain("built-in analyst, no language model");
    await page.getByTestId("chart").first().waitFor();
    expect(text).toMatch(/generated/i);

    await page.reload();
    await finished(page).waitFor();
    await expect.poll(() => page.getByTestId("answer-text").innerText()).toBe(text);
    expect(await eventsOf(page)).toEqual(events);
    await context.close();
  }, 120_000);

  it("a reload in the middle of an answer goes on with it; a second tab shows the same", async () => {
    const { context, page } = await signUp();
    await ask(page, "In two halves, please", "gate");
    await page.getByText("The first half,").waitFor();
    await page.reload();
    await page.getByText("The first half,").waitFor();
    const tab = await openPage(context, new URL(page.url()).pathname);
    await tab.getByText("The first half,").waitFor();
    gate.open();
    for (const one of [page, tab]) {
      await finished(one).waitFor();
      await expect
        .poll(() => one.getByTestId("answer-text").innerText())
        .toBe("The first half, and the second half.");
    }
    expect(await eventsOf(page)).toEqual(await eventsOf(tab));
    await context.close();
  });

  it("stop stops the run, for good and in every tab", async () => {
    const { context, page } = await signUp();
    await ask(page, "Wait for me", "gate");
    await page.getByText("The first half,").waitFor();
    const tab = await openPage(context, new URL(page.url()).pathname);
    await tab.getByRole("button", { name: /^Stop/ }).click();
    for (const one of [page, tab]) {
      await one.getByTestId("run-cancelled").waitFor();
      expect(await one.getByTestId("answer-text").innerText()).toContain("The first half,");
    }
    await page.reload();
    await page.getByTestId("run-cancelled").waitFor();
    await context.close();
  });

  it("signing out ends the session in every tab; signing in brings the threads back", async () => {
    const { context, page, email } = await signUp();
    await ask(page, "Remember this question", "gate");
    await page.getByText("The first half,").waitFor();
    gate.open();
    await finished(page).waitFor();
    const tab = await openPage(context, new URL(page.url()).pathname);
    await finished(tab).waitFor();
    await live(tab);
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => tab.getByText(/signed out|sign in/i).count()).toBeGreaterThan(0);
    const answer = await context.request.get(`${server.url}/api/threads`);
    expect(answer.status()).toBe(401);
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("navigation", { name: "Threads" }).getByText("Remember this question").waitFor();
    await context.close();
  });

  it("another person sees nothing of it", async () => {
    const first = await signUp();
    await ask(first.page, "My secret plan", "gate");
    await first.page.getByText("The first half,").waitFor();
    const path = new URL(first.page.url()).pathname;
    const second = await signUp();
    await live(second.page);
    expect(await second.page.locator("body").innerText()).not.toContain("My secret plan");
    await second.page.goto(`${server.url}${path}`);
    await second.page.getByRole("textbox", { name: "Message" }).waitFor();
    expect(await second.page.locator("body").innerText()).not.toContain("My secret plan");
    gate.open();
    await finished(first.page).waitFor();
    await Promise.all([first.context.close(), second.context.close()]);
  });

  it("unfinished words are the writer's alone: the next person in the same tab finds an empty field", async () => {
    const { context, page } = await signUp();
    await live(page);
    const field = page.getByRole("textbox", { name: "Message" });
    await field.fill("My unfinished secret");
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await createAccount(page);
    expect(await field.inputValue()).toBe("");
    await context.close();
  });

  it("a dialog gives focus back, and a short window shows where a new thread begins", async () => {
    const { context, page } = await signUp();
    await live(page);
    await page.setViewportSize({ width: 740, height: 320 });
    await page.reload();
    await page.getByRole("button", { name: "Forecast next month" }).waitFor();
    // What would follow the end does so within a frame.
    const scrolled = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
      done(document.querySelector("[data-testid=scroller]").scrollTop))))`;
    expect(await page.evaluate(scrolled)).toBe(0);
    await page.setViewportSize({ width: 1200, height: 800 });
    const account = page.getByRole("button", { name: "Account of" });
    await account.click();
    await page.getByRole("dialog", { name: "Account" }).waitFor();
    await page.keyboard.press("Escape");
    await account.and(page.locator(":focus")).waitFor();
    await context.close();
  });

  it("an attached file is read, and its mistakes are named by row", async () => {
    const { context, page } = await signUp();
    const days = Array.from({ length: 20 }, (_, day) => `2026-01-${day + 10}`);
    const rows = days.flatMap((day) => [
      `${day},search,gpt-x,1000,200,1.25`,
      `${day},chat,gpt-y,500,100,0.75`,
    ]);
    rows[6] = "2026-01-13,search,gpt-x,many,200,1.25";
    const csv = ["date,team,model,input_tokens,output_tokens,cost_usd", ...rows, ""].join("\n");
    await page
      .getByTestId("file-input")
      .setInputFiles({ name: "usage.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByTestId("attachment").and(page.locator('[data-state="ready"]')).waitFor();
    await ask(page, "What is my spend by team?");
    await finished(page).waitFor({ timeout: 60_000 });
    const text = await page.getByTestId("answer-text").innerText();
    expect(text).toContain("$23.75");
    expect(text).toContain("$15.00");
    expect(text).toMatch(/line 8: column "input_tokens": "many" is not a number/);
    await context.close();
  });
});
