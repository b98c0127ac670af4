import type { CommandFrame, Decision, Event, Json, SendResult, UserPart } from "@goldenpath/protocol";
import { createCommands } from "./commands.ts";
import { createConnection } from "./connection.ts";
import { createHistoryLoader } from "./history.ts";
import { type ClientOptions, resolveOptions } from "./options.ts";
import { type Input, judgeEvents, reduce } from "./reduce.ts";
import {
  type CommandResult,
  type ConnectionState,
  type Counters,
  type Loaded,
  type Refusal,
  refusal,
} from "./state.ts";
import { createEventStreams, type EventsOptions } from "./streams.ts";
import { emptyView, type View } from "./view.ts";

export interface SendInput {
  /** Without it a new thread begins; its id is in the result. */
  readonly threadId?: string;
  /** Which agent answers; without it the server's default. */
  readonly agent?: string;
  readonly parts: readonly UserPart[];
  /** Only to repeat an earlier `send` whose fate is not known: the same id is carried out at most once. */
  readonly id?: string;
}

export interface Client {
  readonly state: ConnectionState;
  readonly view: View;
  readonly counters: Counters;
  /**
   * Called after state or view changed, once for all changes up to the next `notify`. Returns how to stop. A
   * function that subscribes twice is called once.
   */
  subscribe(listener: () => void): () => void;

  /** Connects now, whatever the state; does nothing when connected or connecting. */
  connect(): void;
  /** Commands resolve to `client_closed` until the next `connect()`, iterations end. The view stays readable. */
  close(): void;

  /**
   * Sends a user's message; before `connect()` it waits. Survives reconnects: without an answer it is sent again
   * with the same id, which the server carries out once. Resolves when the server answered; never rejects.
   */
  send(message: SendInput | string): Promise<CommandResult<SendResult>>;
  /** Stops a run, from any device. Closing the client never does. */
  cancel(runId: string): Promise<CommandResult<unknown>>;
  /** Decides an approval that an agent asked for. */
  resolve(approvalId: string, decision: Decision): Promise<CommandResult<unknown>>;
  /** Takes a refused message out of `view.outbox`. */
  forget(commandId: string): void;

  /** Loads the newest messages of a thread, unless they are here; from then on it stays current. */
  openThread(threadId: string): Promise<Loaded>;
  /** Loads the page of messages before the oldest one here. */
  loadOlder(threadId: string): Promise<Loaded>;
  /** Loads the page of threads before the oldest one here. */
  loadOlderThreads(): Promise<Loaded>;

  /** Every event from now on, once, in order. Throws `EventsLostError` when that can no longer hold. */
  events(options?: EventsOptions): AsyncIterable<Event>;
  /**
   * The events of one run, and ends after its terminal event. Begins with the run's first event where the
   * client still holds it (the last 2 Mi characters received), else with the earliest held; `seq` tells.
   * Throws `EventsLostError` when the run is over and nothing of it is held.
   */
  run(runId: string, options?: EventsOptions): AsyncIterable<Event>;
}

/**
 * A client of one Goldenpath server; it does nothing before `connect()`. Throws a `TypeError` that names the
 * option when one cannot be used.
 *
 * It joins connection, view, commands, streams and history; each keeps its own invariants, and these join them:
 *
 *  K1  The view changes by `reduce` only, and listeners hear of it later, once for many changes.
 *  K2  Streams get exactly the events that the view took.
 *  K3  After a gap the cursor is said as it is; after a second gap without progress none is said, and the
 *      server's snapshot replaces the view.
 *  K4  No command of one user is sent, and no page loaded, for another who signed in on the same client.
 */
