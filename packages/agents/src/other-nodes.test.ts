import { createMemoryJournal } from "@goldenpath/journal";
import { type Clock, randomId, systemClock } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { type Bus, type Connect, type Ears, SharedBus } from "@goldenpath/websocket-core";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { defineAgent } from "./define-agent.ts";
import { expectExact, TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

const buses: Bus[] = [];

afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close())));

/** Two nodes with one store and a line between them; while `lossy`, it loses every signal. */
function twoNodes(wait: (signal: AbortSignal) => Promise<string>, clock: Clock = systemClock) {
  const store = createMemoryJournal({ clock, makeId: randomId });
  const state = { lossy: false };
  const ears: Ears[] = [];
  const connect: Connect = (own) => {
    ears.push(own);
    queueMicrotask(() => own.opened());
    return {
      kind: "nats",
      listen: (userId) => own.listening([userId]),
      ignore: () => undefined,
      tell: () => true,
      signal(userId, signal) {
        for (const other of ears) if (other !== own && !state.lossy) other.signalled(userId, signal);
        return true;
      },
      close: async () => undefined,
    };
  };
  const waiter = defineTool({
    name: "waiter",
    description: "Waits.",
    input: z.object({}),
    run: (_input, { signal }) => wait(signal),
  });
  const approved = defineTool({
    name: "approved",
    description: "Needs a yes.",
    input: z.object({}),
    needsApproval: true,
    run: () => "done",
  });
  const definitions = [
    defineAgent({
      name: "waiter",
      run: async (run) => {
        await run.call(waiter, {});
        await run.write("waited");
      },
    }),
    defineAgent({
      name: "asker",
      run: async (run) => {
        const outcome = await run.call(approved, {});
        await run.write(outcome.ok ? "yes" : "no");
      },
    }),
  ];
  const nodes = [1, 2].map(() => {
    const onFault = () => undefined;
    const bus = new SharedBus({ journal: store, clock, random: Math.random, connect, onFault });
    buses.push(bus);
    return new TestNode(undefined, { journal: store, clock, bus, definitions });
  });
  const [here, there] = nodes;
  if (!here || !there) throw new Error("two were made");
  return { here, there, state, store };
}

