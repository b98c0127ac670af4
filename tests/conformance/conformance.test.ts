/**
 * The whole suite against our own server and client, and against wrong ones. Most of its time is waiting (for
 * heartbeats, time-outs, pauses), so all of it waits at once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Server, serve } from "goldenpath";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conformanceAgents } from "./agents.ts";
import { runServerSuite, serverCases } from "./server/suite.ts";
import { type Result, report } from "./suite.ts";
import { type Wrong, WrongServer, wrongServers } from "./wrong-server.ts";

const folders: string[] = [];
const servers: Server[] = [];
const options = { agents: conformanceAgents, port: 0, signUp: "open", page: false } as const;

async function start(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), "goldenpath-conformance-"));
  folders.push(data);
  const server = await serve({ ...options, drainMs: 0, logLevel: "silent", data }, {});
  servers.push(server);
  return server;
}

beforeAll(async () => {
  await start();
  await start();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  for (const data of folders) rmSync(data, { recursive: true, force: true });
});

const broken = (results: readonly Result[]) => results.filter((result) => result.is !== "holds");

describe.concurrent("the conformance suite", () => {
  it("has its cases for servers", ({ expect }) => {
    expect(serverCases().length).toBeGreaterThanOrEqual(110);
  });

  it("holds for the real server, every case of it", { timeout: 120_000 }, async ({ expect }) => {
    const results = await runServerSuite({ url: servers[0]?.url ?? "" });
    expect(broken(results), report(results)).toEqual([]);
    expect(results).toHaveLength(serverCases().length);
  });

  it("catches every wrong server", { timeout: 120_000 }, async ({ expect }) => {
    const url = servers[1]?.url ?? "";
    const given = [{ cookie: await signedUp(url, "one") }, { cookie: await signedUp(url, "two") }];
    for (const wrong of wrongServers) {
      const proxy = await WrongServer.start(url, wrong);
      try {
        for (const name of wrong.caughtBy) {
          const filter = `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
          const again = { filter, given, withinMs: 1_500 };
          expect(outcomes(await runServerSuite({ ...again, url }))).toEqual(["holds"]);
          const results = await runServerSuite({ ...again, url: proxy.url });
          expect(outcomes(results), `a server that ${wrong.does}, by ${name}`).toEqual(["broken"]);
          expectBecause(wrong, results);
        }
      } finally {
        await proxy.stop();
      }
    }
  });
});

const outcomes = (results: readonly Result[]) => results.map((result) => result.is);

/** It is broken by its rule, and not because nothing works. */
function expectBecause({ because }: Pick<Wrong, "because">, results: readonly Result[]): void {
  expect(results[0]?.detail).toMatch(because);
}

async function signedUp(url: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ name, email: `${name}@conformance.invalid`, password: "a long enough password" }),
  });
  if (answer.status !== 200) throw new Error(`sign-up: ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
}
