/** Three nodes of the real product on a real Postgres and a real NATS, and what happens when one of these goes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { closeCodes, type Event, isTerminal } from "@goldenpath/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Line } from "../adversary/line.ts";
import { type Account, fetchTicket, signUp } from "../chaos/account.ts";
import { readEffects } from "../chaos/agents.ts";
import { Cluster, type ClusterNode } from "../servers/cluster.ts";

const patience = { timeout: 120_000 };
/** D7, and what a busy machine adds to it. */
const revokedMsMax = 1_500;

let cluster: Cluster;
let folder: string;
let users = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-nodes-"));
  writeFileSync(join(folder, "effects"), "");
  cluster = await Cluster.start({
    nodes: 3,
    fsync: false,
    command: [join(import.meta.dirname, "server.ts")],
    environment: { CHAOS_SEED: "7", CHAOS_EFFECTS: join(folder, "effects"), GOLDENPATH_LOG: "silent" },
  });
}, 120_000);
afterAll(async () => {
  await cluster?.close();
  rmSync(folder, { recursive: true, force: true });
});

function nodeAt(index: number): ClusterNode {
  const node = cluster.nodes[index];
  if (!node) throw new RangeError(`there is no node ${index}`);
  return node;
}

function person(): Promise<Account> {
  return signUp(cluster.url, `user${++users}`, `10.0.0.${users}`);
}

/** A page of that person on that very node. */
function page(account: Account, node: number, cookie = account.cookie): Promise<Line> {
  const heard = () => undefined;
  return new Line({ url: nodeAt(node).url, origin: cluster.url, cookie, heard }).hello();
}

async function approvalOf(line: Line, runId: string): Promise<string> {
  return (await line.event("approval_requested", runId)).data.approvalId;
}

async function health(node: number): Promise<{ readonly ok: boolean; readonly bus: { connected: boolean } }> {
  const answer = await fetch(`${nodeAt(node).url}/healthz`, { signal: AbortSignal.timeout(30_000) });
  return (await answer.json()) as Awaited<ReturnType<typeof health>>;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await pause(50);
}

/** A page with that log from its beginning, on a node that may not serve yet, once a question was answered. */
async function answeredAgain(account: Account, node: number, epoch: string): Promise<Line> {
  for (;;) {
    const line = new Line({
      url: nodeAt(node).url,
      origin: cluster.url,
      cookie: account.cookie,
      heard: () => undefined,
    });
    try {
      await line.hello({ epoch, offset: 0 });
      const { runId } = await line.ask("after", "talker");
      if ((await line.end(runId)).type === "agent_completed") return line;
    } catch {
      // Refused, or the page was closed; the test's own limit bounds it.
    }
    line.hangUp();
    await pause(50);
  }
}

async function busesAre(connected: boolean): Promise<void> {
  for (const node of cluster.nodes.keys())
    await until(async () => (await health(node)).bus.connected === connected);
}

async function signOut(account: Account, node: number): Promise<void> {
  const answer = await fetch(`${nodeAt(node).url}/api/auth/sign-out`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: cluster.url, cookie: account.cookie },
    body: "{}",
  });
  expect(answer.status).toBe(200);
}

/** How long until the page was told that its session is over. */
async function toldOut(line: Line, since: number): Promise<number> {
  expect((await line.closed()).code).toBe(closeCodes.session_revoked.code);
  return performance.now() - since;
}

/** A run as its log has it: dense, one beginning, one end, and nothing after it. */
function expectWhole(events: readonly Event[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ type }) => type === "agent_started")).toHaveLength(1);
  expect(events.findIndex(({ type }) => isTerminal(type))).toBe(events.length - 1);
}

