/** Random logs over random lines: whatever breaks, the client shows and yields each event once, in order. */
import type { Event } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";
import { comeBack, events, snapshot, until } from "./client-fixture.ts";
import { logOf, moves } from "./generated-log.ts";
import { reduce } from "./reduce.ts";
import { type PeerLine, ScriptedPeer, welcome } from "./scripted-peer.ts";
import { emptyView } from "./view.ts";

/** How one line goes: how far back it repeats, how much it brings in which pieces, and how it ends. */
const lineArbitrary = fc.record({
  back: fc.nat({ max: 4 }),
  pieces: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
  end: fc.constantFrom("cut", "gap", "short", "slow_reader", "try_later", "garbage"),
});

type LinePlan = typeof lineArbitrary extends fc.Arbitrary<infer T> ? T : never;

function end(line: PeerLine, how: LinePlan["end"], log: readonly Event[], at: number): void {
  const beyond = log.slice(at + 1);
  if (how === "gap" && beyond.length > 0) line.say(events(beyond));
  else if (how === "short" && beyond.length > 0) line.say({ type: "caught_up", head: log.length });
  else if (how === "slow_reader" || how === "try_later") line.close(how);
  else if (how === "garbage") line.sayText('{"type":"events","events":[{}]}');
  else line.cut();
}

test("over any sequence of broken lines the view is the whole log's and events() yields each event once", async () => {
  const peer = await ScriptedPeer.start();
  try {
    await fc.assert(
      fc.asyncProperty(moves, fc.array(lineArbitrary, { maxLength: 5 }), async (plan, lines) => {
        const log = logOf(plan);
        const clock = new TestClock();
        const client = createClient({ url: peer.url, clock, random: () => 0 });
        const yielded: Event[] = [];
        const reading = (async () => {
          for await (const event of client.events()) yielded.push(event);
        })();
        client.connect();
        for (const { back, pieces, end: how } of lines) {
          const line = await peer.line();
          const { cursor } = await line.next("hello");
          line.say(welcome({ head: log.length }));
          // A snapshot would be right to break the stream; here the whole log is there to be replayed.
          if (!cursor) line.say(snapshot());
          let at = Math.max(0, (cursor?.offset ?? 0) - back);
          for (const piece of pieces) {
            line.say(events(log.slice(at, at + piece)));
            at = Math.min(log.length, at + piece);
          }
          end(line, how, log, Math.max(at, cursor?.offset ?? 0));
          await until(client, () => client.state.is === "waiting");
          // A second gap in a row asks for a snapshot, which is another test's matter.
          if (how === "gap" || how === "short") break;
          await comeBack({ client, clock, peer, wake: () => undefined });
        }
        if (client.state.is === "waiting") await comeBack({ client, clock, peer, wake: () => undefined });
        const line = await peer.line();
        const { cursor } = await line.next("hello");
        line.say(welcome({ head: log.length }));
        if (!cursor) line.say(snapshot());
        line.say(events(log.slice(cursor?.offset ?? 0)), { type: "caught_up", head: log.length });
        await until(client, () => client.state.is === "live");
        const empty = reduce(reduce(emptyView, { is: "welcome", userId: "ann" }), {
          is: "snapshot",
          frame: snapshot(),
        });
        expect(client.view).toEqual(reduce(empty, { is: "events", epoch: "e", events: log }));
        client.close();
        await reading;
        expect(yielded).toEqual(log);
        expect(clock.waiting).toBe(0);
        await line.closed;
      }),
      { numRuns: 60 },
    );
  } finally {
    await peer.stop();
  }
});
