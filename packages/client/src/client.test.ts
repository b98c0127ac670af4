import type { Event, Message } from "@goldenpath/protocol";
import { limits } from "@goldenpath/protocol";
import { expect, test } from "vitest";
import { answered, comeBack, events, fixture, greet, live, snapshot, until } from "./client-fixture.ts";
import { commandsPendingMax } from "./commands.ts";
import { logOf, threadOf } from "./generated-log.ts";
import { pageItemsMax } from "./history.ts";
import { EventsLostError } from "./state.ts";
import { recentCharsMax } from "./streams.ts";
import { outgoingIn } from "./view.ts";

const result = { threadId: "t1", messageId: "m2", runId: "r3" };

async function collect(stream: AsyncIterable<Event>): Promise<readonly Event[]> {
  const list: Event[] = [];
  for await (const event of stream) list.push(event);
  return list;
}

test("a command whose answer was lost is sent again with its id and gets one result", async () => {
  const f = await fixture();
  const first = await live(f);
  const sent = f.client.send({ threadId: "t1", parts: [{ type: "text", text: "ask 1" }] });
  const frame = await first.next("send");
  expect(frame).toEqual({
    type: "send",
    id: "cmd-1",
    threadId: "t1",
    parts: [{ type: "text", text: "ask 1" }],
  });
  expect(outgoingIn(f.client.view, "t1")).toMatchObject([{ commandId: "cmd-1", state: { is: "sending" } }]);
  first.say(events(answered.slice(0, 2))); // Carried out, and the answer never comes.
  await until(f.client, () => f.client.view.cursor?.offset === 2);
  expect(outgoingIn(f.client.view, "t1")).toEqual([]);
  first.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const { line } = await greet(f.peer);
  expect(await line.next("send")).toEqual(frame);
  line.say({ type: "done", id: "cmd-1", result: { ...result } }, { type: "caught_up", head: 2 });
  expect(await sent).toEqual({ ok: true, result });
  line.say({ type: "done", id: "cmd-1", result: { ...result, messageId: "other" } });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view.outbox).toEqual([]);
  expect(f.client.view.messagesByThread.get("t1")).toHaveLength(1);
});

test("an answered command leaves nothing that waits (M2)", async () => {
  const f = await fixture();
  const line = await live(f);
  const before = f.clock.waiting;
  const sent = f.client.send("hi");
  const { id } = await line.next("send");
  expect(f.clock.waiting).toBe(before + 1);
  line.say({ type: "done", id, result: { ...result } });
  await sent;
  expect(f.clock.waiting).toBe(before);
});

test("a passing refusal of a repetition does not say that the first was not carried out", async () => {
  const f = await fixture();
  const first = await live(f);
  const sent = f.client.send("ask 1");
  const cancelled = f.client.cancel("r3");
  await first.next("cancel");
  first.cut(); // Both may have been carried out.
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const { line } = await greet(f.peer);
  await line.next("cancel");
  line.say(
    { type: "error", id: "cmd-1", code: "unavailable", message: "locked", retry: "later", afterMs: 9 },
    { type: "error", id: "cmd-2", code: "run_ended", message: "over", retry: "never" },
  );
  expect(await sent).toMatchObject({ ok: false, code: "unanswered", message: "locked", afterMs: 9 });
  expect(await cancelled).toMatchObject({ ok: false, code: "run_ended" });
});

test("commands wait for a connection, keep their order, and are answered by id", async () => {
  const f = await fixture();
  const sent = f.client.send("hello");
  const cancelled = f.client.cancel("r3");
  const resolved = f.client.resolve("ap", "approve");
  f.client.connect();
  const { line } = await greet(f.peer);
  expect(await line.next("send")).toMatchObject({ id: "cmd-1", parts: [{ type: "text", text: "hello" }] });
  expect(await line.next("cancel")).toEqual({ type: "cancel", id: "cmd-2", runId: "r3" });
  expect(await line.next("resolve")).toMatchObject({ approvalId: "ap", decision: "approve" });
  line.say(
    { type: "error", code: "bad_frame", message: "of no command", retry: "never" },
    { type: "done", id: "cmd-3", result: {} },
    { type: "error", id: "cmd-2", code: "run_ended", message: "over", retry: "never" },
    { type: "error", id: "cmd-1", code: "too_many_runs", message: "wait", retry: "later", afterMs: 5 },
  );
  expect(await resolved).toEqual({ ok: true, result: {} });
  expect(await cancelled).toEqual({ ok: false, code: "run_ended", message: "over", retry: "never" });
  expect(await sent).toEqual({
    ok: false,
    code: "too_many_runs",
    message: "wait",
    retry: "later",
    afterMs: 5,
  });
  expect(outgoingIn(f.client.view, undefined)).toMatchObject([
    { state: { is: "refused", code: "too_many_runs" } },
  ]);

  const again = f.client.send({ id: "cmd-1", parts: [{ type: "text", text: "hello" }] });
  expect(outgoingIn(f.client.view, undefined)).toMatchObject([{ state: { is: "sending" } }]);
  const { id } = await line.next("send");
  line.say({ type: "error", id, code: "empty_message", message: "no", retry: "never" });
  expect(await again).toMatchObject({ ok: false, code: "empty_message" });
  f.client.forget("cmd-1");
  expect(f.client.view.outbox).toEqual([]);
});

