/** The clients of all contestants, in a process of their own: their time is nobody's score. */
import { answerCalls } from "../child.ts";
import { quantile } from "../statistics.ts";
import { Line, type LineOptions, nowUs } from "./line.ts";

export interface Joining {
  readonly key: string;
  readonly port: number;
  readonly dialect: LineOptions["dialect"];
  readonly users: number;
  readonly connectionsPerUser: number;
  readonly firstUser?: number;
  readonly timed?: boolean;
}

export interface Delays {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type LoadCalls = {
  /** Connects them all; answers how long that took. */
  readonly join: (joining: Joining) => Promise<{ readonly elapsedMs: number }>;
  /** Resolves when so many events came; rejects when a line failed, or any event was lost or repeated. */
  readonly receive: (what: { readonly key: string; readonly total: number }) => Promise<void>;
  /** Events so far. */
  readonly received: (what: { readonly key: string }) => number;
  readonly receiveAtLeast: (what: { readonly key: string; readonly total: number }) => Promise<void>;
  /** The offset of each line's newest event, by its user. */
  readonly offsets: (what: { readonly key: string }) => readonly (readonly [user: number, offset: number])[];
  /** From now on it is no failure when the server closes the sockets. */
  readonly allowCut: (what: { readonly key: string }) => void;
  /** Everybody comes back with a cursor; answers how long after `sinceUs` they had caught up. */
  readonly rejoin: (what: { readonly key: string; readonly sinceUs: number }) => Promise<Delays>;
  /** How long stamped events took since this was asked last. */
  readonly delays: (what: { readonly key: string }) => Delays;
  /** The first so many lines stop or go on reading. */
  readonly stall: (what: { readonly key: string; readonly lines: number; readonly stalled: boolean }) => void;
  readonly leave: (what: { readonly key: string }) => void;
};

interface Group {
  readonly joining: Joining;
  lines: Line[];
  mayBeCut: boolean;
  received: number;
  delays: number[];
  failure: string | undefined;
  /** Looks whether what somebody waits for has come. */
  wake: (() => void) | undefined;
}

const handshakesUnderWay = 256;
const groups = new Map<string, Group>();

answerCalls({
  async join(joining) {
    const began = performance.now();
    const group: Group = {
      joining,
      lines: [],
      mayBeCut: false,
      received: 0,
      delays: [],
      failure: undefined,
      wake: undefined,
    };
    groups.set(joining.key, group);
    const { users, connectionsPerUser, firstUser = 0 } = joining;
    await inLanes(users * connectionsPerUser, (index) =>
      connect(group, firstUser + Math.floor(index / connectionsPerUser)),
    );
    return { elapsedMs: performance.now() - began };
  },
  received: ({ key }) => groupOf(key).received,
  async receiveAtLeast({ key, total }) {
    await reach(groupOf(key), (received) => received >= total);
  },
  offsets: ({ key }) => groupOf(key).lines.map(({ user, offset }) => [user, offset]),
  allowCut({ key }) {
    groupOf(key).mayBeCut = true;
  },
  async rejoin({ key, sinceUs }) {
    const group = groupOf(key);
    const before = group.lines;
    for (const line of before) line.end();
    group.lines = [];
    group.mayBeCut = false;
    const { connectionsPerUser, firstUser = 0 } = group.joining;
    const delays: number[] = [];
    await inLanes(before.length, async (index) => {
      const { epoch, offset } = before[index] ?? { epoch: "", offset: 0 };
      await connect(group, firstUser + Math.floor(index / connectionsPerUser), { epoch, offset });
      delays.push((nowUs() - sinceUs) / 1_000);
    });
    return { count: delays.length, p50Ms: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) };
  },
  async receive({ key, total }) {
    await reach(groupOf(key), (received) => {
      if (received > total) throw new Error(`${received} events came, ${total} were sent`);
      return received === total;
    });
  },
  delays({ key }) {
    const group = groupOf(key);
    const { delays } = group;
    group.delays = [];
    if (delays.length === 0) return { count: 0, p50Ms: 0, p99Ms: 0 };
    return { count: delays.length, p50Ms: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) };
  },
  stall({ key, lines, stalled }) {
    for (const line of groupOf(key).lines.slice(0, lines)) {
      if (stalled) line.pause();
      else line.resume();
    }
  },
  leave({ key }) {
    for (const line of groupOf(key).lines) line.end();
    groups.delete(key);
  },
} satisfies LoadCalls);

function groupOf(key: string): Group {
  const group = groups.get(key);
  if (!group) throw new Error(`load: nobody joined as ${key}`);
  return group;
}

async function inLanes(total: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: handshakesUnderWay }, lane));
}

/** Resolves when the line has joined; a cursor says where it left off. */
async function connect(group: Group, user: number, cursor?: LineOptions["cursor"]): Promise<void> {
  const { port, dialect, timed = false } = group.joining;
  await new Promise<void>((resolve, reject) => {
    const line = new Line({
      port,
      dialect,
      user,
      ...(cursor ? { cursor } : {}),
      ...(timed ? { onDelay: (delayMs: number) => void group.delays.push(delayMs) } : {}),
      onEvents(count) {
        group.received += count;
        group.wake?.();
      },
      onJoined: resolve,
      onFailed(why) {
        if (!group.mayBeCut) group.failure ??= why;
        group.wake?.();
        reject(new Error(why));
      },
    });
    group.lines.push(line);
  });
}

/** Resolves when the number of events received satisfies `met`; rejects when a line fails before. */
async function reach(group: Group, met: (received: number) => boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    group.wake = () => {
      if (group.failure !== undefined) {
        reject(new Error(`The round is void: ${group.failure}`));
        return;
      }
      try {
        if (met(group.received)) resolve();
      } catch (error) {
        reject(new Error(`The round is void: ${error instanceof Error ? error.message : String(error)}`));
      }
    };
    group.wake();
  });
  group.wake = undefined;
}
