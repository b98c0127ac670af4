import type { Clock, Decision, Json } from "@goldenpath/protocol";
import type { Emitted, WebSocketEmitter } from "@goldenpath/websocket-core";

export interface ApprovalsOptions {
  readonly emitter: WebSocketEmitter;
  readonly clock: Clock;
  readonly runId: string;
  readonly waitMs: number;
  /** What earlier attempts asked: how often, and what is still open. */
  readonly past?: { readonly count: number; readonly open: readonly OpenApproval[] };
}

export interface Question {
  readonly tool: string;
  readonly callId: string;
  readonly input: Json;
  readonly reason: string;
  readonly agent: string;
}

/** What came of a question: "approved" or the reason why not, and the event that says so. */
export interface Answer {
  readonly why: string;
  readonly resolved: Promise<Emitted>;
}

/** An approval that an earlier attempt asked for and nobody has decided. */
export interface OpenApproval {
  readonly approvalId: string;
  readonly agent: string;
}

export interface Asked {
  readonly requested: Promise<Emitted>;
  readonly answer: Promise<Answer>;
}

/** `decided`: earlier, as this; the same decision twice is one. */
export type Resolved = { readonly is: "resolved"; readonly emitted: Emitted } | { readonly is: "decided" };

const reasonCharsMax = 500;

type Approval =
  | { readonly is: "open"; readonly settle: (decision: Decision, why: string) => Promise<Emitted> }
  | { readonly is: "decided"; readonly decision: Decision; readonly resolved: Promise<Emitted> };

/** The questions of one run that only a person may answer. Each is answered once, in time, or rejected. */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #approvals = new Map<string, Approval>();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #timers = new Set<{ cancel(): void }>();
  #count: number;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.#count = options.past?.count ?? 0;
    // Under their own ids, so that a decision finds them before their agent comes to them again.
    for (const { approvalId, agent } of options.past?.open ?? []) {
      this.#answers.set(approvalId, this.#open(approvalId, agent));
    }
  }

  ask({ agent, reason, ...question }: Question): Asked {
    const { emitter, runId } = this.#options;
    const approvalId = approvalIdOf(runId, ++this.#count);
    const answer = this.#open(approvalId, agent);
    const data = { approvalId, ...question, reason: reason.slice(0, reasonCharsMax) };
    return { requested: emitter.approvalRequested(data, agent), answer };
  }

  /** The answer to what an earlier attempt asked; undefined when it is not open. */
  answerTo(approvalId: string): Promise<Answer> | undefined {
    return this.#answers.get(approvalId);
  }

  #open(approvalId: string, agent: string): Promise<Answer> {
    const { emitter, clock, waitMs } = this.#options;
    const asked = Promise.withResolvers<Answer>();
    const timer = clock.timer(waitMs, () => {
      void settle("reject", `Nobody decided within ${Math.round(waitMs / 1000)} s.`);
    });
    const settle = (decision: Decision, why: string): Promise<Emitted> => {
      timer.cancel();
      this.#timers.delete(timer);
      const resolved = emitter.approvalResolved(approvalId, decision, agent);
      this.#approvals.set(approvalId, { is: "decided", decision, resolved });
      asked.resolve({ why, resolved });
      return resolved;
    };
    this.#timers.add(timer);
    this.#approvals.set(approvalId, { is: "open", settle });
    return asked.promise;
  }

  /** Undefined for an approval that is not of this run. */
  resolve(approvalId: string, decision: Decision): Promise<Resolved> | undefined {
    const approval = this.#approvals.get(approvalId);
    if (!approval) return undefined;
    if (approval.is === "decided" && approval.decision !== decision)
      return Promise.resolve({ is: "decided" });
    const resolved =
      approval.is === "decided"
        ? approval.resolved
        : approval.settle(decision, decision === "approve" ? "approved" : "A person rejected the call.");
    return resolved.then((emitted) => ({ is: "resolved", emitted }));
  }

  /** The run has ended: nobody waits any more. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#approvals.clear();
  }
}

/** The run's id is in it, so that a decision that comes after the run can be answered from the log. */
function approvalIdOf(runId: string, number: number): string {
  return `${runId}.a${number}`;
}

/** Which of its run's approvals it is: 1, 2, 3 … */
export function numberOfApproval(approvalId: string): number {
  return Number(/\.a(\d+)$/.exec(approvalId)?.[1] ?? 0);
}

export function runIdOfApproval(approvalId: string): string | undefined {
  return /^(.+)\.a\d+$/.exec(approvalId)?.[1];
}