test("a frame that would close the socket is not sent; smaller mistakes the server answers", async () => {
  const f = await fixture();
  const early = f.client.send("x".repeat(limits.frameBytesMax));
  const line = await live(f);
  expect(await early).toMatchObject({ ok: false, code: "frame_too_large", retry: "never" });
  expect(await f.client.send("€".repeat(limits.messageCharsMax))).toMatchObject({ code: "frame_too_large" });
  const attachment = { attachmentId: "a1", name: "n", mediaType: "text/csv", bytes: 1 };
  const sent = f.client.send({ parts: [{ type: "attachment", ...attachment }] });
  const { id, parts } = await line.next("send");
  expect(parts).toEqual([{ type: "attachment", ...attachment }]);
  line.say({ type: "error", id, code: "attachment_invalid", message: "not a table", retry: "never" });
  expect(await sent).toMatchObject({ ok: false, code: "attachment_invalid", message: "not a table" });
  expect(line.untaken).toEqual([]);
});

test("a full queue, an answer that never comes, a reused id and the end are results, not exceptions", async () => {
  const f = await fixture({ commandMsMax: 60_000 });
  const waiting = [...Array(commandsPendingMax)].map(() => f.client.send("hi"));
  expect(await f.client.send("one more")).toMatchObject({ ok: false, code: "queue_full", retry: "later" });
  expect(await f.client.send({ id: "cmd-1", parts: [{ type: "text", text: "else" }] })).toMatchObject({
    code: "id_reused",
  });
  const same = f.client.send({ id: "cmd-1", parts: [{ type: "text", text: "hi" }] });
  await f.clock.advance(60_000);
  for (const answer of [...waiting, same])
    expect(await answer).toMatchObject({ code: "unanswered", retry: "now" });
  const last = f.client.cancel("r");
  f.client.close();
  expect(await last).toMatchObject({ ok: false, code: "client_closed" });
  expect(await f.client.send("nobody is there")).toMatchObject({ ok: false, code: "client_closed" });
  expect(await f.client.cancel("run-1")).toMatchObject({ ok: false, code: "client_closed" });
});

test("signed out or stopped, commands are answered at once with the reason", async () => {
  const f = await fixture();
  let line = await live(f);
  const sent = f.client.send("hi");
  await line.next("send");
  line.close("session_revoked");
  expect(await sent).toMatchObject({ ok: false, code: "unauthenticated" });
  expect(await f.client.send("hi")).toMatchObject({ code: "unauthenticated" });
  f.client.connect();
  line = (await greet(f.peer)).line;
  line.close("too_many_connections");
  await until(f.client, () => f.client.state.is === "stopped");
  expect(await f.client.cancel("r")).toMatchObject({ code: "stopped" });
});

test("another user on the same client sees nothing of the first and sends nothing of theirs (D4)", async () => {
  const f = await fixture();
  const first = await live(f);
  first.say(events(answered));
  await until(f.client, () => f.client.view.cursor?.offset === 16);
  const sent = f.client.send("ann's secret");
  await first.next("send");
  first.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const line = await f.peer.line();
  await line.next("hello");
  line.say({ ...(await import("./scripted-peer.ts")).welcome({ userId: "bob", epoch: "b" }) });
  expect(await sent).toMatchObject({ ok: false, code: "user_changed" });
  await until(f.client, () => f.client.view.userId === "bob");
  expect(f.client.view.messagesByThread.size).toBe(0);
  line.say(snapshot({ asOf: { epoch: "b", offset: 0 } }), { type: "caught_up", head: 0 }, { type: "ping" });
  await line.next("pong");
  expect(line.untaken).toEqual([]);
});

test("what waits for the first connection is not sent for somebody whom the page did not expect (D4)", async () => {
  const f = await fixture({ userId: "ann" });
  const sent = f.client.send("ann's secret");
  expect(f.client.view.outbox).toHaveLength(1);
  f.client.connect();
  const { line } = await greet(f.peer, { userId: "bob", epoch: "b" });
  expect(await sent).toMatchObject({ ok: false, code: "user_changed" });
  line.say({ type: "caught_up", head: 0 }, { type: "ping" });
  await line.next("pong");
  expect(line.untaken).toEqual([]);
  expect(f.client.view).toMatchObject({ userId: "bob", outbox: [] });

  const hers = await fixture({ userId: "ann" });
  void hers.client.send("ann's question");
  hers.client.connect();
  const { line: own } = await greet(hers.peer, { userId: "ann" });
  expect(await own.next("send")).toMatchObject({ parts: [{ text: "ann's question" }] });
});

