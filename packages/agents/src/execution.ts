import type { Journal, Run } from "@goldenpath/journal";
import type { Clock, Decision, Event, MakeId, Message, NewEvent } from "@goldenpath/protocol";
import { type Emitted, WebSocketContext, WebSocketEmitter } from "@goldenpath/websocket-core";
import type { AgentDefinition } from "./agent.ts";
import type { Resolved } from "./approvals.ts";
import { type AgentBridge, createAgentBridge } from "./bridge.ts";
import type { AgentFactory } from "./factory.ts";
import { readHistory } from "./history.ts";
import { pause } from "./pause.ts";
import { Replay } from "./replay.ts";
import { type RunEnd, RunEnded, RunFailure } from "./run-end.ts";
import type { ToolAttachment } from "./tool.ts";

/** What every run of a node shares. */
export interface RunSurroundings {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly factory: AgentFactory;
  /** Aborts when the process gives up on what is still unwritten. */
  readonly stopped: AbortSignal;
  readonly approvalMsMax: number | undefined;
  /** For the server's log: what an agent threw. */
  readonly onFault: (fault: RunFault) => void;
}

export interface RunFault {
  /** `lease` and `orphans` are of the node, and of no run. */
  readonly where: "agent" | "history" | "append" | "takeover" | "lease" | "orphans";
  readonly error: unknown;
  readonly userId?: string;
  readonly runId?: string;
}

/** Which run, and by which attempt it is this process's (J4). */
export interface OwnedRun {
  readonly context: WebSocketContext;
  readonly agent: string;
  readonly attempt: number;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly committed: readonly (NewEvent | Event)[];
}

/** A bridge for a run that this process owns, from where its log stands. */
export function bridgeOf(around: RunSurroundings, owned: OwnedRun): AgentBridge {
  const { journal, clock, makeId, stopped, approvalMsMax, onFault } = around;
  const { context, agent, attempt, committed } = owned;
  const emitter = new WebSocketEmitter({ journal, clock, context, agent, attempt, committed });
  return createAgentBridge({
    emitter,
    clock,
    makeId,
    stopped,
    failed: (error) =>
      onFault({ where: "append", error, userId: context.userId, runId: context.runId ?? "" }),
    attachment: (attachmentId) => readAttachment(journal, context.userId, attachmentId),
    ...(approvalMsMax === undefined ? {} : { approvalMsMax }),
    ...(attempt > 1 ? { replay: new Replay(committed, agent) } : {}),
  });
}

/** What a node that takes a run over needs of it (J4). */
export async function ownedRun(journal: Journal, userId: string, run: Run): Promise<OwnedRun> {
  const { runId, threadId, agent, attempt, startedAt } = run;
  const committed = await journal.runEvents(userId, runId);
  return { context: runContext({ userId, threadId, runId }), agent, attempt, startedAt, committed };
}

/** A run acts for its user, not for the login that asked: it outlives the session (D6). */
export function runContext(ids: {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
}): WebSocketContext {
  return new WebSocketContext({ ...ids, sessionId: `run:${ids.runId}`, expiresAt: Number.MAX_SAFE_INTEGER });
}

/** How long a run waits for its thread, and between two tries. */
const readMsMax = 30_000;
const readAgainMsMin = 250;
const readAgainMsMax = 5_000;

/** One run in this process, from its beginning to its one end (J5): a fresh agent, a bridge, a deadline. */
export class Execution {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly #around: RunSurroundings;
  readonly #definition: AgentDefinition;
  readonly #bridge: AgentBridge;
  readonly #owned: OwnedRun;
  #wantedEnd: RunEnd | undefined;

  constructor(around: RunSurroundings, definition: AgentDefinition, owned: OwnedRun) {
    const { userId, threadId = "", runId = "" } = owned.context;
    this.userId = userId;
    this.threadId = threadId;
    this.runId = runId;
    this.attempt = owned.attempt;
    this.#around = around;
    this.#definition = definition;
    this.#owned = owned;
    this.#bridge = bridgeOf(around, owned);
  }

