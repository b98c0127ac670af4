/**
 * The emitter appends one run's events to its user's log, and is the only way to do so.
 *
 *  E1  Events of a run keep the order of the calls; `seq` is dense. The journal refuses what would break it.
 *  E2  Text deltas are coalesced before commit: the first behind anything else goes at once, what follows at the end
 *      of its window; anything else flushes them first. So a replay is byte for byte what was live. All runs' windows
 *      end together, so that a hundred answers that stream are one group of commits, not a hundred.
 *  E3  After one terminal event, or one refusal, nothing more is appended; each later call answers why. A commit
 *      of which the journal does not know whether it was written counts as one, for good (`fate_unknown`): only a
 *      newer attempt, which reads the log, may go on.
 *      Only `failed` and `cancelled` may be tried again after a refusal that can pass (a full disk), so that
 *      the run still gets its one end (J5).
 *      A deleted thread takes that end, and nothing else.
 *  E4  The fold of what was committed is at hand as `message`: it is what the thread keeps at the end.
 *  E5  No run ends with an open tool call: each gets its `tool_completed` (`tool_cancelled`) before the end,
 *      also when it began in another attempt.
 *  E6  What is emitted in one turn is one commit, up to `gatheredMax` events: taken as a whole or refused as a whole.
 */
import { type CommitOutcome, type CommitRefusal, commitBytesMax, type Journal } from "@goldenpath/journal";
import {
  type Clock,
  type Decision,
  type EventData,
  foldRun,
  isTerminal,
  type Json,
  limits,
  type Message,
  messageText,
  type NewEvent,
  type RunEventType,
  type RunFailureCode,
  type Timer,
  type ToolError,
} from "@goldenpath/protocol";
import type { WebSocketContext } from "./context.ts";

export type Emitted =
  | { readonly is: "committed" }
  | {
      readonly is: "refused";
      readonly why: CommitRefusal | "answer_too_large" | "fate_unknown";
      readonly detail: string;
    };

export interface EmitterOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Has a `threadId` and a `runId`. */
  readonly context: WebSocketContext;
  /** The name of the run's own agent; sub-agents' events name their path instead. */
  readonly agent: string;
  readonly attempt: number;
  /** The events of the run that are committed already: its `agent_started` at least. */
  readonly committed: readonly NewEvent[];
  /** Default 30. */
  readonly coalesceMs?: number;
}

const committed: Emitted = { is: "committed" };
/** A delta grows to at most this before it is committed without waiting for the window. */
const deltaCharsMax = 16 * 1024;
/** So many events of the largest size are as large as a commit may be. */
const gatheredMax = commitBytesMax / limits.eventBytesMax;

/** The events of one turn, on their way into one commit. */
interface Gathering {
  readonly events: NewEvent[];
  seq: number;
  message: Message;
  ends: boolean;
  /** Set when a commit before this one was refused: then this one is not tried. */
  refused: Emitted | undefined;
}

export class WebSocketEmitter {
  readonly context: WebSocketContext;
  readonly agent: string;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #attempt: number;
  readonly #threadId: string;
  readonly #runId: string;
  readonly #coalesceMs: number;
  #seq = 0;
  #message: Message;
  /** What the journal took: the fold and `seq` to go back to after a refusal. */
  #durable: { readonly seq: number; readonly message: Message };
  #answerChars = 0;
  #startedAt: number;
  #pending: { agent: string; text: string } | undefined;
  #window: Timer | undefined;
  /** E2: the first text is on its way. */
  #isSpeaking = false;
  #ended: Emitted | undefined;
  #threadGone = false;
  #gathering: Gathering | undefined;
  #last: Promise<Emitted> = Promise.resolve(committed);

  /** Throws a `TypeError` when the context names no run, or `committed` does not begin with its `agent_started`. */
  constructor(options: EmitterOptions) {
    const { context, committed: events } = options;
    if (!context.threadId || !context.runId) {
      throw new TypeError("WebSocketEmitter: the context needs a threadId and a runId");
    }
    let message: Message | undefined;
    for (const event of events) {
      if (event.runId !== context.runId) continue;
      message = foldRun(message, event);
      this.#seq = event.seq ?? this.#seq;
    }
    if (!message) throw new TypeError("WebSocketEmitter: the run's agent_started has to be committed first");
    this.context = context;
    this.agent = options.agent;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#attempt = options.attempt;
    this.#threadId = context.threadId;
    this.#runId = context.runId;
    this.#coalesceMs = options.coalesceMs ?? 30;
    this.#message = message;
    this.#durable = { seq: this.#seq, message };
    this.#answerChars = messageText(message).length;
    this.#startedAt = message.at;
  }

