import { closeCodes, limits } from "@goldenpath/protocol";
import { settle } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { backoffMs, judgeClose, ownCloseCodes } from "./backoff.ts";
import { answered, comeBack, events, fixture, greet, live, snapshot, until } from "./client-fixture.ts";
import { reduce } from "./reduce.ts";
import { welcome } from "./scripted-peer.ts";
import { emptyView } from "./view.ts";

const whole = reduce(
  reduce(reduce(emptyView, { is: "welcome", userId: "ann" }), { is: "snapshot", frame: snapshot() }),
  { is: "events", epoch: "e", events: answered },
);

test("hello comes first, and the states are told in order", async () => {
  const { peer, client } = await fixture({ name: "test/1" });
  const states: string[] = [];
  client.subscribe(() => states.push(client.state.is));
  expect(client.state).toEqual({ is: "idle" });
  client.connect();
  expect(client.state).toEqual({ is: "connecting", attempt: 1 });
  const line = await peer.line();
  expect(await line.next("hello")).toEqual({ type: "hello", client: "test/1" });
  line.say(welcome());
  await until(client, () => client.state.is === "catching_up");
  line.say(snapshot(), { type: "caught_up", head: 0 });
  await until(client, () => client.state.is === "live");
  expect([...new Set(states)]).toEqual(["connecting", "catching_up", "live"]);
  expect(client.view.userId).toBe("ann");
});

test("a drop in the middle of an answer resumes at the cursor, and the view is that of the whole log", async () => {
  const f = await fixture();
  const first = await live(f);
  first.say(events(answered.slice(0, 9)));
  await until(f.client, () => f.client.view.cursor?.offset === 9);
  expect([...f.client.view.activeRuns.values()][0]?.status).toBe("streaming");
  first.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "connection_lost", retryAt: f.clock.now() + 750 });
  await comeBack(f);
  const { line, hello } = await greet(f.peer);
  expect(hello.cursor).toEqual({ epoch: "e", offset: 9 });
  // A server that repeats some of it, and cuts it in other pieces, changes nothing (D2).
  line.say(events(answered.slice(5, 12)), events(answered.slice(11)), { type: "caught_up", head: 16 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view).toEqual(whole);
  expect(f.client.counters).toEqual({ duplicates: 5, gaps: 0, connections: 2 });
});

test("a gap is never shown: the client reconnects with its cursor, and without one when that did not help", async () => {
  const f = await fixture();
  const first = await live(f);
  first.say(events(answered.slice(0, 3)), events(answered.slice(4)));
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "gap" });
  expect(f.client.view.cursor?.offset).toBe(3);
  expect(await first.closed).toBe(1000);

  await comeBack(f);
  const second = await greet(f.peer);
  expect(second.hello.cursor?.offset).toBe(3);
  second.line.say({ type: "caught_up", head: 16 }); // Again without the events: also a gap.
  await until(f.client, () => f.client.counters.gaps === 2);
  await comeBack(f);
  const third = await greet(f.peer);
  expect(third.hello.cursor).toBeUndefined();
  third.line.say(events(answered), { type: "caught_up", head: 16 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view).toEqual(whole);
});

test("a gap after progress is a first one: the cursor is said as it is (K3)", async () => {
  const f = await fixture();
  let line = await live(f);
  for (const offset of [3, 6, 9]) {
    line.say(events(answered.slice(offset - 3, offset)), events(answered.slice(offset + 1)));
    await until(f.client, () => f.client.state.is === "waiting");
    await comeBack(f);
    const next = await greet(f.peer);
    expect(next.hello.cursor?.offset).toBe(offset);
    line = next.line;
  }
});

