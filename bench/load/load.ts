/** The clients of all contestants, in a process of their own: their time is nobody's score. */
import { answerCalls } from "../child.ts";
import { quantile } from "../statistics.ts";
import { Line, type LineOptions } from "./line.ts";

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
  /** How long stamped events took since this was asked last. */
  readonly delays: (what: { readonly key: string }) => Delays;
  /** The first so many lines stop or go on reading. */
  readonly stall: (what: { readonly key: string; readonly lines: number; readonly stalled: boolean }) => void;
  readonly leave: (what: { readonly key: string }) => void;
};

interface Group {
  readonly lines: Line[];
  received: number;
  delays: number[];
  failure: string | undefined;
  /** Looks whether what somebody waits for has come. */
  wake: (() => void) | undefined;
}

const handshakesUnderWay = 256;
const groups = new Map<string, Group>();

answerCalls({
  async join({ key, users, connectionsPerUser, firstUser = 0, timed = false, port, dialect }) {
    const began = performance.now();
    const group: Group = { lines: [], received: 0, delays: [], failure: undefined, wake: undefined };
    groups.set(key, group);
    const total = users * connectionsPerUser;
    let next = 0;
    const lane = async () => {
      while (next < total) {
        const user = firstUser + Math.floor(next++ / connectionsPerUser);
        await new Promise<void>((resolve, reject) => {
          const line = new Line({
            port,
            dialect,
            user,
            ...(timed ? { onDelay: (delayMs: number) => void group.delays.push(delayMs) } : {}),
            onEvents(count) {
              group.received += count;
              group.wake?.();
            },
            onJoined: resolve,
            onFailed(why) {
              group.failure ??= why;
              group.wake?.();
              reject(new Error(why));
            },
          });
          group.lines.push(line);
        });
      }
    };
    await Promise.all(Array.from({ length: handshakesUnderWay }, lane));
    return { elapsedMs: performance.now() - began };
  },
  async receive({ key, total }) {
    const group = groupOf(key);
    await new Promise<void>((resolve, reject) => {
      group.wake = () => {
        if (group.failure !== undefined) reject(new Error(`The round is void: ${group.failure}`));
        else if (group.received > total)
          reject(new Error(`The round is void: ${group.received} events came, ${total} were sent`));
        else if (group.received === total) resolve();
      };
      group.wake();
    });
    group.wake = undefined;
  },
  delays({ key }) {
    const group = groupOf(key);
    const { delays } = group;
    group.delays = [];
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