async function event(node: TestNode, runId: string, type: string): Promise<void> {
  while (!(await node.types(runId)).includes(type)) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("V10: a run that another node cancelled stops at once, in the middle of a tool", async () => {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const { here, there } = twoNodes(
    (signal) =>
      new Promise((_, reject) => {
        begun.resolve();
        signal.addEventListener("abort", () => {
          aborted.resolve();
          reject(signal.reason);
        });
      }),
  );
  const { runId } = await here.ask("wait", { agent: "waiter" });
  await begun.promise;
  const context = here.user;
  const outcome = await there.supervisor.cancel(context, { type: "cancel", id: "c", runId });
  expect(outcome).toEqual({ is: "done", result: { runId } });
  await aborted.promise;
  const events = await here.events(runId);
  expect(events.at(-1)?.type).toBe("agent_cancelled");
  while (here.supervisor.runs > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("V10: an approval is decided on another node, once, and answered from the log", async () => {
  const { here, there } = twoNodes(async () => "never");
  const { runId } = await here.ask("ask", { agent: "asker" });
  await event(here, runId, "approval_requested");
  const approvalId = `${runId}.a1`;
  const decide = (node: TestNode, decision: "approve" | "reject") =>
    node.supervisor.resolve(here.user, { type: "resolve", id: randomId(), approvalId, decision });
  const outcomes = await Promise.all([decide(there, "approve"), decide(there, "approve")]);
  for (const outcome of outcomes)
    expect(outcome).toEqual({ is: "done", result: { approvalId, decision: "approve" } });
  expect(await decide(there, "reject")).toMatchObject({ is: "refused", code: "approval_resolved" });
  const events = await here.ended(runId);
  expectExact(events);
  expect(events.filter(({ type }) => type === "approval_resolved")).toHaveLength(1);
  const stranger = { ...here.user, userId: "somebody else" } as typeof here.user;
  expect(
    await there.supervisor.resolve(stranger, { type: "resolve", id: "x", approvalId, decision: "approve" }),
  ).toMatchObject({ code: "not_found" });
});

test("V10: a decision whose signal is lost comes with the next one; without any it is answered with unavailable", async () => {
  const clock = new TestClock();
  const { here, there, state } = twoNodes(async () => "never", clock);
  const { runId } = await here.ask("ask", { agent: "asker" });
  await event(here, runId, "approval_requested");
  const approvalId = `${runId}.a1`;
  const decide = () =>
    there.supervisor.resolve(here.user, { type: "resolve", id: randomId(), approvalId, decision: "approve" });
  state.lossy = true;
  const unheard = decide();
  await clock.advance(5_000);
  expect(await unheard).toMatchObject({ is: "refused", code: "unavailable" });
  const later = decide();
  await clock.advance(0);
  state.lossy = false;
  await clock.advance(1_000);
  expect(await later).toMatchObject({ is: "done" });
  await here.ended(runId);
});

test("V8, N2: what a node that drains did not finish goes on at another node at once", async () => {
  const clock = new TestClock();
  const { here, there } = twoNodes(async () => "never", clock);
  await Promise.all([here.supervisor.start(), there.supervisor.start()]);
  const asked = [await here.ask("ask", { agent: "asker" }), await here.ask("ask", { agent: "asker" })];
  await clock.advance(0);
  const leave = async (node: TestNode) => {
    const drained = node.supervisor.drain(0);
    await clock.advance(0);
    await drained;
  };
  await leave(here);
  expect(there.supervisor.runs).toBe(0);
  await clock.advance(100);
  expect(there.supervisor.runs).toBe(2);
  for (const { runId } of asked) expect(await here.types(runId)).toContain("agent_resumed");
  await leave(there);
});

test("V10: a run that a third node takes meanwhile is stopped all the same", async () => {
  const { here, there, store } = twoNodes(() => new Promise(() => undefined));
  const { runId } = await here.ask("wait", { agent: "waiter" });
  const claim = store.claimRun.bind(store);
  let isFirst = true;
  store.claimRun = async (userId, run, found) => {
    if (isFirst) await claim(userId, run, { ...found, nodeId: "a third one" });
    isFirst = false;
    return claim(userId, run, found);
  };
  const outcome = await there.supervisor.cancel(here.user, { type: "cancel", id: "c", runId });
  expect(outcome).toEqual({ is: "done", result: { runId } });
  expect(await store.run(here.user.userId, runId)).toMatchObject({ state: "cancelled", attempt: 3 });
});

test.each([
  ["claimed", "claimRun", false],
  ["resumed", "commit", true],
] as const)(
  "N3: a run that is being %s when the node begins to drain is executed by nobody there",
  async (_, call, isResumed) => {
    const clock = new TestClock();
    const { here, there, store } = twoNodes(async () => "never", clock);
    await Promise.all([here.supervisor.start(), there.supervisor.start()]);
    const { runId } = await here.ask("ask", { agent: "asker" });
    await clock.advance(0);
    const drained = here.supervisor.drain(0);
    await clock.advance(0);
    await drained;
    const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const real = store[call].bind(store) as (...of: unknown[]) => Promise<never>;
    store[call] = async (...of: unknown[]) => {
      asked.resolve();
      await gate.promise;
      return real(...of);
    };
    await clock.advance(100);
    await asked.promise;
    const left = there.supervisor.drain(0);
    await clock.advance(0);
    gate.resolve();
    await left;
    await clock.advance(60_000);
    expect(there.supervisor.runs).toBe(0);
    expect((await here.types(runId)).at(-1)).toBe(isResumed ? "agent_resumed" : "approval_requested");
    expect(await store.orphanedRuns(10)).toMatchObject([{ run: { runId, state: "active" } }]);
  },
);

test("B3: word of a taking that comes late stops nobody who has the run since", async () => {
  const { here } = twoNodes(() => new Promise(() => undefined));
  const { runId } = await here.ask("wait", { agent: "waiter" });
  buses[1]?.signal(here.user.userId, { is: "run_taken", runId, attempt: 1 });
  await settle();
  expect(here.supervisor.runs).toBe(1);
  buses[1]?.signal(here.user.userId, { is: "run_taken", runId, attempt: 2 });
  await settle();
  expect(here.supervisor.runs).toBe(0);
  expect((await here.types(runId)).at(-1)).toBe("tool_executing");
});