test("a snapshot of another epoch replaces the view at once", async () => {
  const f = await fixture();
  const line = await live(f);
  line.say(events(answered));
  await until(f.client, () => f.client.view.cursor?.offset === 16);
  const before = f.client.view;
  line.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const second = await f.peer.line();
  await second.next("hello");
  second.say(welcome({ epoch: "e2" }));
  await until(f.client, () => f.client.state.is === "catching_up");
  expect(f.client.view).toBe(before);
  const threads = [{ id: "t9", title: "other", createdAt: 1, updatedAt: 1 }];
  second.say(snapshot({ asOf: { epoch: "e2", offset: 4 }, threads }), { type: "caught_up", head: 4 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view.threads).toEqual(threads);
  expect(f.client.view.messagesByThread.size).toBe(0);
  expect(f.client.view.cursor).toEqual({ epoch: "e2", offset: 4 });
});

test("goaway: a second line takes over at a moment of the client's own, and nothing is lost between", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say(events(answered.slice(0, 4)), { type: "goaway", afterMs: 8_000 });
  await until(f.client, () => f.client.view.cursor?.offset === 4);
  await f.clock.advance(1_999);
  expect(f.client.state.is).toBe("live");
  await f.clock.advance(1); // 8,000 / 2 × 0.5
  const second = await greet(f.peer);
  expect(second.hello.cursor?.offset).toBe(4);
  old.say(events(answered.slice(4, 7))); // The old line still works and still counts.
  await until(f.client, () => f.client.view.cursor?.offset === 7);
  expect(f.client.state.is).toBe("live");
  second.line.say(events(answered.slice(4)), { type: "caught_up", head: 16 });
  expect(await old.closed).toBe(1000);
  expect(f.client.state.is).toBe("live");
  expect(f.client.view).toEqual(whole);
  expect(f.client.counters.duplicates).toBe(3);
  second.line.say({ type: "ping" });
  await second.line.next("pong");
});

test("goaway: a second line that begins with a snapshot takes over at once", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(1_000);
  const second = await f.peer.line();
  await second.next("hello");
  const sent = f.client.send("hi");
  const frame = await old.next("send");
  second.say(welcome({ epoch: "e2" }), snapshot({ asOf: { epoch: "e2", offset: 7 } }));
  expect(await old.closed).toBe(1000);
  expect(f.client.state.is).toBe("catching_up");
  expect(f.client.view.cursor).toEqual({ epoch: "e2", offset: 7 });
  // What the old line did not answer goes over the new one.
  expect(await second.next("send")).toEqual(frame);
  second.say({ type: "done", id: frame.id, result: { threadId: "t", messageId: "m", runId: "r" } });
  expect(await sent).toMatchObject({ ok: true });
  second.say({ type: "caught_up", head: 7 });
  await until(f.client, () => f.client.state.is === "live");
});

test("goaway: when the second line fails the first one serves on, and its end decides", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(1_000);
  const second = await f.peer.line();
  second.close("too_many_connections");
  old.say(events(answered));
  await until(f.client, () => f.client.view.cursor?.offset === 16);
  expect(f.client.state.is).toBe("live");
  old.close("going_away");
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "going_away" });
});

