import { settle, TestClock } from "@goldenpath/protocol/testing";
import { expect, test } from "vitest";
import type { BusStats } from "./bus.ts";
import { SessionCheck } from "./session-check.ts";

function start(sessionIds: readonly string[] = ["a", "b", "b"]) {
  const clock = new TestClock();
  const asked: (readonly string[])[] = [];
  const ended: string[] = [];
  const failed: unknown[] = [];
  const state = {
    bus: { kind: "nats", connected: true } as Pick<BusStats, "kind" | "connected">,
    over: [] as readonly string[],
    fault: undefined as Error | undefined,
    answers: Promise.resolve(),
  };
  const check = new SessionCheck({
    clock,
    bus: { stats: () => state.bus },
    sessionIds: () => sessionIds,
    endedSessions: async (ids) => {
      asked.push(ids);
      await state.answers;
      if (state.fault) throw state.fault;
      return state.over.filter((id) => ids.includes(id));
    },
    ended: (sessionId) => ended.push(sessionId),
    failed: (error) => failed.push(error),
  });
  const seconds = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await clock.advance(1_000);
      check.sweep();
      await settle();
    }
  };
  return { state, asked, ended, failed, seconds };
}

test("asks every ten seconds while other nodes are heard, every second while they are not (D7)", async () => {
  const { state, asked, ended, seconds } = start();
  await seconds(30);
  expect(asked).toEqual([
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
  ]);
  state.bus = { kind: "nats", connected: false };
  state.over = ["b"];
  await seconds(1);
  expect(ended).toEqual(["b"]);
  await seconds(4);
  expect(asked).toHaveLength(8);
  // What was said while nobody was heard: asked once more when the line is back.
  state.bus = { kind: "nats", connected: true };
  await seconds(2);
  expect(asked).toHaveLength(9);
});

test("asks nothing more while the login has not answered", async () => {
  const { state, asked, seconds } = start();
  state.bus = { kind: "nats", connected: false };
  const { promise, resolve } = Promise.withResolvers<void>();
  state.answers = promise;
  await seconds(5);
  expect(asked).toHaveLength(1);
  resolve();
  await seconds(2);
  expect(asked).toHaveLength(3);
});

test("a node that is alone asks nobody", async () => {
  const { state, asked, seconds } = start();
  state.bus = { kind: "local", connected: true };
  await seconds(30);
  expect(asked).toEqual([]);
});

test("asks about 500 sessions at once, and again after a failure", async () => {
  const many = Array.from({ length: 1_200 }, (_, n) => `s${n}`);
  const { state, asked, ended, failed, seconds } = start(many);
  state.bus = { kind: "postgres", connected: false };
  state.fault = new Error("no answer");
  await seconds(1);
  expect([asked.length, failed]).toEqual([1, [state.fault]]);
  state.fault = undefined;
  state.over = ["s1199"];
  await seconds(1);
  expect(asked.slice(1).map((ids) => ids.length)).toEqual([500, 500, 200]);
  expect(ended).toEqual(["s1199"]);
});