  /** J4: counts from 1; more means that another node began this run. */
  get attempt(): number {
    return this.#attempt;
  }

  /** E3: whether what was emitted last is in the log is not known. */
  get isDoubtful(): boolean {
    return this.#ended?.is === "refused" && this.#ended.why === "fate_unknown";
  }

  /** The answer so far, as its reader sees it. */
  get message(): Message {
    return this.#message;
  }

  thinking(thoughtId: string, text: string, agent = this.agent): Promise<Emitted> {
    return this.#emit("agent_thinking", { thoughtId, text }, agent);
  }

  toolExecuting(callId: string, tool: string, input: Json, agent = this.agent): Promise<Emitted> {
    return this.#emit("tool_executing", { callId, tool, input }, agent);
  }

  toolCompleted(
    callId: string,
    tool: string,
    result: { readonly output: Json } | { readonly error: ToolError },
    durationMs: number,
    agent = this.agent,
  ): Promise<Emitted> {
    return this.#emit("tool_completed", { callId, tool, ...result, durationMs }, agent);
  }

  approvalRequested(data: EventData["approval_requested"], agent = this.agent): Promise<Emitted> {
    return this.#emit("approval_requested", data, agent);
  }

  approvalResolved(approvalId: string, decision: Decision, agent = this.agent): Promise<Emitted> {
    return this.#emit("approval_resolved", { approvalId, decision }, agent);
  }

  /** Appends nothing more: another attempt ends the run. Resolves when what was emitted is committed or refused. */
  leave(): Promise<Emitted> {
    this.#flush();
    this.#window?.cancel();
    this.#window = undefined;
    this.#ended ??= { is: "refused", why: "fenced", detail: "This attempt has left the run." };
    return this.#last;
  }

  /** This attempt goes on; what the one before wrote from that part on is void. */
  resumed(voidFrom: number): Promise<Emitted> {
    const { id: messageId } = this.#message;
    const resumed = this.#emit("agent_resumed", { messageId, attempt: this.#attempt, voidFrom });
    this.#answerChars = messageText(this.#message).length;
    return resumed;
  }

  usage(data: EventData["usage_reported"], agent = this.agent): Promise<Emitted> {
    return this.#emit("usage_reported", data, agent);
  }