test("goaway: a second line that fails is tried again within what is left of the window", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say({ type: "goaway", afterMs: 8_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(2_000); // 8,000 / 2 × 0.5
  const second = await f.peer.line();
  second.close("going_away");
  await second.closed;
  old.say(events(answered.slice(0, 4)));
  await until(f.client, () => f.client.view.cursor?.offset === 4);
  await f.clock.advance(1_500); // 6,000 / 2 × 0.5
  const third = await greet(f.peer);
  expect(third.hello.cursor?.offset).toBe(4);
  third.line.say(events(answered.slice(4)), { type: "caught_up", head: 16 });
  expect(await old.closed).toBe(1000);
  expect(f.client.state.is).toBe("live");
  expect(f.client.view).toEqual(whole);
});

test("goaway: when the first line ends after the second was welcomed, the second catches up", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(1_000);
  const { line } = await greet(f.peer);
  // The answer to an unknown type is none; that to a ping comes after the welcome was taken.
  line.say({ type: "ping" });
  await line.next("pong");
  old.cut();
  await until(f.client, () => f.client.state.is !== "live");
  expect(f.client.state.is).toBe("catching_up");
  line.say(events(answered), { type: "caught_up", head: 16 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view).toEqual(whole);
});

test("goaway: said twice it is one leaving, and the longest window is ten minutes", async () => {
  let opened = 0;
  const f = await fixture({
    webSocket(url, protocol) {
      opened++;
      return new WebSocket(url, protocol);
    },
  });
  const old = await live(f, { heartbeatMs: 3_600_000 });
  old.say({ type: "goaway", afterMs: 1e12 }, { type: "goaway", afterMs: 1_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(149_999); // 600,000 / 2 × 0.5, and not 1,000 / 2 × 0.5
  expect(opened).toBe(1);
  await f.clock.advance(1);
  const second = await greet(f.peer, { heartbeatMs: 3_600_000 });
  second.line.say({ type: "caught_up", head: 0 });
  expect(await old.closed).toBe(1000);
  await f.clock.advance(600_000);
  expect(opened).toBe(2);
});

test("goaway: the first line's end decides when it means login or stop, though a second is on its way", async () => {
  for (const [reason, state] of [
    ["session_revoked", { is: "signed_out", code: 4402 }],
    ["too_many_connections", { is: "stopped", code: 4503 }],
  ] as const) {
    const f = await fixture();
    const old = await live(f);
    old.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
    await old.next("pong");
    await f.clock.advance(1_000);
    const second = await greet(f.peer);
    old.close(reason);
    expect(await second.line.closed).toBe(1000);
    expect(f.client.state).toMatchObject(state);
  }
});

test("a cursor of another user's log is never read on from: the client joins anew and says none (N5, D4)", async () => {
  const f = await fixture();
  const first = await live(f);
  first.say(events(answered.slice(0, 4)));
  await until(f.client, () => f.client.view.cursor?.offset === 4);
  first.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  const second = await greet(f.peer, { userId: "bob" });
  expect(second.hello.cursor?.offset).toBe(4);
  // What bob's log has after ann's last offset.
  second.line.say(events(answered.slice(4)), { type: "caught_up", head: 16 });
  const third = await greet(f.peer, { userId: "bob" });
  expect(third.hello.cursor).toBeUndefined();
  expect(f.client.view).toMatchObject({ userId: "bob", threads: [] });
  third.line.say(events(answered), { type: "caught_up", head: 16 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view.cursor?.offset).toBe(16);
  expect(f.client.counters.gaps).toBe(0);
});

test("goaway: a second line that is another user's shows nothing of theirs as the first one's (N5, D4)", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say(events(answered.slice(0, 4)), { type: "goaway", afterMs: 1_000 });
  await until(f.client, () => f.client.view.cursor?.offset === 4);
  const shown: (string | undefined)[] = [];
  f.client.subscribe(() => {
    const { userId, cursor } = f.client.view;
    if (userId === "ann" && cursor && cursor.offset > 4) shown.push(`ann at ${cursor.offset}`);
  });
  await f.clock.advance(1_000);
  const second = await greet(f.peer, { userId: "bob" });
  second.line.say(events(answered.slice(4)), { type: "caught_up", head: 16 });
  const third = await greet(f.peer, { userId: "bob" });
  expect(third.hello.cursor).toBeUndefined();
  expect(await old.closed).toBe(1000);
  third.line.say(events(answered), { type: "caught_up", head: 16 });
  await until(f.client, () => f.client.state.is === "live");
  expect(f.client.view).toMatchObject({ userId: "bob", cursor: { offset: 16 } });
  expect(shown).toEqual([]);
});

test("goaway: when the first line ends early, the second is the connection", async () => {
  const f = await fixture();
  const old = await live(f);
  old.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
  await old.next("pong");
  await f.clock.advance(1_000);
  const second = await f.peer.line();
  old.close("going_away");
  await until(f.client, () => f.client.state.is === "connecting");
  await second.next("hello");
  second.say(welcome(), { type: "caught_up", head: 0 });
  await until(f.client, () => f.client.state.is === "live");
});

test("each code of the resume range waits and comes back", async () => {
  for (const reason of ["slow_reader", "try_later", "heartbeat_timeout", "flooding"] as const) {
    const f = await fixture();
    const line = await live(f);
    line.close(reason);
    await until(f.client, () => f.client.state.is === "waiting");
    expect(f.client.state).toMatchObject({ why: reason });
    await comeBack(f);
    await greet(f.peer);
  }
});

test("each code of the login range signs out, and connect() after signing in resumes", async () => {
  for (const reason of ["unauthenticated", "session_expired", "session_revoked"] as const) {
    const f = await fixture();
    const line = await live(f);
    line.close(reason);
    await until(f.client, () => f.client.state.is === "signed_out");
    expect(f.client.state).toEqual({ is: "signed_out", code: closeCodes[reason].code });
    expect(f.clock.waiting).toBe(0);
    f.client.connect();
    expect((await greet(f.peer)).hello.cursor).toEqual({ epoch: "e", offset: 0 });
  }
});

test("an error before welcome explains the close that follows, and is no fault of the protocol", async () => {
  const f = await fixture();
  f.client.connect();
  const line = await f.peer.line();
  await line.next("hello");
  line.say({ type: "error", code: "unauthenticated", message: "Sign in first.", retry: "never" });
  line.close("unauthenticated");
  await until(f.client, () => f.client.state.is !== "connecting");
  expect(f.client.state).toEqual({ is: "signed_out", code: closeCodes.unauthenticated.code });
});

test("each code of the stop range stops, with nothing left running", async () => {
  for (const reason of ["hello_timeout", "bad_hello", "too_many_connections"] as const) {
    const f = await fixture();
    const line = await live(f);
    line.close(reason);
    await until(f.client, () => f.client.state.is === "stopped");
    const message = expect.stringContaining(reason);
    expect(f.client.state).toEqual({ is: "stopped", code: closeCodes[reason].code, message });
    expect(f.clock.waiting).toBe(0);
    f.wake();
    expect(f.client.state.is).toBe("stopped");
  }
});

test("attempts slow down until a connection was caught up (N2)", async () => {
  const f = await fixture();
  f.client.connect();
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 8; attempt++) {
    const { line } = await greet(f.peer);
    line.cut();
    await until(f.client, () => f.client.state.is === "waiting");
    if (f.client.state.is !== "waiting") throw new Error("unreachable");
    expect(f.client.state.attempt).toBe(attempt);
    waits.push(f.client.state.retryAt - f.clock.now());
    await comeBack(f);
  }
  expect(waits).toEqual([750, 1_000, 1_500, 2_500, 4_500, 8_500, 10_500, 10_500]);
  const { line } = await greet(f.peer);
  line.say({ type: "caught_up", head: 0 });
  await until(f.client, () => f.client.state.is === "live");
  line.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ retryAt: f.clock.now() + 750 });
});

