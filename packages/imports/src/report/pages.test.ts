import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allRuleInfos } from "../rules/all.ts";
import { reportSchema } from "./json.ts";

const docs = new URL("../../../../docs/", import.meta.url);

test("every rule has its page, and no page is of a rule that is gone", () => {
  const pages = readdirSync(new URL("imports/rules/", docs)).sort();
  expect(pages).toEqual(allRuleInfos.map((one) => `${one.id}.md`).sort());
  for (const one of allRuleInfos) {
    expect(existsSync(new URL(`${one.page}.md`, docs)), one.page).toBe(true);
    const page = readFileSync(new URL(`${one.page}.md`, docs), "utf8");
    expect(page.startsWith(`# \`${one.id}\``), one.id).toBe(true);
    expect(page.toLowerCase(), one.id).toContain(`**${one.severity}`);
    expect(page, one.id).toContain(one.reason);
  }
});

test("the overview names every rule", () => {
  const overview = readFileSync(new URL("imports/index.md", docs), "utf8");
  for (const one of allRuleInfos) expect(overview).toContain(`rules/${one.id}.md`);
});

test("the published schema is that of the reporter", () => {
  const published: unknown = JSON.parse(readFileSync(new URL("imports/report.schema.json", docs), "utf8"));
  expect(published).toEqual(reportSchema);
});