  /** Adds to the answer. Resolves when the text is committed, which E2 may put off by `coalesceMs`. */
  text(text: string, agent = this.agent): Promise<Emitted> {
    if (this.#ended) return Promise.resolve(this.#ended);
    if (text === "") return this.#last;
    this.#answerChars += text.length;
    if (this.#answerChars > limits.answerCharsMax) {
      const detail = `An answer may have ${limits.answerCharsMax} characters.`;
      return Promise.resolve({ is: "refused", why: "answer_too_large", detail });
    }
    if (this.#pending && this.#pending.agent !== agent) this.#flush();
    if (this.#pending) this.#pending.text += text;
    else this.#pending = { agent, text };
    if (!this.#isSpeaking) {
      this.#isSpeaking = true;
      this.#flush();
      return this.#last;
    }
    if (this.#window === undefined) this.#openWindow();
    if (this.#pending && this.#pending.text.length >= deltaCharsMax) this.#flush();
    return this.#pending ? this.flushed() : this.#last;
  }

  /** Resolves when everything emitted so far is committed or refused. */
  async flushed(): Promise<Emitted> {
    while (this.#pending) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#last;
  }

  completed(): Promise<Emitted> {
    this.#flush();
    this.#closeTools();
    const text = messageText(this.#message);
    return this.#emit("agent_completed", { messageId: this.#message.id, text, durationMs: this.#duration() });
  }

  failed(code: RunFailureCode, message: string): Promise<Emitted> {
    this.#allowEndAfterRefusal();
    this.#closeTools();
    const data = { messageId: this.#message.id, code, message, durationMs: this.#duration() };
    return this.#emit("agent_failed", data);
  }

  cancelled(): Promise<Emitted> {
    this.#allowEndAfterRefusal();
    this.#closeTools();
    return this.#emit("agent_cancelled", { messageId: this.#message.id, durationMs: this.#duration() });
  }

  readonly #waiting: (() => void)[] = [];

  #duration(): number {
    return Math.max(0, this.#clock.now() - this.#startedAt);
  }

  /** E3: goes back to what is durable, when the refusal was of the kind that can pass. */
  #allowEndAfterRefusal(): void {
    const ended = this.#ended;
    if (ended?.is !== "refused") return;
    if (ended.why === "run_ended" || ended.why === "fenced" || ended.why === "fate_unknown") return;
    this.#threadGone = ended.why === "not_found";
    this.#ended = undefined;
    this.#pending = undefined;
    this.#seq = this.#durable.seq;
    this.#message = this.#durable.message;
  }

  /** E5, unless the thread is gone: then nobody can read it, and the journal takes the end alone. */
  #closeTools(): void {
    if (this.#ended || this.#threadGone) return;
    this.#flush();
    const error: ToolError = { code: "tool_cancelled", message: "The run ended while the tool worked." };
    for (const part of this.#message.parts) {
      if (part.type !== "tool" || part.state !== "running") continue;
      const { callId, tool, agent } = part;
      const durationMs = Math.max(0, this.#clock.now() - part.startedAt);
      // A refusal is not lost: the terminal event behind it is then refused as out of sequence.
      void this.#append("tool_completed", { callId, tool, error, durationMs }, agent);
    }
  }

  #openWindow(): void {
    const leftMs = this.#coalesceMs - (this.#clock.elapsed() % this.#coalesceMs);
    this.#window = this.#clock.timer(Math.ceil(leftMs), () => {
      this.#window = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    // The outcome is not lost: it becomes `#last`, which every caller of `text` and `flushed` gets.
    if (pending) {
      const data = { messageId: this.#message.id, text: pending.text };
      void this.#append("text_delta", data, pending.agent);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #emit<T extends RunEventType>(type: T, data: EventData[T], agent = this.agent): Promise<Emitted> {
    this.#flush();
    this.#isSpeaking = false;
    return this.#append(type, data, agent);
  }

  #append<T extends RunEventType>(type: T, data: EventData[T], agent: string): Promise<Emitted> {
    if (this.#ended) return Promise.resolve(this.#ended);
    const seq = this.#seq + 1;
    const event = {
      id: `${this.#runId}.${seq}`,
      type,
      at: this.#clock.now(),
      threadId: this.#threadId,
      runId: this.#runId,
      seq,
      agent,
      data,
    } as NewEvent;
    // Whatever throws above has changed nothing: the run can still get its end.
    this.#message = foldRun(this.#message, event) ?? this.#message;
    this.#seq = seq;
    const ends = isTerminal(type);
    if (ends) {
      this.#window?.cancel();
      this.#ended = { is: "refused", why: "run_ended", detail: "The run has its terminal event." };
    }
    const gathering = this.#gathering;
    if (gathering && gathering.events.length < gatheredMax) {
      gathering.events.push(event);
      gathering.seq = seq;
      gathering.message = this.#message;
      gathering.ends = ends;
      return this.#last;
    }
    this.#gathering = { events: [event], seq, message: this.#message, ends, refused: undefined };
    this.#last = this.#commitSoon(this.#gathering);
    return this.#last;
  }

  /** E6. Never rejects. */
  async #commitSoon(gathering: Gathering): Promise<Emitted> {
    // The rest of the turn joins in.
    await undefined;
    if (this.#gathering === gathering) this.#gathering = undefined;
    if (gathering.refused) return gathering.refused;
    const { events, message, ends } = gathering;
    let outcome: CommitOutcome | Extract<Emitted, { readonly is: "refused" }>;
    try {
      const run = { runId: this.#runId, attempt: this.#attempt };
      const commit = { userId: this.context.userId, events, run };
      outcome = await this.#journal.commit(ends ? { ...commit, finalMessage: message } : commit);
    } catch (error) {
      outcome = { is: "refused", why: "fate_unknown", detail: String(error) };
    }
    return this.#settle(outcome, gathering);
  }

  #settle(
    outcome: CommitOutcome | Extract<Emitted, { readonly is: "refused" }>,
    { seq, message }: Gathering,
  ): Emitted {
    if (outcome.is !== "refused") {
      this.#durable = { seq, message };
      return committed;
    }
    const refused: Emitted = { is: "refused", why: outcome.why, detail: outcome.detail };
    this.#window?.cancel();
    this.#window = undefined;
    this.#pending = undefined;
    for (const wake of this.#waiting.splice(0)) wake();
    // A later commit of the run fails with out_of_sequence only because an earlier one was refused.
    const isFirst = this.#ended?.is !== "refused" || outcome.why !== "out_of_sequence";
    if (isFirst && !this.isDoubtful) this.#ended = refused;
    if (this.#gathering) this.#gathering.refused = this.#ended;
    this.#gathering = undefined;
    return refused;
  }
}