test("the back-off has jitter, a floor and a ceiling; flooding waits from the whole span", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, x) => {
        const ms = backoffMs(n, "connection_lost", () => x);
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(20_000);
      },
    ),
  );
  expect(backoffMs(1, "connection_lost", () => 0)).toBe(500);
  expect(backoffMs(1, "flooding", () => 0.5)).toBe(10_500);
});

test("the client's own copies of the protocol's codes and bounds are the protocol's", () => {
  for (const [name, code] of Object.entries(ownCloseCodes)) {
    expect(closeCodes[name as keyof typeof ownCloseCodes].code).toBe(code);
  }
  for (const [reason, { code }] of Object.entries(closeCodes)) {
    const ending = judgeClose(code, reason);
    expect(ending.is).toBe(code < 4400 ? "retry" : code < 4500 ? "login" : "stop");
    if (ending.is === "retry") expect(ending.why).toBe(reason);
  }
  expect(judgeClose(1006, "")).toEqual({ is: "retry", why: "connection_lost" });
  expect(judgeClose(1009, "")).toMatchObject({ is: "stop", code: 1009 });
  expect(limits.heartbeatGraceMs).toBe(10_000);
});

test("a server that goes silent is left after heartbeat and grace; a ping is answered and is life", async () => {
  const f = await fixture();
  const line = await live(f, { heartbeatMs: 5_000 });
  await f.clock.advance(14_000);
  line.say({ type: "ping" });
  await line.next("pong");
  await f.clock.advance(14_999);
  expect(f.client.state.is).toBe("live");
  await f.clock.advance(1);
  expect(f.client.state).toMatchObject({ is: "waiting", why: "silent" });
});

test("a sign of life ends the wait, not more than once in a second, and finds out a dead line", async () => {
  const f = await fixture();
  const line = await live(f);
  f.wake();
  expect(f.client.state.is).toBe("live");
  line.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  for (let attempt = 1; attempt <= 3; attempt++) {
    await comeBack(f);
    (await greet(f.peer)).line.cut();
    await until(f.client, () => f.client.state.is === "waiting");
  }
  expect(f.client.state).toMatchObject({ retryAt: f.clock.now() + 1_500 });
  await f.clock.advance(999);
  f.wake();
  expect(f.client.state.is).toBe("waiting");
  await f.clock.advance(1);
  f.wake();
  expect(f.client.state).toEqual({ is: "connecting", attempt: 4 });
  const third = await greet(f.peer);
  third.line.say({ type: "caught_up", head: 0 });
  await until(f.client, () => f.client.state.is === "live");
  // The machine sleeps: the wall clock runs on, timers do not fire.
  const now = vi.spyOn(f.clock, "now").mockReturnValue(f.clock.now() + 3_600_000);
  f.wake();
  expect(f.client.state).toMatchObject({ is: "waiting", why: "silent" });
  f.wake();
  now.mockRestore();
});

test("no welcome in time ends the attempt, whether the socket opened or not", async () => {
  const f = await fixture();
  f.client.connect();
  const line = await f.peer.line();
  await line.next("hello");
  await f.clock.advance(15_000);
  expect(f.client.state).toMatchObject({ is: "waiting", why: "no_answer" });
  const dead = await fixture({ fetchTicket: () => new Promise(() => undefined) });
  dead.client.connect();
  await dead.clock.advance(15_000);
  expect(dead.client.state).toMatchObject({ is: "waiting", why: "no_answer" });
});