test("listeners hear once of many changes, and not after they stopped", async () => {
  const flushes: (() => void)[] = [];
  const f = await fixture({ notify: (flush) => flushes.push(flush) });
  let calls = 0;
  const stop = f.client.subscribe(() => calls++);
  void f.client.send("a");
  void f.client.send("b");
  expect(flushes).toHaveLength(1);
  flushes.shift()?.();
  expect(calls).toBe(1);
  void f.client.send("c");
  stop();
  flushes.shift()?.();
  expect(calls).toBe(1);
});

test("events() gives every event once, over a reconnect, and ends with the client", async () => {
  const f = await fixture();
  const first = await live(f);
  const all = collect(f.client.events());
  first.say(events(answered.slice(0, 6)));
  await until(f.client, () => f.client.view.cursor?.offset === 6);
  first.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const { line } = await greet(f.peer);
  line.say(events(answered.slice(2)));
  await until(f.client, () => f.client.view.cursor?.offset === 16);
  f.client.close();
  expect(await all).toEqual(answered);
});

test("events() says when it cannot give every event: a reader too slow, a snapshot in between", async () => {
  const f = await fixture();
  const line = await live(f);
  const slow = f.client.events({ bufferMax: 3 })[Symbol.asyncIterator]();
  const stop = new AbortController();
  const stopped = collect(f.client.events({ signal: stop.signal }));
  expect(await collect(f.client.events({ signal: AbortSignal.abort() }))).toEqual([]);
  line.say(events(answered.slice(0, 5)));
  await until(f.client, () => f.client.view.cursor?.offset === 5);
  for (const event of answered.slice(0, 3)) expect(await slow.next()).toEqual({ done: false, value: event });
  await expect(slow.next()).rejects.toMatchObject({ name: "EventsLostError", code: "buffer_full" });
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  stop.abort();
  await stopped;

  const torn = collect(f.client.events());
  line.say(snapshot({ asOf: { epoch: "e", offset: 12 } }));
  await expect(torn).rejects.toBeInstanceOf(EventsLostError);
});

