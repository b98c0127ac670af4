/** Our own path, whole: emitter, journal, bus, log reader, connection, socket. */
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { createMemoryJournal, type Journal, openSqliteJournal } from "@goldenpath/journal";
import { type NewEvent, randomId, systemClock } from "@goldenpath/protocol";
import {
  type Bus,
  getWebSocketManager,
  WebSocketContext,
  WebSocketCore,
  type WebSocketEmitter,
} from "@goldenpath/websocket-core";
import { type Contestant, type ContestantOptions, thought, userOf } from "./contestant.ts";

interface Person {
  readonly context: WebSocketContext;
  readonly threadId: string;
  emitter: WebSocketEmitter | undefined;
}

export interface GoldenpathParts {
  readonly journal: Journal;
  /** Where it is one node of several. */
  readonly bus?: Bus;
  /** The users whose runs are this node's: from `first` on so many. Default: all of them. */
  readonly own?: { readonly first: number; readonly count: number };
}

export async function createGoldenpath(
  options: ContestantOptions,
  { journal, bus, own = { first: 0, count: options.users } }: GoldenpathParts,
): Promise<Contestant> {
  const people = Array.from({ length: options.users }, (_, user): Person => {
    const expiresAt = Date.now() + 3_600_000;
    const context = new WebSocketContext({ userId: `user-${user}`, sessionId: `session-${user}`, expiresAt });
    return { context, threadId: `thread-${user}`, emitter: undefined };
  });
  let committed = 0;
  journal.subscribe(({ events }) => {
    committed += events.length;
  });
  const refuse = async () => ({ is: "refused", code: "not_found" }) as const;
  const core = new WebSocketCore({
    journal,
    commands: { send: refuse, cancel: refuse, resolve: refuse },
    clock: systemClock,
    makeId: randomId,
    authenticate: async (request) => people[userOf(request.headers.cookie)]?.context,
    redeemTicket: async () => undefined,
    originAllowed: () => false,
    onFault: ({ error }) => console.error(error),
    ...(bus && { bus }),
  });
  options.server.on("upgrade", (request, socket, head) => core.handleUpgrade(request, socket, head));
  // As the command does; it changes nothing for bare `ws`.
  setFlagsFromString("--no-allocation-site-pretenuring");
  return {
    prepare: async () => {
      const mine = people.slice(own.first, own.first + own.count);
      await Promise.all(mine.map((person) => beginRun(core, journal, person)));
    },
    send(user, count, padChars = 0) {
      const { emitter } = people[own.first + user] ?? {};
      if (!emitter) throw new RangeError(`bench: user ${user} has no run`);
      const pad = padChars > 0 ? "x".repeat(padChars) : "";
      const think = () => emitter.thinking("t", thought(options.stamped) + pad);
      for (let left = count; left > 1; left--) void think();
      return think().then((emitted) => {
        if (emitted.is === "refused") throw new Error(`${emitted.why}: ${emitted.detail}`);
      });
    },
    get delivered() {
      return committed * options.connectionsPerUser;
    },
    async heads() {
      const extents = await Promise.all(people.map(({ context }) => journal.extent(context.userId)));
      return extents.map(({ head }) => head);
    },
    bufferedBytes: () => core.stats().bufferedBytes,
    async close() {
      await core.close();
      await bus?.close();
      await journal.close();
    },
  };
}

export async function openJournal(engine: "memory" | "SQLite", folder: string): Promise<Journal> {
  const arguments_ = { clock: systemClock, makeId: randomId };
  if (engine === "memory") return createMemoryJournal(arguments_);
  const opened = await openSqliteJournal({ ...arguments_, path: join(folder, "journal.db") });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

/** Ends the run of the round before and begins one of its own, so that no answer grows over all rounds. */
async function beginRun(core: WebSocketCore, journal: Journal, person: Person): Promise<void> {
  const { context, threadId } = person;
  const { userId } = context;
  await person.emitter?.completed();
  const at = Date.now();
  const runId = randomId();
  const started: NewEvent = {
    id: `${runId}.1`,
    type: "agent_started",
    at,
    threadId,
    runId,
    seq: 1,
    agent: "bench",
    data: { messageId: `${runId}.answer`, label: "bench", attempt: 1 },
  };
  const events: NewEvent[] = [];
  if ((await journal.thread(userId, threadId)) === undefined) {
    const thread = { id: threadId, title: "A question", createdAt: at, updatedAt: at };
    events.push({ id: `${threadId}.1`, type: "thread_created", at, threadId, data: { thread } });
  }
  const outcome = await journal.commit({ userId, owner: "bench", events: [...events, started] });
  if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
  person.emitter = getWebSocketManager(core, context).emitter({
    context: context.for({ threadId, runId }),
    agent: "bench",
    attempt: 1,
    committed: [started],
  });
}