test("what is not the protocol ends the line; unknown frames and events do not", async () => {
  const garbage = [
    "{",
    "null",
    "[]",
    '{"type":7}',
    '{"type":"events","events":[{"offset":1,"id":"x","type":"thread_created","threadId":"t","data":{"thread":1}}]}',
    '{"type":"events"}',
    '{"type":"events","events":[{"offset":1}]}',
    '{"type":"events","events":[{"offset":1,"id":"x","type":"message_created","threadId":"t","data":{}}]}',
    '{"type":"snapshot","asOf":{"epoch":"e","offset":-1},"threads":[],"activeRuns":[]}',
    '{"type":"welcome"}',
    JSON.stringify(welcome()),
  ];
  for (const text of garbage) {
    const f = await fixture();
    const line = await live(f);
    line.sayText(text);
    await until(f.client, () => f.client.state.is === "waiting");
    expect(f.client.state, text).toMatchObject({ why: "garbled" });
    f.client.close();
  }
  const f = await fixture();
  const line = await live(f);
  const strange = { offset: 1, id: "x", type: "poem_recited", at: 1, threadId: "t", data: {} };
  line.sayText('{"type":"weather","sun":true}');
  line.sayText('{"type":"__proto__"}');
  const stranger = { ...strange, offset: 2, type: "__proto__", runId: "r" };
  line.sayText(JSON.stringify({ type: "events", events: [strange, stranger] }));
  await until(f.client, () => f.client.view.cursor?.offset === 2);
  expect(f.client.state.is).toBe("live");
  line.sayBinary(new Uint8Array([1, 2]));
  await until(f.client, () => f.client.state.is === "waiting");
});

test("events before a snapshot or welcome are not believed", async () => {
  const f = await fixture();
  f.client.connect();
  const line = await f.peer.line();
  await line.next("hello");
  line.say(events(answered));
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "garbled" });
  await comeBack(f);
  const second = await f.peer.line();
  await second.next("hello");
  second.say(welcome(), events(answered));
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "gap" });
  expect(f.client.view.cursor).toBeUndefined();
});

test("events are acknowledged after 250 ms, or 64 of them", async () => {
  const f = await fixture();
  const line = await live(f);
  line.say(events(answered.slice(0, 2)));
  await until(f.client, () => f.client.view.cursor?.offset === 2);
  line.say(events(answered.slice(2, 5)));
  await until(f.client, () => f.client.view.cursor?.offset === 5);
  await f.clock.advance(249);
  expect(line.untaken).toEqual([]);
  await f.clock.advance(1);
  expect(await line.next("ack")).toEqual({ type: "ack", offset: 5 });
  const many = (from: number) =>
    [...Array(64)].map((_, index) => ({
      ...(answered[6] ?? answered[0]),
      offset: from + index,
    })) as typeof answered;
  await f.clock.advance(100);
  line.say(events(many(6)));
  expect(await line.next("ack")).toEqual({ type: "ack", offset: 69 });
  // Not more often than every 100 ms, however many come.
  line.say(events(many(70)), { type: "ping" });
  await line.next("pong");
  expect(line.untaken).toEqual([]);
  await f.clock.advance(250);
  expect(await line.next("ack")).toEqual({ type: "ack", offset: 133 });
});

test("a ticket that comes after the client was closed opens nothing", async () => {
  const ticket = Promise.withResolvers<string>();
  const opened: string[] = [];
  const signals: AbortSignal[] = [];
  const f = await fixture({
    fetchTicket(signal) {
      signals.push(signal);
      return ticket.promise;
    },
    webSocket(url, protocol) {
      opened.push(url);
      return new WebSocket(url, protocol);
    },
  });
  f.client.connect();
  await settle();
  f.client.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  ticket.resolve("late");
  await settle();
  expect([opened, f.client.state.is]).toEqual([[], "idle"]);
});

test("a ticket is fetched before every connection, and a fresh one refreshes the session in place", async () => {
  let tickets = 0;
  const f = await fixture({ fetchTicket: async () => `ticket-${++tickets}` });
  f.client.connect();
  const first = await greet(f.peer);
  expect(first.hello.ticket).toBe("ticket-1");
  first.line.say({ type: "caught_up", head: 0 }, { type: "expiring", atMs: 1 });
  expect(await first.line.next("refresh")).toEqual({ type: "refresh", token: "ticket-2" });
  first.line.cut();
  await until(f.client, () => f.client.state.is === "waiting");
  await comeBack(f);
  expect((await greet(f.peer)).hello.ticket).toBe("ticket-3");
});

