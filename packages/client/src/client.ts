import type {
  ClientLimits,
  Cursor,
  Decision,
  Event,
  Json,
  SendFrame,
  SendResult,
  UserPart,
} from "@goldenpath/protocol";
import { clientLimits } from "@goldenpath/protocol";
import { Commands, refusal } from "./commands.ts";
import { Connection } from "./connection.ts";
import { HistoryLoader } from "./history.ts";
import { type ClientOptions, resolveOptions } from "./options.ts";
import { type Input, judgeEvents, reduce } from "./reduce.ts";
import type { CommandResult, ConnectionState, Counters, Loaded, Refusal } from "./state.ts";
import { EventStreams, type EventsOptions } from "./streams.ts";
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
  /** Called after state or view changed, once for all changes up to the next `notify`. Returns how to stop. */
  subscribe(listener: () => void): () => void;

  /** Connects now, whatever the state; does nothing when connected or connecting. */
  connect(): void;
  /** Waiting commands resolve to `client_closed`, iterations end. The view stays readable. */
  close(): void;

  /**
   * Sends a user's message. Survives reconnects: without an answer it is sent again with the same id, which
   * the server carries out once. Resolves when the server answered; never rejects.
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
 * A client of one Goldenpath server. It does nothing before `connect()`. Throws a `TypeError` that names the
 * option when one cannot be used.
 */
export function createClient(options: ClientOptions): Client {
  return new GoldenpathClient(options);
}

/**
 * Joins connection, view, commands, streams and history; each keeps its own invariants.
 *
 *  K1  The view changes by `reduce` only, and listeners hear of it later, once for many changes.
 *  K2  Streams get exactly the events that the view took.
 *  K3  After a gap the cursor is said as it is; after a second gap without progress none is said, and the
 *      server's snapshot replaces the view.
 *  K4  No command of one user is sent, and no page loaded, for another who signed in on the same client.
 */
class GoldenpathClient implements Client {
  readonly #options: ReturnType<typeof resolveOptions>;
  readonly #connection: Connection;
  readonly #commands: Commands;
  readonly #history: HistoryLoader;
  readonly #streams = new EventStreams();
  readonly #listeners = new Set<() => void>();
  #view = emptyView;
  #counters: Counters = { duplicates: 0, gaps: 0, connections: 0, unknownFrames: 0 };
  #limits: ClientLimits = clientLimits;
  #gapsInRow = 0;
  #notifying = false;

  constructor(options: ClientOptions) {
    this.#options = resolveOptions(options);
    this.#commands = new Commands(this.#options.clock, this.#options.commandMsMax);
    this.#history = new HistoryLoader(
      this.#options,
      () => this.#view,
      (input) => this.#dispatch(input),
    );
    this.#connection = new Connection(this.#options, {
      cursor: () => this.#cursor(),
      attached: ({ userId, limits }) => {
        this.#count("connections");
        this.#limits = limits;
        if (this.#view.userId !== undefined && this.#view.userId !== userId) this.#forgetUser(); // K4
        this.#dispatch({ is: "welcome", userId });
        this.#commands.resend((frame) => this.#connection.link?.send(frame));
      },
      snapshot: (frame) => {
        // The first one interrupts nothing: nothing came before it.
        if (this.#view.cursor) this.#streams.lost("The client was away for longer than the log can replay.");
        this.#gapsInRow = 0;
        this.#dispatch({ is: "snapshot", frame });
        this.#history.replaced();
      },
      events: (epoch, { events }, chars) => this.#take(epoch, events, chars),
      caughtUp: (epoch, head) => {
        const cursor = this.#view.cursor;
        return cursor?.epoch === epoch && cursor.offset >= head ? "taken" : this.#gap();
      },
      answered: (frame) => this.#commands.answered(frame),
      unknownFrame: () => this.#count("unknownFrames"),
      changed: (state) => {
        const why = givenUp(state);
        if (why) this.#commands.giveUp(why);
        this.#notify();
      },
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  get view(): View {
    return this.#view;
  }

  get counters(): Counters {
    return this.#counters;
  }

  subscribe(listener: () => void): () => void {
    // A wrapper of its own, so that the same function subscribed twice is called and removed twice.
    const own = () => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  connect(): void {
    this.#connection.connect();
  }

  close(): void {
    this.#connection.close();
    this.#commands.giveUp(refusal("client_closed", "The client was closed.", "never"));
    this.#history.stop();
    this.#streams.end();
  }

  async send(message: SendInput | string): Promise<CommandResult<SendResult>> {
    const input: SendInput =
      typeof message === "string" ? { parts: [{ type: "text", text: message }] } : message;
    const { id = this.#options.makeId(), threadId, agent, parts } = input;
    const where = { ...(threadId === undefined ? {} : { threadId }) };
    const frame: SendFrame = { type: "send", id, ...where, ...(agent === undefined ? {} : { agent }), parts };
    const answer = givenUp(this.state) ?? judgeMessage(frame, this.#limits) ?? this.#commands.submit(frame);
    if ("ok" in answer) return answer;
    const at = this.#options.clock.now();
    this.#dispatch({
      is: "outgoing",
      message: { commandId: id, ...where, parts, at, state: { is: "sending" } },
    });
    this.#connection.link?.send(frame);
    const result = readSendResult(await answer);
    this.#dispatch(
      result.ok
        ? { is: "outgoing_taken", commandId: id, result: result.result }
        : { is: "outgoing_refused", commandId: id, refusal: result },
    );
    return result;
  }

  cancel(runId: string): Promise<CommandResult<unknown>> {
    return this.#command({ type: "cancel", id: this.#options.makeId(), runId });
  }

  resolve(approvalId: string, decision: Decision): Promise<CommandResult<unknown>> {
    return this.#command({ type: "resolve", id: this.#options.makeId(), approvalId, decision });
  }

  forget(commandId: string): void {
    this.#dispatch({ is: "outgoing_forgotten", commandId });
  }

  openThread(threadId: string): Promise<Loaded> {
    return this.#history.openThread(threadId);
  }

  loadOlder(threadId: string): Promise<Loaded> {
    return this.#history.loadOlder(threadId);
  }

  loadOlderThreads(): Promise<Loaded> {
    return this.#history.loadOlderThreads();
  }

  events(options?: EventsOptions): AsyncIterable<Event> {
    return this.#streams.all(options);
  }

  run(runId: string, options?: EventsOptions): AsyncIterable<Event> {
    const answers = [...this.#view.messagesByThread.values()].flat();
    const ended = answers.some((message) => message.runId === runId && message.status !== "streaming");
    return this.#streams.ofRun(runId, ended, options);
  }

  async #command(frame: Parameters<Commands["submit"]>[0]): Promise<CommandResult<Json>> {
    const answer = givenUp(this.state) ?? this.#commands.submit(frame);
    if (!("ok" in answer)) this.#connection.link?.send(frame);
    return answer;
  }

  #take(epoch: string, events: readonly Event[], chars: number): "taken" | "gap" {
    const { fresh, duplicates, gap } = judgeEvents(this.#view.cursor, epoch, events);
    if (duplicates > 0) this.#count("duplicates", duplicates);
    if (fresh.length > 0) {
      this.#gapsInRow = 0;
      this.#dispatch({ is: "events", epoch, events: fresh });
      this.#streams.push(fresh, chars); // K2
    }
    return gap ? this.#gap() : "taken";
  }

  #gap(): "gap" {
    this.#gapsInRow++;
    this.#count("gaps");
    return "gap";
  }

  /** K3. */
  #cursor(): Cursor | undefined {
    return this.#gapsInRow >= 2 ? undefined : this.#view.cursor;
  }

