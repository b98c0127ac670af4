/**
 * Deliberate bugs, each a wrapper between two parts. The simulation is only as good as what it catches: a bug
 * here that many seeds let pass is a hole in the checkers or in the workload.
 */
import type { Tool } from "@goldenpath/agents";
import type { WebSocketLike } from "@goldenpath/client";
import type { Committed, Journal } from "@goldenpath/journal";
import {
  type Bus,
  type CommandOutcome,
  type Commands,
  createLocalBus,
  Outgoing,
  type Transport,
  WebSocketContext,
} from "@goldenpath/websocket-core";
import type { Bug } from "./bug.ts";
import type { Disk } from "./disk.ts";

export const bugs: readonly Bug[] = [
  {
    name: "repeats a frame",
    story: "the server writes every 20th events frame twice",
    transport: (transport) => {
      let count = 0;
      return rewriting(transport, (text) => (isEvents(text) && ++count % 20 === 0 ? [text, text] : [text]));
    },
  },
  {
    name: "loses a frame",
    story: "every 30th events frame is dropped on its way into the socket",
    transport: (transport) => {
      let count = 0;
      return rewriting(transport, (text) => (isEvents(text) && ++count % 30 === 0 ? [] : [text]));
    },
  },
  {
    name: "swaps two frames",
    story: "two events frames of one tick change places",
    transport: (transport) => ({
      ...passing(transport),
      write(messages) {
        const at = messages.findIndex(
          (one, index) => isEvents(one.text) && isEvents(messages[index + 1]?.text),
        );
        const next = messages[at + 1];
        const one = messages[at];
        transport.write(at >= 0 && one && next ? messages.with(at, next).with(at + 1, one) : messages);
      },
    }),
  },
  {
    name: "loses answers",
    story: "every 10th answer to a command is not written",
    transport: (transport) => {
      let count = 0;
      return rewriting(transport, (text) =>
        text.startsWith('{"type":"done"') && ++count % 10 === 0 ? [] : [text],
      );
    },
  },
  {
    name: "forgets what waits",
    story: "the transport says that nothing is buffered, so slow readers are fed without end",
    transport: (transport) => ({
      ...passing(transport),
      get bufferedBytes() {
        return 0;
      },
    }),
  },
  {
    name: "answers before commit",
    story: "the journal answers commits of runs at once and writes them later",
    journal: (journal) =>
      wrapped(journal, {
        commit(commit) {
          if (!commit.run) return journal.commit(commit);
          void journal.commit(commit);
          return Promise.resolve({ is: "committed", epoch: "", first: 0, head: 0, result: null });
        },
      }),
  },
  {
    name: "delivers before commit",
    story: "subscribers hear of events that are not in the store yet",
    journal: (journal) => {
      const heads = new Map<string, number>();
      return wrapped(journal, {
        subscribe: (listener) =>
          journal.subscribe((committed) => {
            const { userId, head } = committed;
            heads.set(userId, head);
            const ghost = JSON.stringify({
              offset: head + 1,
              id: "ghost",
              type: "thread_deleted",
              at: 1,
              threadId: "x",
              data: {},
            });
            listener(
              head % 25 === 0
                ? { ...committed, head: head + 1, events: [...committed.events, ghost] }
                : committed,
            );
          }),
      });
    },
  },
  {
    name: "no dedupe of commands",
    story: "the journal does not remember command ids",
    journal: (journal) =>
      wrapped(journal, {
        async commit({ command, ...commit }) {
          const outcome = await journal.commit(commit);
          return outcome.is === "committed" && command ? { ...outcome, result: command.result } : outcome;
        },
      }),
  },
  {
    name: "no fence",
    story: "whoever writes for a run does so as its newest attempt",
    journal: (journal, disk) =>
      wrapped(journal, {
        async commit(commit) {
          const { run, userId } = commit;
          if (!run) return journal.commit(commit);
          const now = await disk.inner.run(userId, run.runId);
          return journal.commit({ ...commit, run: { ...run, attempt: now?.attempt ?? run.attempt } });
        },
      }),
  },
  {
    name: "forgets the end",
    story: "every 5th terminal event is answered and never written",
    journal: (journal) => {
      let count = 0;
      return wrapped(journal, {
        commit: (commit) =>
          commit.finalMessage && ++count % 5 === 0
            ? Promise.resolve({ is: "committed", epoch: "", first: 0, head: 0, result: null })
            : journal.commit(commit),
      });
    },
  },
  {
    name: "loses the final message",
    story: "the answer of a run is not kept in its thread",
    journal: (journal) =>
      wrapped(journal, {
        commit: ({ finalMessage: _, ...commit }) => journal.commit(commit),
      }),
  },
  {
    name: "reads one too far",
    story: "the journal's read begins one event too late",
    journal: (journal) =>
      wrapped(journal, {
        async read(userId, after, eventsMax, bytesMax) {
          const read = await journal.read(userId, after + 1, eventsMax, bytesMax);
          return read.is === "events" && read.events.length === 0
            ? journal.read(userId, after, eventsMax, bytesMax)
            : read;
        },
      }),
  },
  {
    name: "reads across users",
    story: "a replay comes from the log of another user",
    journal: (journal, disk) =>
      wrapped(journal, {
        read(userId, after, eventsMax, bytesMax) {
          const other = [...disk.logs.keys()].find((one) => one !== userId) ?? userId;
          return journal.read(other, after, eventsMax, bytesMax);
        },
      }),
  },
  {
    name: "skips what was trimmed",
    story: "a reader below the floor goes on at the floor instead of getting a snapshot",
    journal: (journal) =>
      wrapped(journal, {
        async extent(userId) {
          return { ...(await journal.extent(userId)), floor: 0 };
        },
        async read(userId, after, eventsMax, bytesMax) {
          const read = await journal.read(userId, after, eventsMax, bytesMax);
          return read.is === "trimmed" ? journal.read(userId, read.floor, eventsMax, bytesMax) : read;
        },
      }),
  },
  {
    name: "stale snapshot",
    story: "a snapshot says that it is older than it is",
    journal: (journal) =>
      wrapped(journal, {
        async extent(userId) {
          const extent = await journal.extent(userId);
          return extent.head > extent.floor ? { ...extent, head: extent.head - 1 } : extent;
        },
      }),
  },
  {
    name: "forgets running runs",
    story: "a snapshot knows nothing of the runs under way",
    journal: (journal) => wrapped(journal, { activeRuns: () => Promise.resolve([]) }),
  },
  {
    name: "tells everybody",
    story: "the bus tells each user of every user's events",
    bus: (journal) => ({
      ...createLocalBus(journal),
      subscribe: (_userId, listener: (committed: Committed) => void) => journal.subscribe(listener),
    }),
  },
  {
    name: "trusts the line",
    story: "what another node tells is taken as the next events, whatever their offsets are",
    sharedBus: (bus) => ({
      ...passingBus(bus),
      subscribe(userId, listener) {
        let last = 0;
        return bus.subscribe(userId, (committed) => {
          const { events, head } = committed;
          const isNext = events.length === 0 || committed.first === last + 1 || last === 0;
          const told = isNext ? committed : { ...committed, first: last + 1, head: last + events.length };
          last = isNext ? head : told.head;
          listener(told);
        });
      },
    }),
  },
  {
    name: "asks for heads once",
    story: "what the line between the nodes lost is never looked for",
    journal(journal) {
      const asked = new Set<string>();
      return wrapped(journal, {
        extents(userIds) {
          const fresh = userIds.filter((userId) => !asked.has(userId));
          for (const userId of fresh) asked.add(userId);
          return journal.extents(fresh);
        },
      });
    },
  },
  {
    name: "claims without attempt",
    story: "a node that takes a run over goes on writing with the attempt of the one before",
    journal: (journal) =>
      wrapped(journal, {
        async claimRun(userId, runId, claim) {
          const claimed = await journal.claimRun(userId, runId, claim);
          return claimed && { ...claimed, attempt: claim.attempt };
        },
      }),
  },
  {
    name: "carries no sign-out",
    story: "a session that ended on one node is not told to the others",
    sharedBus: (bus) => ({
      ...passingBus(bus),
      signal: (userId, signal) => {
        if (signal.is !== "session_ended") bus.signal(userId, signal);
      },
    }),
  },
  {
    name: "trusts what a signal says of whom",
    story: "who decides a stranger's approval is told to the node that has the run as that stranger",
    commands: (commands, disk, bus) => ({
      ...binding(commands),
      resolve(context, frame) {
        const { approvalId, decision } = frame;
        const owner = ownerOf(disk, approvalId.replace(/\.a\d+$/, ""));
        if (owner !== undefined && owner !== context.userId)
          bus?.signal(owner, { is: "approval_decided", approvalId, decision });
        return commands.resolve(context, frame);
      },
    }),
  },
  {
    name: "trusts ids",
    story: "a command acts for the owner of whatever it names",
    commands: (commands, disk) => ownedBy(commands, disk),
  },
  {
    name: "swallows commands",
    story: "every 8th send is answered as done and not carried out",
    commands: (commands) => {
      let count = 0;
      return {
        ...binding(commands),
        send: (context, frame) =>
          ++count % 8 === 0
            ? Promise.resolve({ is: "done", result: { threadId: "t", messageId: "m", runId: "r" } })
            : commands.send(context, frame),
      };
    },
  },
  {
    name: "says stopped, goes on",
    story: "cancel is answered as done and nothing is cancelled",
    commands: (commands) => ({
      ...binding(commands),
      cancel: (_context, { runId }): Promise<CommandOutcome> =>
        Promise.resolve({ is: "done", result: { runId } }),
    }),
  },
  {
    name: "never recovers",
    story: "a starting server leaves unfinished runs as they are",
    neverRecovers: true,
  },
  {
    name: "never finds orphans",
    story: "nobody looks for runs whose owner is gone",
    journal: (journal) => wrapped(journal, { orphanedRuns: () => Promise.resolve([]) }),
  },
  {
    name: "voids nothing",
    story: "a run that goes on keeps what it then writes again",
    journal: (journal) =>
      wrapped(journal, {
        commit: (commit) =>
          journal.commit({
            ...commit,
            events: commit.events.map((event) =>
              event.type === "agent_resumed"
                ? { ...event, data: { ...event.data, voidFrom: 1_000_000 } }
                : event,
            ),
          }),
      }),
  },
  {
    name: "does finished calls again",
    story: "whoever takes a run over does not see that its calls were finished",
    journal: (journal) =>
      wrapped(journal, {
        async runEvents(userId, runId) {
          const events = await journal.runEvents(userId, runId);
          return events.filter(({ type }) => type !== "tool_completed");
        },
      }),
  },
  {
    name: "begins calls twice",
    story: "whoever takes a run over does not see its calls",
    journal: (journal) =>
      wrapped(journal, {
        async runEvents(userId, runId) {
          const events = await journal.runEvents(userId, runId);
          return events.filter(({ type }) => type !== "tool_completed" && type !== "tool_executing");
        },
      }),
  },
  {
    name: "repeats what is not safe",
    story: "every tool says that it may be repeated",
    tool: (tool) => ({ ...tool, idempotent: true }),
  },
  { name: "never revokes", story: "signing out closes no socket", neverRevokes: true },
  { name: "cancels on close", story: "a closed socket cancels its user's runs", cancelsOnClose: true },
  {
    name: "runs tools twice",
    story: "every call has its effect twice",
    tool: (tool) =>
      ({
        ...tool,
        async run(input, context) {
          await tool.run(input, context);
          return tool.run(input, context);
        },
      }) satisfies Tool,
  },
  {
    name: "off by one",
    story: "a client resumes one event too late",
    socket: (socket) => hello(socket, 1),
  },
  {
    name: "off by one, below",
    story: "a client resumes one event too early",
    socket: (socket) => hello(socket, -1),
  },
  {
    name: "new id when repeated",
    story: "a repeated command has another id",
    socket: (socket, disk) => {
      const seen = sentByWorld.get(disk) ?? new Set();
      sentByWorld.set(disk, seen);
      return {
        ...passingSocket(socket),
        send(text) {
          const frame = JSON.parse(text) as { readonly type: string; readonly id?: string };
          const { id } = frame;
          if (frame.type !== "send" || id === undefined) return socket.send(text);
          const isRepeated = seen.has(id);
          seen.add(id);
          socket.send(isRepeated ? JSON.stringify({ ...frame, id: `${id}.again` }) : text);
        },
      };
    },
  },
];