  /** Resolves when the run's end is in the log, or nobody here may write it. Never rejects. */
  get ended(): Promise<unknown> {
    return this.#bridge.ended;
  }

  /** The first end that was asked for here. */
  get wantedEnd(): RunEnd | undefined {
    return this.#wantedEnd;
  }

  /** Whether the log has what was written last is not known: a newer attempt has to find out. */
  get isDoubtful(): boolean {
    return this.#bridge.isDoubtful;
  }

  /** Says in the log that this attempt goes on (J4); `start` comes after it. */
  resumed(): Promise<Emitted> {
    return this.#bridge.resumed();
  }

  /** Runs the agent, for what is left of its time: that counts from the run's beginning. */
  start(): void {
    const { timeoutMs } = this.#definition;
    const { clock } = this.#around;
    const timedOut = () => {
      const message = `The run took longer than ${timeoutMs / 1000} s.`;
      void this.end({ is: "failed", code: "run_timeout", message });
    };
    // A wall clock that was set back gives no run more than its time.
    const leftMs = Math.min(timeoutMs, this.#owned.startedAt + timeoutMs - clock.now());
    if (leftMs <= 0) {
      timedOut();
      return;
    }
    const deadline = clock.timer(leftMs, timedOut);
    void this.ended.then(() => deadline.cancel());
    void this.#execute().then((end) => this.end(end));
  }

  /** The first end wins; answers what became of the first try to write it. */
  end(end: RunEnd): Promise<Emitted> {
    this.#wantedEnd ??= end;
    return this.#bridge.end(end);
  }

  /** Undefined for an approval of another run. */
  resolve(approvalId: string, decision: Decision): Promise<Resolved> | undefined {
    return this.#bridge.resolve(approvalId, decision);
  }

  /** A journal that is away is waited for, as a commit waits; undefined when that took too long, or the run has ended. */
  async #history(): Promise<readonly Message[] | undefined> {
    const { userId, runId, threadId } = this;
    const { journal, clock, onFault } = this.#around;
    const { startedAt, attempt, committed } = this.#owned;
    const started = committed.find((event) => event.type === "agent_started");
    const questionId = started?.type === "agent_started" ? started.data.questionId : undefined;
    const untilMs = clock.elapsed() + readMsMax;
    for (
      let pauseMs = readAgainMsMin;
      !this.#bridge.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, readAgainMsMax)
    ) {
      try {
        return await readHistory(journal, userId, { threadId, startedAt, attempt }, questionId);
      } catch (error) {
        onFault({ where: "history", error, userId, runId });
        if (clock.elapsed() + pauseMs > untilMs) return undefined;
      }
      await pause(clock, pauseMs, this.#bridge.signal).catch(() => undefined);
    }
    return undefined;
  }

  async #execute(): Promise<RunEnd> {
    const { userId, runId } = this;
    const messages = await this.#history();
    if (this.#bridge.signal.aborted) return { is: "lost" };
    if (!messages) return { is: "failed", code: "unavailable", message: "The thread could not be read." };
    try {
      await this.#around.factory.create(this.#definition).run(this.#bridge.open(messages));
      return { is: "completed" };
    } catch (error) {
      // What an agent throws after the end is the end's echo, or nobody's business any more.
      if (error instanceof RunEnded || this.#bridge.signal.aborted) return { is: "lost" };
      if (error instanceof RunFailure) {
        if (error.cause !== undefined) this.#around.onFault({ where: "agent", error, userId, runId });
        return { is: "failed", code: error.code, message: error.message };
      }
      this.#around.onFault({ where: "agent", error, userId, runId });
      return { is: "failed", code: "agent_error", message: "The agent failed; the server's log says why." };
    }
  }
}

async function readAttachment(
  journal: Journal,
  userId: string,
  attachmentId: string,
): Promise<ToolAttachment | undefined> {
  const found = await journal.attachment(userId, attachmentId);
  return found && { name: found.name, mediaType: found.mediaType, bytes: found.bytes };
}
