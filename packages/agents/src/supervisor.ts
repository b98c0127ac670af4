/**
 * The supervisor starts, bounds and stops the runs of one node.
 *
 *  V1  A question, its thread and its run begin in one commit, or none of them does (J3: once per command).
 *  V2  Each run gets a fresh agent and ends exactly once, whatever the agent throws or ignores (J5).
 *  V3  A run belongs to its user: nobody else can see, cancel or decide it; to them it does not exist (D4).
 *  V4  A run outlives the socket and the login that asked for it; only its user, its time, its agent, its
 *      thread's deletion or the node's end stops it (D6).
 *  V6  Runs are bounded for each user (by the journal, in the transaction) and for the node.
 *  V10  What concerns a run of another node is told to that node, and answered from the log: a signal that was
 *      lost loses nothing but time.
 *  V11 A command of which the journal does not know whether it took it is not answered, so that it is said again
 *      (J3). What becomes of the run stands in `takeovers.ts`, and so does what becomes of a dead node's (V5).
 */
import type { CommitOutcome, CommitRefusal, Journal, Run } from "@goldenpath/journal";
import {
  type CancelFrame,
  type Clock,
  type ErrorCode,
  limits,
  type MakeId,
  type NewEvent,
  type ResolveFrame,
  type SendFrame,
  type SendResult,
} from "@goldenpath/protocol";
import type {
  Bus,
  CommandOutcome,
  Commands,
  Emitted,
  Signal,
  WebSocketContext,
} from "@goldenpath/websocket-core";
import type { AgentDefinition } from "./agent.ts";
import { runIdOfApproval } from "./approvals.ts";
import { decideElsewhere } from "./decide-elsewhere.ts";
import { Execution, type RunFault, type RunSurroundings, runContext } from "./execution.ts";
import type { AgentFactory } from "./factory.ts";
import { fingerprintOf, judgeAttachment, judgeParts, titleOf } from "./judge-send.ts";
import { NodeLease } from "./node-lease.ts";
import type { RunEnd } from "./run-end.ts";
import { alreadyEnded, Takeovers, unknown } from "./takeovers.ts";

export interface SupervisorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Of this start of the process: no two nodes, and no two starts of one, may have the same. Default: made. */
  readonly nodeId?: string;
  /** 0 to 1; spreads what several nodes would do at once. Default `Math.random`. */
  readonly random?: () => number;
  /** Where other nodes have runs of the same users. Default: this node is alone. */
  readonly bus?: Bus;
  readonly factory: AgentFactory;
  /** Default `limits.runsPerUserMax`. */
  readonly runsPerUserMax?: number;
  /** Runs of this node at once. Default 1,000. */
  readonly runsMax?: number;
  /** How long a person may think about an approval. Default 300,000 (5 minutes). */
  readonly approvalMsMax?: number;
  /** What an agent threw, for the server's log; users read a code and a plain text instead. */
  readonly onFault?: (fault: RunFault) => void;
}

const busyAfterMs = 2_000;
const runsMaxDefault = 1_000;

export class Supervisor implements Commands {
  readonly nodeId: string;
  readonly #options: SupervisorOptions;
  readonly #around: RunSurroundings;
  readonly #executions = new Map<string, Execution>();
  readonly #starting = new Set<Promise<CommandOutcome>>();
  readonly #lease: NodeLease;
  readonly #takeovers: Takeovers;
  readonly #stopped = new AbortController();
  readonly #stopHearing: (() => void) | undefined;
  #draining: { readonly untilMs: number } | undefined;