test("pages of one person on three nodes see the same log, and nobody else's", patience, async () => {
  const [ann, bob] = await Promise.all([person(), person()]);
  const pages = await Promise.all([0, 1, 2].map((node) => page(ann, node)));
  const [first, second, third] = pages as [Line, Line, Line];
  const stranger = await page(bob, 1);
  const runs = await Promise.all([
    first.ask("one", "talker"),
    second.ask("two", "caller"),
    third.ask("three", "talker"),
  ]);
  for (const line of pages) for (const { runId } of runs) await line.end(runId);
  const logs = pages.map(({ events }) => events.toSorted((a, b) => a.offset - b.offset));
  for (const line of pages) {
    expect(line.events.map(({ offset }) => offset)).toEqual(line.events.map((_, index) => index + 1));
  }
  expect(logs[1]).toEqual(logs[0]);
  expect(logs[2]).toEqual(logs[0]);
  expect(stranger.events).toEqual([]);
  for (const line of [...pages, stranger]) line.hangUp();
});

test("an address that names what no database can hold names nothing (H9)", patience, async () => {
  const { cookie } = await person();
  const thread = "/api/threads/%00";
  for (const [method, path] of [
    ["GET", thread],
    ["GET", `${thread}/messages`],
    ["PATCH", thread],
    ["DELETE", thread],
    ["GET", "/api/attachments/%00"],
  ]) {
    const answer = await fetch(cluster.url + path, {
      method: String(method),
      headers: { "content-type": "application/json", origin: cluster.url, cookie },
      ...(method === "PATCH" && { body: '{"title":"mine"}' }),
    });
    expect([method, path, answer.status]).toEqual([method, path, 404]);
    expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
  }
});

test("an approval is decided, and a run is stopped, from another node than the run's", patience, async () => {
  const ann = await person();
  const [here, there] = await Promise.all([page(ann, 0), page(ann, 1)]);
  const asked = await here.ask("may I?", "asker");
  const approvalId = await approvalOf(there, asked.runId);
  const decision = { id: "decide", type: "resolve", approvalId, decision: "approve" };
  expect((await there.command(decision)).type).toBe("done");
  expect((await here.end(asked.runId)).type).toBe("agent_completed");
  expect(await here.command({ ...decision, id: "late", decision: "reject" })).toMatchObject({
    code: "approval_resolved",
  });
  const stopped = await here.ask("and now?", "asker");
  await approvalOf(there, stopped.runId);
  expect(await there.command({ id: "stop", type: "cancel", runId: stopped.runId })).toMatchObject({
    type: "done",
  });
  expect((await here.end(stopped.runId)).type).toBe("agent_cancelled");
  expectWhole(here.of(stopped.runId));
  for (const line of [here, there]) line.hangUp();
});

test(
  "signing out on one node closes the session's sockets on the others; a ticket fits every node",
  patience,
  async () => {
    const ann = await person();
    const ticket = await fetchTicket({ ...ann, url: cluster.url }, "10.2.0.1", AbortSignal.timeout(30_000));
    const line = new Line({ url: nodeAt(2).url, heard: () => undefined });
    await line.say({ type: "hello", client: "test", ticket });
    await line.frame("caught_up");
    const token = await fetchTicket({ ...ann, url: cluster.url }, "10.2.0.1", AbortSignal.timeout(30_000));
    await line.say({ type: "refresh", token });
    const pages = [line, await page(ann, 1), await page(ann, 0)];
    const since = performance.now();
    await signOut(ann, 0);
    for (const one of pages) expect(await toldOut(one, since)).toBeLessThan(revokedMsMax);
    expect(line.frames.filter(({ type }) => type === "error")).toEqual([]);
  },
);

