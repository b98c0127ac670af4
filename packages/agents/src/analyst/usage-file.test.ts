import { describe, expect, it } from "vitest";
import { createPacer } from "./pacer.ts";
import { isProblem } from "./problem.ts";
import { loadUsageFile } from "./usage-file.ts";

const bytesOf = (content: string | readonly number[]) =>
  typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content);
const load = (content: string | readonly number[], name = "usage.csv") =>
  loadUsageFile(
    { name, mediaType: "text/csv", bytes: bytesOf(content) },
    createPacer(new AbortController().signal),
  );

async function loaded(content: string) {
  const data = await load(content);
  if (isProblem(data)) throw new Error(JSON.stringify(data));
  return data;
}

describe("loadUsageFile", () => {
  it("reads aliases, cents and seconds, and says what it converted", async () => {
    const data = await loaded(
      'Created At,Department,Model,Prompt Tokens,Completion Tokens,Duration (s),Cost in cents,cost_cents\n2026-09-01T10:00:00Z,ops,gpt-4o,"1,000",20,1.5,9,125\n',
    );
    expect([...data.costNano]).toEqual([1_250_000_000]);
    expect([...data.latencyMs]).toEqual([1500]);
    expect([...data.inputTokens]).toEqual([1000]);
    expect(data.column.team.names).toEqual(["ops"]);
    expect(data.origin.notes.join(" ")).toMatch(/USD.*seconds|seconds.*USD/);
  });

  it("reads semicolons, a byte order mark, CRLF and decimal commas", async () => {
    const data = await loaded("\ufeffdatum;model;input_tokens;cost\r\n31.08.2026 10:00;x;1.234;0,0125\r\n");
    expect([...data.costNano]).toEqual([12_500_000]);
    expect([...data.inputTokens]).toEqual([1234]);
  });

  it("computes a missing cost from the price list, and says so", async () => {
    const data = await loaded(
      '{"ts":"2026-09-01","model":"openai/gpt-4o-2024-08-06","usage":{"prompt_tokens":1000,"completion_tokens":100}}\n',
    );
    expect([...data.costNano]).toEqual([3_500_000]);
    expect(data.origin.notes.join(" ")).toContain("computed from the price list");
  });

  it("orders records by time", async () => {
    const data = await loaded("time,model,cost\n2026-09-03,a,3\n2026-09-01,b,1\n2026-09-02,c,2\n");
    expect([...data.costNano]).toEqual([1e9, 2e9, 3e9]);
  });

  it("leaves out a few faulty rows and names them by line and column", async () => {
    const good = Array.from({ length: 30 }, (_, row) => `2026-09-01,gpt-4o,${row},1`).join("\n");
    const data = await loaded(`time,model,input_tokens,cost_usd\n${good}\n2026-09-01,gpt-4o,many,1\n`);
    expect(data.rows).toBe(30);
    expect(data.origin.notes.join(" ")).toContain('line 32: column "input_tokens": "many" is not a number');
  });

  it("refuses a file where most rows are faulty, naming the places", async () => {
    expect(await load("time,model,cost\nnow,a,1\nlater,b,2\n")).toMatchObject({
      where: [expect.stringContaining('line 2: column "time"'), expect.stringContaining("line 3")],
    });
  });

  it.each([
    ["empty", "", /is empty/],
    ["blank", " \n \n", /is empty/],
    ["a workbook", [0x50, 0x4b, 3, 4, 0, 0], /spreadsheet or a zip/],
    ["a PDF", [0x25, 0x50, 0x44, 0x46, 0x2d], /PDF/],
    ["gzip", [0x1f, 0x8b, 8], /gzip/],
    ["binary", [0x61, 0, 0x62, 0x2c], /binary/],
    ["not UTF-8", [0x61, 0x2c, 0xff, 0xfe, 0x0a], /not UTF-8/],
    ["HTML", "<!DOCTYPE html><html><body>Sign in</body></html>", /web page/],
    ["a JSON array", '[{"time":"2026-01-01"}]', /JSON array/],
    ["a JSON document", '{\n  "data": []\n}', /not a whole JSON object/],
    ["prose", "Dear team,\nplease find\n", /neither a table|No column with the time/],
    ["header only", "time,model,cost\n", /no records/],
    ["no header", "2026-09-01,gpt-4o,10,20\n2026-09-01,gpt-4o,10,20\n", /no header line/],
    ["euros", "time,model,cost_eur\n2026-09-01,a,1\n", /not in USD/],
    ["no cost and no tokens", "time,model\n2026-09-01,a\n", /no cost column/],
  ])("%s gets an explanation and what to do", async (_what, content, words) => {
    const answer = await load(content);
    expect(answer).toMatchObject({
      problem: expect.stringMatching(words),
      fix: expect.stringMatching(/.{10}/),
    });
  });
});
