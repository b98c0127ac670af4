/**
 * The whole suite against our own server and client, and against wrong ones. Most of its time is waiting (for
 * heartbeats, time-outs, pauses), so all of it waits at once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Server, serve } from "goldenpath";
import { afterAll, beforeAll, describe, it } from "vitest";
import { conformanceAgents } from "./agents.ts";
import { Driver } from "./client/driver.ts";
import { clientCases, runClientSuite } from "./client/suite.ts";
import { runServerSuite, serverCases } from "./server/suite.ts";
import { readSpec } from "./spec.ts";
import { type Result, report } from "./suite.ts";
import unproven from "./unproven.json" with { type: "json" };
import { wrongClients } from "./wrong-client.ts";
import { WrongServer, wrongServers } from "./wrong-server.ts";

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

/** What starts one of our adapters, for a shell. */
const adapter = (file: string, argument = "") =>
  `"${process.execPath}" "${fileURLToPath(new URL(file, import.meta.url))}" ${argument}`;

const exactly = (name: string) => `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;

describe.concurrent("the conformance suite", () => {
  it("has its cases", ({ expect }) => {
    expect(serverCases().length).toBeGreaterThanOrEqual(200);
    expect(clientCases().length).toBeGreaterThanOrEqual(100);
  });

  it("proves every rule, or says why it cannot", ({ expect }) => {
    const { rules } = readSpec();
    const proven = new Set([...serverCases(), ...clientCases()].flatMap(({ proves }) => proves));
    expect([...proven].filter((rule) => !rules.includes(rule))).toEqual([]);
    for (const { rule, part, because } of unproven) {
      expect(rules, `${rule} is not in SPEC.md`).toContain(rule);
      expect(part === undefined, `${rule}: name the part that is not proven, or drop the entry`).toBe(
        !proven.has(rule),
      );
      expect(because.length).toBeGreaterThan(20);
    }
    const told = new Set(unproven.map(({ rule }) => rule));
    expect(rules.filter((rule) => !proven.has(rule) && !told.has(rule))).toEqual([]);
  });

  it("holds for the real server, every case of it", { timeout: 120_000 }, async ({ expect }) => {
    const results = await runServerSuite({ url: servers[0]?.url ?? "" });
    expect(broken(results), report(results)).toEqual([]);
    expect(results).toHaveLength(serverCases().length);
  });

  it("holds for the real client, every case of it", { timeout: 120_000 }, async ({ expect }) => {
    const results = await runClientSuite({ command: adapter("client-adapter.ts") });
    expect(broken(results), report(results)).toEqual([]);
    expect(results).toHaveLength(clientCases().length);
  });

  it("catches every wrong server", { timeout: 120_000 }, async ({ expect }) => {
    const url = servers[1]?.url ?? "";
    const given = [{ cookie: await signedUp(url, "one") }, { cookie: await signedUp(url, "two") }];
    for (const { does, caughtBy, because, ...wrong } of wrongServers) {
      const proxy = await WrongServer.start(url, wrong);
      try {
        for (const name of caughtBy) {
          const again = { filter: exactly(name), given, withinMs: 5_000 };
          expect(outcomes(await runServerSuite({ ...again, url }))).toEqual(["holds"]);
          const results = await runServerSuite({ ...again, url: proxy.url });
          expect(outcomes(results), `a server that ${does}, by ${name}`).toEqual(["broken"]);
          // It is broken by its rule, and not because nothing works.
          expect(results[0]?.detail).toMatch(because);
        }
      } finally {
        await proxy.stop();
      }
    }
  });

  it("does not take a late answer for the next case's", async ({ expect }) => {
    // An adapter that answers what was sent after the view that ends the case.
    const source = `
      let sent;
      for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
        const { do: what, tag } = JSON.parse(line);
        if (what === "send") sent = tag;
        if (what !== "view") continue;
        console.log(JSON.stringify({ is: "view", tag }));
        if (sent) console.log(JSON.stringify({ is: "answer", tag: sent }));
      }`;
    const command = `"${process.execPath}" -e "(async()=>{${source.replaceAll('"', '\\"')}})()"`;
    const driver = new Driver(command);
    try {
      driver.say({ do: "send", tag: "s" });
      await driver.leave();
      await driver.view({}, new Map(), 10_000);
      await driver.never({ is: "answer" }, new Map(), 0);
      driver.say({ do: "send", tag: "s" });
      await driver.view({}, new Map(), 10_000);
      expect(await driver.expect({ is: "answer" }, new Map(), 10_000)).toEqual({
        told: { is: "answer", tag: "s" },
      });
    } finally {
      await driver.stop();
    }
  });

  it("catches every wrong client", { timeout: 120_000 }, async ({ expect }) => {
    const hunts = wrongClients.flatMap((wrong, at) => wrong.caughtBy.map((name) => ({ ...wrong, at, name })));
    const lane = async () => {
      for (let next = hunts.shift(); next; next = hunts.shift()) {
        const { at, does, name, because } = next;
        const command = adapter("wrong-client.ts", String(at));
        const results = await runClientSuite({ command, width: 1, filter: exactly(name) });
        expect(outcomes(results), `a client that ${does}, by ${name}`).toEqual(["broken"]);
        expect(results[0]?.detail).toMatch(because);
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  });
});

const outcomes = (results: readonly Result[]) => results.map((result) => result.is);

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