test(
  "without NATS everything goes on, a moment later; with it again everything is as before",
  patience,
  async () => {
    const [ann, bob] = await Promise.all([person(), person()]);
    const [here, there, bobs] = await Promise.all([page(ann, 0), page(ann, 1), page(bob, 2)]);
    await cluster.nats?.kill();
    await busesAre(false);
    const { runId } = await here.ask("still there?", "talker");
    await Promise.all([here, there].map((line) => line.end(runId)));
    expect(there.events).toEqual(here.events);
    const asked = await here.ask("may I?", "asker");
    // Nobody can tell the run's node; the answer says to try again.
    const decision = {
      id: "d1",
      type: "resolve",
      approvalId: await approvalOf(there, asked.runId),
      decision: "approve",
    };
    expect(await there.command(decision)).toMatchObject({ type: "error", code: "unavailable" });
    const since = performance.now();
    await signOut(bob, 0);
    expect(await toldOut(bobs, since)).toBeLessThan(3_500);
    await cluster.nats?.start();
    await busesAre(true);
    expect((await there.command({ ...decision, id: "d2" })).type).toBe("done");
    await Promise.all([here, there].map((line) => line.end(asked.runId)));
    expect(there.events).toEqual(here.events);
    for (const line of [here, there]) line.hangUp();
  },
);

test("Postgres restarted under running nodes loses nothing", patience, async () => {
  const ann = await person();
  const line = await page(ann, 0);
  const before = await line.ask("before", "talker");
  await line.end(before.runId);
  await cluster.postgres.restart("fast");
  // Nobody says when a node has noticed, closed its pages and found the database again: whoever asks tries again.
  const after = await answeredAgain(ann, 0, (await line.frame("welcome")).epoch);
  expect(after.of(before.runId)).toEqual(line.of(before.runId));
  for (const one of [line, after]) one.hangUp();
});

test(
  "of a node killed, one frozen and one cut off, the third takes the runs; who comes back leaves no trace",
  patience,
  async () => {
    const ann = await person();
    const watching = await page(ann, 2);
    const [killed, frozen] = await Promise.all([page(ann, 0), page(ann, 1)]);
    const [first, second] = await Promise.all([
      killed.ask("to be killed", "asker"),
      frozen.ask("to be frozen", "asker"),
    ]);
    await Promise.all([approvalOf(watching, first.runId), approvalOf(watching, second.runId)]);
    const since = performance.now();
    await nodeAt(0).kill();
    nodeAt(1).signal("SIGSTOP");
    // Taken over: continued by the third node, or ended there.
    const takenOver = (runId: string) =>
      watching.until(
        () => watching.of(runId).find(({ type }) => type === "agent_resumed" || type === "agent_failed"),
        `a takeover of ${runId}`,
      );
    await Promise.all([takenOver(first.runId), takenOver(second.runId)]);
    expect(performance.now() - since).toBeLessThan(30_000);
    nodeAt(1).signal("SIGCONT");
    nodeAt(0).start();
    await nodeAt(0).ready;
    await cluster.healthy(3);
    // Whatever still waits for a person is stopped; a node that was only slow may write nothing more for it.
    for (const { runId } of [first, second]) {
      await watching.command({ id: `stop-${runId}`, type: "cancel", runId });
      await watching.end(runId);
    }
    const next = await watching.ask("go on", "talker");
    await watching.end(next.runId);
    for (const { runId } of [first, second]) expectWhole(watching.of(runId));
    const effects = readEffects(join(folder, "effects"));
    for (const [call, times] of effects) expect(times, call).toBe(1);
    watching.hangUp();
  },
);

test("a node cut off from everything serves again when the lines are back", patience, async () => {
  const ann = await person();
  const [there, cut] = await Promise.all([page(ann, 0), page(ann, 1)]);
  nodeAt(1).partition();
  const { runId } = await there.ask("while it is cut off", "talker");
  await there.end(runId);
  expect(cut.of(runId)).toEqual([]);
  nodeAt(1).mend();
  await until(async () => (await health(1)).ok);
  await busesAre(true);
  const back = await answeredAgain(ann, 1, (await there.frame("welcome")).epoch);
  const again = await there.ask("and now", "talker");
  await Promise.all([there, back].map((line) => line.end(again.runId)));
  for (const one of [runId, again.runId]) expect(back.of(one)).toEqual(there.of(one));
  for (const line of [there, cut, back]) line.hangUp();
});