  constructor(options: SupervisorOptions) {
    const { journal, clock, makeId, factory, approvalMsMax, onFault = () => undefined } = options;
    this.#options = options;
    const stopped = this.#stopped.signal;
    this.#around = { journal, clock, makeId, factory, stopped, approvalMsMax, onFault };
    this.nodeId = options.nodeId ?? makeId();
    this.#takeovers = new Takeovers({
      around: this.#around,
      nodeId: this.nodeId,
      bus: options.bus,
      isDraining: () => this.#draining !== undefined,
      isExecuted: (userId, runId) => this.#executions.has(keyOf(userId, runId)),
      execute: (execution) => this.#execute(execution),
    });
    this.#stopHearing = options.bus?.onSignal((userId, signal) => this.#hear(userId, signal));
    this.#lease = new NodeLease({
      journal,
      clock,
      nodeId: this.nodeId,
      random: options.random ?? Math.random,
      room: () => ({ free: this.#free(), runsMax: this.#runsMax }),
      take: (userId, run) => this.#takeovers.take(userId, run),
      onFault,
    });
  }

  /** How many runs this node executes now. */
  get runs(): number {
    return this.#executions.size;
  }

  /**
   * Takes the node's lease, and the runs that nobody looks after (V5); both go on until `drain`. Resolves when
   * each run found was tried once; rejects when the journal cannot be reached.
   */
  start(): Promise<void> {
    return this.#lease.start();
  }

  /** Takes a message and starts its run (V1). `done` carries a `SendResult`; a repetition gets the first one. */
  async send(context: WebSocketContext, frame: SendFrame): Promise<CommandOutcome> {
    const starting = this.#begin(context, frame, this.#closedTo());
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /** Ends a run of this user, from any of their connections. `done` carries `{runId}`; twice is once. */
  async cancel(context: WebSocketContext, frame: CancelFrame): Promise<CommandOutcome> {
    const { userId } = context;
    const { runId } = frame;
    const run = await this.#options.journal.run(userId, runId);
    if (!run) return { is: "refused", code: "not_found", message: "There is no such run." };
    const emitted = await this.#stop(userId, run, { is: "cancelled" });
    const result = { runId };
    if (emitted.is === "committed") return { is: "done", result };
    if (emitted.why === "fate_unknown") return { is: "unknown" };
    if (emitted.why === "run_ended" || emitted.why === "fenced") {
      const now = await this.#options.journal.run(userId, runId);
      if (now?.state === "cancelled") return { is: "done", result };
      return { is: "refused", code: "run_ended", message: `The run has ended: ${now?.state ?? "unknown"}.` };
    }
    // The end is tried again until it is written; the user hears that it is not written yet.
    return { is: "refused", code: codeOf(emitted.why), message: emitted.detail };
  }

  /** A person's answer to an approval, from any of their connections. `done` carries `{approvalId, decision}`. */
  async resolve(context: WebSocketContext, frame: ResolveFrame): Promise<CommandOutcome> {
    const { userId } = context;
    const { approvalId, decision } = frame;
    const done: CommandOutcome = { is: "done", result: { approvalId, decision } };
    const decided: CommandOutcome = { is: "refused", code: "approval_resolved" };
    const runId = runIdOfApproval(approvalId);
    const run = runId === undefined ? undefined : await this.#options.journal.run(userId, runId);
    if (!run) return { is: "refused", code: "not_found", message: "There is no such approval." };
    const resolved = await this.#executions.get(keyOf(userId, run.runId))?.resolve(approvalId, decision);
    if (resolved?.is === "decided") return decided;
    if (resolved?.emitted.is === "committed") return done;
    // Not of a run that is executed here, or too late for it: the log knows.
    const { head } = await this.#options.journal.extent(userId);
    const events = await this.#options.journal.runEvents(userId, run.runId);
    for (const event of events) {
      if (event.type !== "approval_resolved" || event.data.approvalId !== approvalId) continue;
      return event.data.decision === decision ? done : decided;
    }
    const asked = events.some(
      (event) => event.type === "approval_requested" && event.data.approvalId === approvalId,
    );
    if (!asked) return { is: "refused", code: "not_found", message: "There is no such approval." };
    const now = await this.#options.journal.run(userId, run.runId);
    if (now?.state !== "active") return { is: "refused", code: "run_ended" };
    const { journal, clock, bus } = this.#options;
    if (bus && now.owner !== this.nodeId) {
      const heard = await decideElsewhere({ journal, clock, bus, userId, approvalId, decision, after: head });
      if (heard) return heard === decision ? done : decided;
    }
    const message = "The decision could not be written; try again.";
    return { is: "refused", code: "unavailable", message, afterMs: busyAfterMs };
  }

  /** Cancels the runs of a thread that is to be deleted; resolves when each end was tried once. */
  async cancelThread(userId: string, threadId: string): Promise<void> {
    const runs = await this.#options.journal.activeRuns(userId);
    const own = runs.filter((run) => run.threadId === threadId);
    await Promise.all(own.map((run) => this.#stop(userId, run, { is: "cancelled" })));
  }

  /**
   * Takes no more messages, lets the runs go on for `deadlineMs`, then leaves the rest to whoever takes them over:
   * another node, which is told so, or this one's next start. Resolves when nothing is written here any more.
   */
  async drain(deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#draining ??= { untilMs: clock.elapsed() + deadlineMs };
    this.#lease.stopLooking();
    const deadline = Promise.withResolvers<void>();
    const timer = clock.timer(deadlineMs, () => deadline.resolve());
    // A message that is being committed still becomes a run.
    await Promise.race([deadline.promise, Promise.allSettled(this.#starting)]);
    await Promise.race([deadline.promise, this.#idle()]);
    timer.cancel();
    await Promise.allSettled(this.#starting);
    const left = [...this.#executions.values()];
    await Promise.all(left.map((execution) => execution.end({ is: "lost" })));
    this.#stopped.abort();
    this.#stopHearing?.();
    await this.#lease.end();
    for (const { userId, runId } of left) this.#options.bus?.signal(userId, { is: "run_left", runId });
  }

  get #runsMax(): number {
    return this.#options.runsMax ?? runsMaxDefault;
  }

  #free(): number {
    return this.#runsMax - this.#executions.size - this.#starting.size;
  }

  /** V10: another node speaks of a run that may be this node's. */
  #hear(userId: string, signal: Signal): void {
    if (signal.is === "session_ended") return;
    if (signal.is === "run_left") {
      this.#lease.lookSoon();
      return;
    }
    const runId = signal.is === "run_taken" ? signal.runId : runIdOfApproval(signal.approvalId);
    const execution = runId === undefined ? undefined : this.#executions.get(keyOf(userId, runId));
    if (!execution) return;
    if (signal.is === "approval_decided") void execution.resolve(signal.approvalId, signal.decision);
    else if (signal.attempt > execution.attempt) void execution.end({ is: "lost" });
  }

  async #idle(): Promise<void> {
    await Promise.all([...this.#executions.values()].map((execution) => execution.ended));
  }

  /** What a new message is answered while none is taken. */
  #closedTo(): CommandOutcome | undefined {
    if (this.#draining) {
      const afterMs = Math.max(0, this.#draining.untilMs - this.#options.clock.elapsed());
      return { is: "refused", code: "unavailable", message: "The server is about to restart.", afterMs };
    }
    if (this.#free() > 0) return undefined;
    const message = "This server runs as many agents as it can.";
    return { is: "refused", code: "unavailable", message, afterMs: busyAfterMs };
  }

  async #begin(
    context: WebSocketContext,
    frame: SendFrame,
    closed: CommandOutcome | undefined,
  ): Promise<CommandOutcome> {
    const { journal, factory } = this.#options;
    const { userId } = context;
    const definition = factory.definition(frame.agent);
    if (!definition) {
      const message = `There is no agent ${frame.agent}. There are: ${factory.cards.map(({ name }) => name).join(", ")}.`;
      return { is: "refused", code: "unknown_agent", message };
    }
    const wrong = judgeParts(frame.parts);
    if (wrong) return wrong;
    const refused = (await this.#judgeAttachments(userId, frame)) ?? closed;
    const { events, result } = this.#beginning(definition, frame);
    let outcome: CommitOutcome;
    try {
      outcome = await journal.commit({
        userId,
        events,
        owner: this.nodeId,
        command: { id: frame.id, fingerprint: fingerprintOf(frame), result: { ...result } },
        // J3: a repetition gets its first answer even then, its attachments may be gone; anything new finds no room.
        activeRunsMax: refused ? 0 : (this.#options.runsPerUserMax ?? limits.runsPerUserMax),
      });
    } catch (error) {
      // A commit that contradicts itself is a bug, and is not written.
      if (error instanceof TypeError) throw error;
      void this.#takeovers.findOut(userId, result.runId);
      return { is: "unknown" };
    }
    if (refused && outcome.is === "refused" && outcome.why === "too_many_runs") return refused;
    if (outcome.is === "refused") return refusalOf(outcome.why, outcome.detail);
    if (outcome.is === "committed") this.#start(userId, definition, result, events);
    return { is: "done", result: outcome.result };
  }

  /** What is wrong with the first attachment that is not what it says. */
  async #judgeAttachments(userId: string, { parts }: SendFrame): Promise<CommandOutcome | undefined> {
    for (const part of parts) {
      if (part.type !== "attachment") continue;
      // Without its bytes: a message may name sixteen attachments of 32 MiB.
      const found = await this.#options.journal.attachmentHead(userId, part.attachmentId);
      const wrong = judgeAttachment(part, found);
      if (wrong) return wrong;
    }
    return undefined;
  }

  /** V1: what a message begins, as one commit's events. */
  #beginning(
    definition: AgentDefinition,
    frame: SendFrame,
  ): { readonly events: readonly NewEvent[]; readonly result: SendResult } {
    const { clock, makeId, factory } = this.#options;
    const at = clock.now();
    const threadId = frame.threadId ?? makeId();
    const messageId = makeId();
    const runId = makeId();
    const events: NewEvent[] = [];
    if (frame.threadId === undefined) {
      const thread = { id: threadId, title: titleOf(frame.parts), createdAt: at, updatedAt: at };
      events.push({ id: makeId(), type: "thread_created", at, threadId, data: { thread } });
    }
    const message = {
      id: messageId,
      threadId,
      role: "user",
      at,
      parts: frame.parts,
      status: "completed",
    } as const;
    events.push(
      { id: makeId(), type: "message_created", at, threadId, data: { message } },
      {
        id: `${runId}.1`,
        type: "agent_started",
        at,
        threadId,
        runId,
        seq: 1,
        agent: definition.name,
        data: { messageId: makeId(), label: factory.label(definition), attempt: 1, questionId: messageId },
      },
    );
    return { events, result: { threadId, messageId, runId } };
  }

  #start(
    userId: string,
    definition: AgentDefinition,
    { threadId, runId }: SendResult,
    committed: readonly NewEvent[],
  ): void {
    const context = runContext({ userId, threadId, runId });
    const startedAt = committed.at(-1)?.at ?? this.#options.clock.now();
    const owned = { context, agent: definition.name, attempt: 1, startedAt, committed };
    this.#execute(new Execution(this.#around, definition, owned));
  }

  #execute(execution: Execution): void {
    const key = keyOf(execution.userId, execution.runId);
    this.#executions.set(key, execution);
    void execution.ended.then(() => {
      // A later attempt of the run may be here by then.
      if (this.#executions.get(key) === execution) this.#executions.delete(key);
      if (execution.isDoubtful)
        void this.#takeovers.findOut(execution.userId, execution.runId, execution.wantedEnd);
    });
    execution.start();
  }

  /** Ends a run wherever it is: here, or by taking it from the attempt that has it. */
  #stop(userId: string, run: Run, end: RunEnd): Promise<Emitted> {
    const execution = this.#executions.get(keyOf(userId, run.runId));
    return execution ? this.#endHere(execution, end) : this.#takeovers.end(userId, run, end);
  }

  async #endHere(execution: Execution, end: RunEnd): Promise<Emitted> {
    const emitted = await execution.end(end);
    if (emitted.is === "refused") return execution.isDoubtful ? unknown : emitted;
    // The end that won may have been another one.
    const run = await this.#options.journal.run(execution.userId, execution.runId);
    const wanted = end.is === "cancelled" ? "cancelled" : "failed";
    return run?.state === wanted ? emitted : alreadyEnded;
  }
}

/** V3: the user is part of the key. An id holds no blank. */
function keyOf(userId: string, runId: string): string {
  return `${userId} ${runId}`;
}

function refusalOf(why: CommitRefusal, detail: string): CommandOutcome {
  const code = codeOf(why);
  if (code === "not_found") return { is: "refused", code, message: "There is no such thread." };
  if (code === "too_many_runs") return { is: "refused", code, message: detail, afterMs: busyAfterMs };
  return { is: "refused", code, message: detail };
}

function codeOf(why: Extract<Emitted, { readonly is: "refused" }>["why"]): ErrorCode {
  switch (why) {
    case "not_found":
    case "run_ended":
    case "id_reused":
    case "too_many_runs":
    case "storage_full":
    case "unavailable":
      return why;
    case "too_large":
      return "message_too_large";
    case "fenced":
    case "out_of_sequence":
    case "answer_too_large":
    case "fate_unknown":
      return "internal";
  }
}