  #forgetUser(): void {
    this.#commands.giveUp(refusal("user_changed", "Another user signed in; this was not sent.", "never"));
    this.#history.stop();
    this.#streams.lost("Another user signed in.");
  }

  #dispatch(input: Input): void {
    const view = reduce(this.#view, input);
    if (view === this.#view) return;
    this.#view = view;
    this.#notify();
  }

  /** K1. */
  #notify(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    this.#options.notify(() => {
      this.#notifying = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #count(what: keyof Counters, by = 1): void {
    this.#counters = { ...this.#counters, [what]: this.#counters[what] + by };
  }
}

/** What a command is answered while the client will not connect by itself. */
function givenUp(state: ConnectionState): Refusal | undefined {
  if (state.is === "signed_out") {
    return refusal("unauthenticated", "Sign in, then send it again with the same id.", "never");
  }
  return state.is === "stopped" ? refusal("stopped", state.message, "never") : undefined;
}

/** The server's own bounds, seen before a frame too large for it closes the socket. */
function judgeMessage(frame: SendFrame, limits: ClientLimits): Refusal | undefined {
  let chars = 0;
  let blank = true;
  for (const part of frame.parts) {
    if (part.type === "text") chars += part.text.length;
    if (part.type === "attachment" || part.text.trim() !== "") blank = false;
  }
  if (blank) return refusal("empty_message", "A message needs text or an attachment.", "never");
  if (chars > limits.messageCharsMax) {
    const message = `A message may have ${limits.messageCharsMax} characters; attach longer text as a file.`;
    return refusal("message_too_large", message, "never");
  }
  if (frame.parts.length > limits.messagePartsMax) {
    return refusal("message_too_large", `A message may have ${limits.messagePartsMax} parts.`, "never");
  }
  return new TextEncoder().encode(JSON.stringify(frame)).length > limits.frameBytesMax
    ? refusal("frame_too_large", `A message may take ${limits.frameBytesMax} bytes.`, "never")
    : undefined;
}

function readSendResult(answer: CommandResult<Json>): CommandResult<SendResult> {
  if (!answer.ok) return answer;
  const result = answer.result as Partial<SendResult> | null;
  return typeof result?.threadId === "string" && typeof result.messageId === "string" && result.runId
    ? { ok: true, result: { threadId: result.threadId, messageId: result.messageId, runId: result.runId } }
    : refusal("internal", "The server's answer does not name thread, message and run.", "later");
}