test("leaving the loop ends a stream", async () => {
  const f = await fixture();
  const line = await live(f);
  const stream = f.client.events();
  line.say(events(answered));
  for await (const event of stream) {
    if (event.offset === 3) break;
  }
  expect(await stream[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
});

test("run() gives a run from its first event to its terminal one, also when it began before the call", async () => {
  const f = await fixture();
  const line = await live(f);
  line.say(events(answered.slice(0, 8)));
  await until(f.client, () => f.client.view.cursor?.offset === 8);
  const run = collect(f.client.run("r3"));
  const other = logOf([
    [0, 0, 0],
    [5, 0, 0],
  ]).map((event) => ({ ...event, offset: event.offset + 16 }));
  line.say(events([...answered.slice(8), ...other]));
  expect(await run).toEqual(answered.filter((event) => event.runId === "r3"));
  expect(await collect(f.client.run("r3"))).toHaveLength(answered.length - 2);
  expect((await collect(f.client.run("r3"))).map((event) => event.seq)).toEqual(
    [...answered.slice(2).keys()].map((n) => n + 1),
  );
});

test("run() of a run whose events are gone says so instead of waiting for ever", async () => {
  const f = await fixture();
  const line = await live(f);
  const big = "x".repeat(recentCharsMax);
  const next = { offset: 17, id: "big", type: "usage_reported", at: 1, threadId: "t1", data: { model: big } };
  line.say(events(answered));
  line.sayText(JSON.stringify({ type: "events", events: [next] }));
  await until(f.client, () => f.client.view.cursor?.offset === 17);
  await expect(collect(f.client.run("r3"))).rejects.toMatchObject({ code: "run_over" });
});

const message = (n: number): Message => ({
  id: `m${n}`,
  threadId: "t1",
  role: "user",
  at: n,
  parts: [{ type: "text", text: `${n}` }],
  status: "completed",
});
const all = [...Array(pageItemsMax * 2 + 10).keys()].map(message);

function page(path: string): readonly [number, unknown] {
  const url = new URL(path, "http://x");
  const before = url.searchParams.get("before");
  const end = before === null ? all.length : all.findIndex(({ id }) => id === before);
  if (url.pathname === "/api/threads/t1") return [200, { thread: threadOf("t1", 1) }];
  if (url.pathname !== "/api/threads/t1/messages") {
    return [404, { error: { code: "not_found", message: "no such thread", retry: "never" } }];
  }
  return [200, { messages: all.slice(Math.max(0, end - Number(url.searchParams.get("limit"))), end) }];
}

test("a thread is loaded page by page without repeats or gaps, once at a time", async () => {
  const f = await fixture();
  const paths: string[] = [];
  f.peer.api = async (path) => {
    paths.push(path);
    return page(path);
  };
  await live(f);
  const [opened, joined] = await Promise.all([f.client.openThread("t1"), f.client.openThread("t1")]);
  expect(opened).toEqual({ ok: true });
  expect(joined).toBe(opened);
  expect(paths.sort()).toEqual(["/api/threads/t1", "/api/threads/t1/messages?limit=50"]);
  expect(f.client.view.threadById.get("t1")?.title).toBe("About t1");
  expect(f.client.view.messagesByThread.get("t1")).toEqual(all.slice(-50));
  expect(await f.client.openThread("t1")).toEqual({ ok: true });
  await f.client.loadOlder("t1");
  await f.client.loadOlder("t1");
  expect(f.client.view.messagesByThread.get("t1")).toEqual(all);
  expect(f.client.view.historyByThread.get("t1")).toEqual({ is: "complete" });
  await f.client.loadOlder("t1");
  expect(paths).toHaveLength(4);
});

test("a load that fails is a value in the answer and in the view, and can be tried again", async () => {
  const f = await fixture();
  await live(f);
  expect(await f.client.openThread("t2")).toMatchObject({ ok: false, code: "not_found", retry: "never" });
  expect(f.client.view.historyByThread.get("t2")).toMatchObject({ is: "failed", code: "not_found" });
  for (const answer of [
    [502, "<html>"],
    [200, { messages: [{ id: 7 }] }],
    [200, null],
  ] as const) {
    f.peer.api = async () => answer;
    expect(await f.client.openThread("t1")).toMatchObject({ ok: false, code: "unreachable", retry: "later" });
  }
  f.peer.api = () => Promise.reject(new Error("cut"));
  expect(await f.client.openThread("t1")).toMatchObject({ ok: false, code: "unreachable" });
  f.peer.api = async (path) => page(path);
  expect(await f.client.openThread("t1")).toEqual({ ok: true });

  f.peer.api = () => new Promise(() => undefined);
  const stuck = f.client.openThread("t3");
  await f.clock.advance(30_000);
  expect(await stuck).toMatchObject({ ok: false, code: "unreachable" });
  const closed = f.client.openThread("t3");
  f.client.close();
  expect(await closed).toMatchObject({ ok: false, code: "client_closed" });
  // Not "loading" for ever; and it can be opened when the client connects again.
  expect(f.client.view.historyByThread.get("t3")).toMatchObject({ is: "failed", code: "client_closed" });
});

test("a snapshot makes a page on its way void, and loads the open threads again", async () => {
  const f = await fixture();
  const line = await live(f);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let asked = 0;
  f.peer.api = async (path) => {
    if (path.includes("/messages") && ++asked === 1) await held;
    return page(path);
  };
  const opened = f.client.openThread("t1");
  const stop = Promise.withResolvers<void>();
  f.client.subscribe(() => f.client.view.cursor?.offset === 3 && stop.resolve());
  line.say(snapshot({ asOf: { epoch: "e", offset: 3 } }));
  await stop.promise;
  release();
  expect(await opened).toEqual({ ok: true });
  expect(asked).toBe(2);
  expect(f.client.view.messagesByThread.get("t1")).toHaveLength(pageItemsMax);
  line.say(snapshot({ asOf: { epoch: "e", offset: 9 } }));
  await until(f.client, () => f.client.view.cursor?.offset === 9);
  await until(f.client, () => f.client.view.historyByThread.get("t1")?.is === "partial");
  expect(asked).toBe(3);
});

test("older threads are loaded behind those of the snapshot", async () => {
  const f = await fixture();
  const listed = [...Array(130).keys()].map((n) => threadOf(`t${n}`, 1_000 - n));
  f.peer.api = async (path) => {
    const before = new URL(path, "http://x").searchParams.get("before");
    const from = listed.findIndex(({ id }) => id === before) + 1;
    return [200, { threads: listed.slice(from, from + 50) }];
  };
  const line = await live(f);
  line.say(snapshot({ threads: listed.slice(0, 100), asOf: { epoch: "e", offset: 1 } }));
  await until(f.client, () => f.client.view.threads.length === 100);
  expect(await f.client.loadOlderThreads()).toEqual({ ok: true });
  expect(f.client.view.threads).toEqual(listed);
  expect(f.client.view.threadsHistory).toEqual({ is: "complete" });
  expect(await f.client.loadOlderThreads()).toEqual({ ok: true });
});
