import { createMemoryJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { echo } from "../test-agent.ts";
import { signedUp, startServer, type TestServer, TestUser } from "../test-server.ts";
import { meteredJournal } from "./metered-journal.ts";
import { createMetrics } from "./metrics.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function metricsOf({ server }: TestServer): Promise<string> {
  const answer = await fetch(server.metricsUrl ?? "");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  return answer.text();
}

describe("metrics", () => {
  it("are nowhere unless they are asked for, and never on the page's own port", async () => {
    const silent = await startServer({ agents: [echo] });
    const told = await startServer({ agents: [echo], metrics: "0" });
    servers.push(silent, told);
    expect(silent.server.metricsUrl).toBeUndefined();
    for (const { url } of [silent, told]) {
      expect(await (await fetch(`${url}/metrics`)).text()).not.toContain("goldenpath_");
    }
    expect(new URL(told.server.metricsUrl ?? "").hostname).toBe("127.0.0.1");
    expect((await fetch(new URL("/", told.server.metricsUrl))).status).toBe(404);
  });

  it("tell of connections, commands, commits, runs, logins and the process, and of no person", async () => {
    const told = await startServer({ agents: [echo], metrics: "0" });
    servers.push(told);
    const user = await signedUp(told.url);
    const stranger = new TestUser(told.url);
    await stranger.signIn();
    const socket = await user.live();
    const { runId } = await user.ask(socket, "hello");
    await socket.event((event) => event.runId === runId && event.type === "agent_completed");
    const waiting = await user.ask(socket, "wait");
    socket.send({ type: "cancel", id: "c1", runId: waiting.runId });
    await socket.event((event) => event.type === "agent_cancelled");
    socket.send({ type: "cancel", id: "c2", runId: "none" });
    await expect(socket.answer("c2")).rejects.toThrow("not_found");
    const left = await user.live();
    left.close();
    await left.closed();
    await expect(user.socket({ origin: "https://evil.example" }).opened).rejects.toThrow("403");
    const text = await metricsOf(told);
    for (const line of [
      'goldenpath_upgrades_refused_total{code="origin_refused"} 1',
      'goldenpath_connections{state="open"} 1',
      'goldenpath_commands_total{command="send",outcome="done"} 2',
      'goldenpath_commands_total{command="cancel",outcome="done"} 1',
      'goldenpath_commands_total{command="cancel",outcome="not_found"} 1',
      'goldenpath_events_total{type="agent_started"} 2',
      'goldenpath_runs_ended_total{end="completed",code=""} 1',
      'goldenpath_runs_ended_total{end="cancelled",code=""} 1',
      'goldenpath_logins_total{outcome="ok"} 1',
      'goldenpath_logins_total{outcome="refused"} 1',
      'goldenpath_connections_closed_total{code="1006"} 1',
      'goldenpath_bus_connected{kind="local"} 1',
      "goldenpath_fan_out_lag_events 0",
      "goldenpath_runs_active 0",
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/goldenpath_commits_total\{outcome="committed"\} \d+/);
    expect(text).toMatch(/goldenpath_commit_seconds_count \d+/);
    expect(text).toMatch(/goldenpath_journal_bytes [1-9]\d+/);
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    for (const secret of [user.email, runId, waiting.threadId, "hello"]) expect(text).not.toContain(secret);
  });

  it("count what a client makes up as one thing", async () => {
    const told = await startServer({ agents: [echo], metrics: "0" });
    servers.push(told);
    const user = await signedUp(told.url);
    for (const code of [3999, 4321]) (await user.live()).close(code);
    const again = await user.live();
    again.close(4504);
    await again.closed();
    const text = await metricsOf(told);
    expect(text).toContain('goldenpath_connections_closed_total{code="other"} 2');
    expect(text).toContain('goldenpath_connections_closed_total{code="4504"} 1');
  });
});

describe("a commit that is not taken", () => {
  it("is counted and told to the log with its run and user, and without what was in it", async () => {
    const lines: string[] = [];
    const log = pino({ level: "debug" }, { write: (line) => lines.push(line) });
    const metrics = createMetrics(false);
    const own = createMemoryJournal({ clock: systemClock, makeId: randomId });
    const journal = meteredJournal(own, metrics, systemClock, log);
    const event = {
      id: "r.2",
      type: "text_delta",
      at: 1,
      threadId: "t",
      runId: "r",
      seq: 2,
      agent: "a",
      data: { messageId: "m", text: "a secret of the answer" },
    } as const;
    const commit = { userId: "ann", events: [event], run: { runId: "r", attempt: 1 } };
    expect(await journal.commit(commit)).toMatchObject({ is: "refused", why: "run_ended" });
    await journal.close();
    expect(await journal.commit(commit)).toMatchObject({ is: "refused", why: "unavailable" });
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toMatchObject([
      { level: 20, userId: "ann", runId: "r", why: "run_ended" },
      { level: 50, userId: "ann", runId: "r", why: "unavailable" },
    ]);
    expect(lines.join("")).not.toContain("secret");
    expect(await metrics.text()).toContain('goldenpath_commits_total{outcome="unavailable"} 1');
  });
});

describe("an attachment that the store cannot keep", () => {
  it("is counted and told to the log with its user", async () => {
    const lines: string[] = [];
    const log = pino({ level: "debug" }, { write: (line) => lines.push(line) });
    const metrics = createMetrics(false);
    const own = createMemoryJournal({ clock: systemClock, makeId: randomId });
    const journal = meteredJournal(own, metrics, systemClock, log);
    const attachment = {
      id: "f",
      name: "a secret name",
      mediaType: "text/plain",
      at: 1,
      bytes: Buffer.from("x"),
    };
    expect(await journal.putAttachment("ann", attachment)).toBe("stored");
    expect(lines).toEqual([]);
    await journal.close();
    expect(await journal.putAttachment("ann", attachment)).toBe("unavailable");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 50, userId: "ann", attachmentId: "f", why: "unavailable" },
    ]);
    expect(lines.join("")).not.toContain("secret");
    expect(await metrics.text()).toContain('goldenpath_faults_total{where="attachment"} 1');
  });
});