test("a ticket that was good is replaced when the next one is refused, each time anew", async () => {
  const f = await fixture({ fetchTicket: async () => "ticket" });
  f.client.connect();
  for (let times = 0; times < 3; times++) {
    const { line } = await greet(f.peer);
    line.say({ type: "caught_up", head: 0 });
    await until(f.client, () => f.client.state.is === "live");
    line.close("session_expired");
    await until(f.client, () => f.client.state.is !== "live");
    expect(f.client.state).toMatchObject({ is: "waiting", why: "unauthenticated" });
    await comeBack(f);
  }
});

test("a refused ticket is replaced once; nobody signed in, or a revoked session, is signed out", async () => {
  const answers: (string | undefined)[] = ["late", "late", "fresh"];
  const f = await fixture({ fetchTicket: async () => answers.shift() });
  f.client.connect();
  (await f.peer.line()).close("unauthenticated");
  await until(f.client, () => f.client.state.is === "waiting");
  expect(f.client.state).toMatchObject({ why: "unauthenticated" });
  await comeBack(f);
  (await f.peer.line()).close("unauthenticated");
  await until(f.client, () => f.client.state.is === "signed_out");
  f.client.connect();
  const { line } = await greet(f.peer);
  line.say({ type: "caught_up", head: 0 });
  await until(f.client, () => f.client.state.is === "live");
  line.close("session_revoked");
  await until(f.client, () => f.client.state.is === "signed_out");
  f.client.connect();
  await until(f.client, () => f.client.state.is === "signed_out");
  expect(f.client.state).toEqual({ is: "signed_out", code: 0 });

  const down = await fixture({ fetchTicket: () => Promise.reject(new Error("no network")) });
  down.client.connect();
  await until(down.client, () => down.client.state.is === "waiting");
  expect(down.client.state).toMatchObject({ why: "ticket_failed" });
});

test("close() ends what waits in every phase, and what listened for signs of life", async () => {
  for (const phase of ["leaving", "waiting", "dialing"]) {
    let watches = 0;
    const f = await fixture({
      onWake() {
        watches++;
        return () => watches--;
      },
    });
    const line = await live(f);
    if (phase === "leaving") {
      line.say({ type: "goaway", afterMs: 1_000 }, { type: "ping" });
      await line.next("pong");
    } else {
      line.cut();
      await until(f.client, () => f.client.state.is === "waiting");
      if (phase === "dialing") f.client.connect();
    }
    expect([f.clock.waiting > 0, watches]).toEqual([true, 1]);
    f.client.close();
    expect([phase, f.clock.waiting, watches]).toEqual([phase, 0, 0]);
  }
});

test("after a flood a sign of life ends no wait", async () => {
  const f = await fixture();
  (await live(f)).close("flooding");
  await until(f.client, () => f.client.state.is === "waiting");
  await f.clock.advance(2_000);
  f.wake();
  expect(f.client.state.is).toBe("waiting");
});

test("close() says so to the server, and leaves no timer behind", async () => {
  const f = await fixture();
  const line = await live(f);
  f.client.close();
  expect(f.client.state).toEqual({ is: "idle" });
  expect(await line.closed).toBe(closeCodes.client_closed.code);
  expect(f.clock.waiting).toBe(0);
  await settle();
  expect(f.client.state).toEqual({ is: "idle" });
});

test("an option that cannot be used is named", async () => {
  const { createClient } = await import("./client.ts");
  expect(() => createClient({ url: "chat.example.com" })).toThrow(/url needs/);
  expect(() => createClient({ url: "ws://chat.example.com" })).toThrow(/url needs/);
  expect(() => createClient({ url: "https://x", name: "" })).toThrow(/name/);
  expect(() => createClient({ url: "https://x", commandMsMax: 0 })).toThrow(/commandMsMax/);
  const urls: string[] = [];
  const client = createClient({
    url: "https://x.example/base/",
    webSocket(url) {
      urls.push(url);
      throw new Error("not allowed here");
    },
  });
  client.connect();
  await until(client, () => client.state.is === "stopped");
  expect(client.state).toMatchObject({ message: expect.stringContaining("not allowed here") });
  expect(urls).toEqual(["wss://x.example/base/ws"]);
});
