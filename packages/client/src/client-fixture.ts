/** A client against a scripted peer, with a clock that the test drives. */
import type { Event, HelloFrame, SnapshotFrame } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { onTestFinished } from "vitest";
import { type Client, createClient } from "./client.ts";
import { logOf } from "./generated-log.ts";
import type { ClientOptions } from "./options.ts";
import { type PeerLine, ScriptedPeer, welcome } from "./scripted-peer.ts";

export interface Fixture {
  readonly peer: ScriptedPeer;
  readonly client: Client;
  readonly clock: TestClock;
  /** Signs of life, as a page would give them. */
  readonly wake: () => void;
}

export async function fixture(options: Partial<ClientOptions> = {}): Promise<Fixture> {
  const peer = await ScriptedPeer.start();
  const clock = new TestClock();
  let wake: () => void = () => undefined;
  const client = createClient({
    url: peer.url,
    clock,
    makeId: countingIds("cmd"),
    random: () => 0.5,
    onWake(call) {
      wake = call;
      return () => {
        wake = () => undefined;
      };
    },
    ...options,
  });
  onTestFinished(async () => {
    client.close();
    await peer.stop();
  });
  return { peer, client, clock, wake: () => wake() };
}

/** Resolves when `holds`, looking again after each change that the client tells of. */
export async function until(client: Client, holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      const stop = client.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

/** Lets the time pass that the client waits before its next attempt, and not more. */
export async function comeBack({ client, clock }: Fixture): Promise<void> {
  if (client.state.is !== "waiting") throw new Error(`The client does not wait, it is ${client.state.is}.`);
  await clock.advance(client.state.retryAt - clock.now());
}

export function snapshot(fields: Partial<SnapshotFrame> = {}): SnapshotFrame {
  return { type: "snapshot", asOf: { epoch: "e", offset: 0 }, threads: [], activeRuns: [], ...fields };
}

/** Greets the client on its next line: welcome, a snapshot of nothing when it has no cursor. Not caught up. */
export async function greet(
  peer: ScriptedPeer,
  fields: Parameters<typeof welcome>[0] = {},
): Promise<{ readonly line: PeerLine; readonly hello: HelloFrame }> {
  const line = await peer.line();
  const hello = await line.next("hello");
  line.say(welcome(fields));
  if (!hello.cursor) line.say(snapshot({ asOf: { epoch: fields.epoch ?? "e", offset: 0 } }));
  return { line, hello };
}

/** Connects and comes to be live on an empty log. */
export async function live(
  { peer, client }: Fixture,
  fields?: Parameters<typeof welcome>[0],
): Promise<PeerLine> {
  client.connect();
  const { line } = await greet(peer, fields);
  line.say({ type: "caught_up", head: 0 });
  await until(client, () => client.state.is === "live");
  return line;
}

/** A thread, a question, and an answer in many pieces: 16 events. */
export const answered: readonly Event[] = logOf([
  [0, 0, 0],
  [3, 0, 1],
  [5, 0, 0],
  [8, 0, 1],
  [12, 0, 0],
  [9, 0, 42],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((word) => [15, 0, word] as const),
  [13, 0, 0],
]);

export function events(list: readonly Event[]) {
  return { type: "events", events: list } as const;
}