/** The commands that were sent, over all sockets of a world. */
const sentByWorld = new WeakMap<Disk, Set<string>>();

function isEvents(text: string | undefined): boolean {
  return text?.startsWith('{"type":"events"') ?? false;
}

function passing(transport: Transport): Transport {
  return {
    open: (events) => transport.open(events),
    write: (messages) => transport.write(messages),
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
    get bufferedBytes() {
      return transport.bufferedBytes;
    },
  };
}

function rewriting(transport: Transport, rewrite: (text: string) => readonly string[]): Transport {
  const { open, close, terminate } = passing(transport);
  return {
    open,
    close,
    terminate,
    write: (messages) =>
      transport.write(messages.flatMap(({ text }) => rewrite(text).map((one) => new Outgoing(one)))),
    get bufferedBytes() {
      return transport.bufferedBytes;
    },
  };
}

function passingBus(bus: Bus): Bus {
  return {
    subscribe: (userId, listener) => bus.subscribe(userId, listener),
    signal: (userId, signal) => bus.signal(userId, signal),
    onSignal: (listener) => bus.onSignal(listener),
    stats: () => bus.stats(),
    close: () => bus.close(),
  };
}

function passingSocket(socket: WebSocketLike): WebSocketLike {
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
  };
}

/** Everything of the journal but what is replaced. */
function wrapped(journal: Journal, replaced: Partial<Journal>): Journal {
  return new Proxy(journal, {
    get(target, name: keyof Journal) {
      const member = replaced[name] ?? target[name];
      return typeof member === "function" ? member.bind(replaced[name] ? replaced : target) : member;
    },
  });
}

function binding(commands: Commands): Commands {
  return {
    send: (context, frame) => commands.send(context, frame),
    cancel: (context, frame) => commands.cancel(context, frame),
    resolve: (context, frame) => commands.resolve(context, frame),
  };
}

function ownedBy(commands: Commands, disk: Disk): Commands {
  return {
    ...binding(commands),
    cancel(context, frame) {
      const userId = ownerOf(disk, frame.runId) ?? context.userId;
      return commands.cancel(new WebSocketContext({ ...context, userId }), frame);
    },
  };
}

function ownerOf(disk: Disk, runId: string): string | undefined {
  return [...disk.logs.keys()].find((userId) => disk.runsOf(userId).includes(runId));
}

function hello(socket: WebSocketLike, by: number): WebSocketLike {
  return {
    ...passingSocket(socket),
    send(text) {
      const frame = JSON.parse(text) as {
        readonly type: string;
        readonly cursor?: { readonly offset: number };
      };
      if (frame.type !== "hello" || !frame.cursor) return socket.send(text);
      const offset = Math.max(0, frame.cursor.offset + by);
      socket.send(JSON.stringify({ ...frame, cursor: { ...frame.cursor, offset } }));
    },
  };
}