export function createClient(options: ClientOptions): Client {
  const resolved = resolveOptions(options);
  const { clock, makeId, notify } = resolved;
  const listeners = new Set<() => void>();
  const streams = createEventStreams();
  const commands = createCommands(clock, resolved.commandMsMax, transmit);
  /** K4: commands that wait for the first welcome are those of the user whom the page expects. */
  let view: View = { ...emptyView, userId: options.userId };
  let counters: Counters = { duplicates: 0, gaps: 0, connections: 0 };
  /** What the server said of its bound; before that a message waits, and is judged when it is sent. */
  let frameBytesMax = Number.POSITIVE_INFINITY;
  let gapsInRow = 0;
  let notifying = false;
  /** What a command is answered while the client will not connect by itself; before `connect()` it waits. */
  let gaveUp: Refusal | undefined;

  const count = (what: keyof Counters, by = 1) => {
    counters = { ...counters, [what]: counters[what] + by };
  };
  /** K1. */
  const changed = () => {
    if (notifying) return;
    notifying = true;
    notify(() => {
      notifying = false;
      for (const listener of [...listeners]) listener();
    });
  };
  const dispatch = (input: Input) => {
    const next = reduce(view, input);
    if (next === view) return;
    view = next;
    changed();
  };
  const history = createHistoryLoader(resolved, () => view, dispatch);
  const becomeUser = (userId: string) => {
    if (view.userId && view.userId !== userId) {
      const message = "Another user signed in."; // K4
      commands.giveUp(refusal("user_changed", message, "never"));
      history.stop();
      streams.lost(message);
    }
    dispatch({ is: "welcome", userId });
    return true;
  };
  const gap = () => {
    gapsInRow++;
    count("gaps");
    return "gap" as const;
  };

  const connection = createConnection(resolved, {
    cursor: () => (gapsInRow >= 2 ? undefined : view.cursor), // K3
    replaced: ({ userId, epoch }) =>
      view.userId !== userId && view.cursor?.epoch === epoch && becomeUser(userId),
    attached({ userId, limits }) {
      count("connections");
      frameBytesMax = limits.frameBytesMax;
      becomeUser(userId);
      commands.resend();
    },
    snapshot(frame) {
      // The first one interrupts nothing: no event came before it.
      if (view.cursor) streams.lost("Client away.");
      gapsInRow = 0;
      dispatch({ is: "snapshot", frame });
      history.replaced();
    },
    events(epoch, frame, chars) {
      const { fresh, duplicates, gap: isGap } = judgeEvents(view.cursor, epoch, frame.events);
      count("duplicates", duplicates);
      if (fresh.length > 0) {
        gapsInRow = 0;
        dispatch({ is: "events", epoch, events: fresh });
        streams.push(fresh, chars); // K2
      }
      return isGap ? gap() : "taken";
    },
    caughtUp: (epoch, head) => (view.cursor?.epoch === epoch && view.cursor.offset >= head ? "taken" : gap()),
    answered: commands.answered,
    changed(state) {
      gaveUp = givenUp(state);
      if (gaveUp) commands.giveUp(gaveUp);
      changed();
    },
  });

  /**
   * A frame far over the server's bound would close the socket; every smaller mistake (no text, too much of
   * it, too many parts) the server answers with a code of its own.
   */
  function transmit(frame: CommandFrame): Refusal | boolean {
    if (new TextEncoder().encode(JSON.stringify(frame)).length > frameBytesMax) {
      const message = `Over ${frameBytesMax} bytes: attach a file.`;
      return refusal("frame_too_large", message, "never");
    }
    connection.link?.send(frame);
    return !!connection.link;
  }

  function submit(frame: CommandFrame): Refusal | Promise<CommandResult<Json>> {
    return gaveUp ?? commands.submit(frame);
  }

  return {
    get state() {
      return connection.state;
    },
    get view() {
      return view;
    },
    get counters() {
      return counters;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: connection.connect,
    close() {
      connection.close();
      history.stop();
      streams.end();
    },
    async send(message) {
      const input: SendInput =
        typeof message === "string" ? { parts: [{ type: "text", text: message }] } : message;
      const { id: commandId = makeId(), threadId, agent, parts } = input;
      // JSON leaves out what is undefined.
      const answer = submit({ type: "send", id: commandId, threadId, agent, parts });
      if ("ok" in answer) return answer;
      const state = { is: "sending" } as const;
      dispatch({ is: "sending", message: { commandId, threadId, parts, at: clock.now(), state } });
      // The protocol says what `done` carries for a `send`.
      const result = (await answer) as CommandResult<SendResult>;
      dispatch({ is: "sent", commandId, result });
      return result;
    },
    cancel: async (runId) => submit({ type: "cancel", id: makeId(), runId }),
    resolve: async (approvalId, decision) => submit({ type: "resolve", id: makeId(), approvalId, decision }),
    forget: (commandId) => dispatch({ is: "sent", commandId, result: undefined }),
    openThread: history.openThread,
    loadOlder: history.loadOlder,
    loadOlderThreads: () => history.loadOlder(undefined),
    events: streams.all,
    run(runId, options) {
      const answers = [...view.messagesByThread.values()].flat();
      const over = answers.some((message) => message.runId === runId && message.status !== "streaming");
      return streams.ofRun(runId, over, options);
    },
  };
}

/** Why it will not connect by itself; it is idle again once it was closed. */
function givenUp(state: ConnectionState): Refusal | undefined {
  if (state.is === "idle") return refusal("client_closed", "Client closed.", "never");
  if (state.is === "signed_out") return refusal("unauthenticated", "Sign in first.", "never");
  return state.is === "stopped" ? refusal("stopped", state.message, "never") : undefined;
}
