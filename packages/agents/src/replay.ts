/**
 * What earlier attempts of a run left in its log, and how a fresh agent goes through it again.
 *
 *  R1  A call that stands in the log is never begun again: a finished one is answered from the log, one that
 *      was under way is finished. A call is recognised by its agent's path, its tool and its input; of equal
 *      ones the oldest comes first.
 *  R2  What an agent says on its way to a call that stands in the log stands there too, and is not said again.
 *      What stands after the last call is void.
 *  R3  An agent that does something else than the log holds, or ends before it did all of it, has diverged.
 *      Calls of one path that run beside each other may come in another order: a call that is not known waits
 *      for those that are.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type Decision,
  type Event,
  foldRun,
  type Json,
  type Message,
  type NewEvent,
  type Part,
} from "@goldenpath/protocol";
import type { ToolOutcome } from "./tool.ts";

/** A question about a call, and what a person decided. */
export interface PastApproval {
  readonly approvalId: string;
  readonly agent: string;
  readonly decision?: Decision;
}

/** A call as the log has it. */
export interface PastCall {
  readonly callId: string;
  readonly agent: string;
  readonly tool: string;
  readonly input: Json;
  /** Asked before it began. */
  readonly asked?: PastApproval;
  /** When it began, in milliseconds since 1970; absent while a person was being asked. */
  readonly begunAt?: number;
  /** Asked after a restart: may it be repeated? The newest such question. */
  readonly doubted?: PastApproval;
  readonly outcome?: ToolOutcome;
}

type RunEvent = Event | NewEvent;

/** One agent's way through its part of the log. */
interface Path {
  readonly calls: PastCall[];
  /** The calls that it has not made again yet. */
  ahead: PastCall[];
  readonly caughtUp: PromiseWithResolvers<void>;
  /** What the log keeps behind its last call: characters of text and of thoughts, and reports of usage. */
  text: number;
  thoughts: number;
  usages: number;
}

export class Replay {
  /** Parts of the answer from this index on are void. */
  readonly voidFrom: number;
  readonly #kept: readonly Part[];
  readonly #own: string;
  readonly #calls: ReadonlyMap<string, PastCall>;
  readonly #pathByAgent = new Map<string, Path>();
  /** Characters of each thought that is kept and was not thought again yet. */
  readonly #thoughtChars = new Map<string, number>();

  /** Of a run's events so far; `agent` is the run's own. */
  constructor(events: readonly RunEvent[], agent: string) {
    this.#own = agent;
    const parts = events.reduce<Message | undefined>(foldRun, undefined)?.parts ?? [];
    this.voidFrom = parts.findLastIndex(({ type }) => type === "tool" || type === "approval") + 1;
    this.#kept = parts.slice(0, this.voidFrom);
    this.#calls = callsOf(events);
    for (const call of this.#calls.values()) this.#path(call.agent).calls.push(call);
    for (const path of this.#pathByAgent.values()) path.ahead = [...path.calls];
    this.#countKept(events);
  }

  get calls(): readonly PastCall[] {
    return [...this.#calls.values()];
  }

  /** Whether every call of the log was made again. */
  get isOver(): boolean {
    return [...this.#pathByAgent.values()].every(({ ahead }) => ahead.length === 0);
  }

  /** What stands in the log of that agent and was not gone through yet, in order. */
  parts(agent: string): readonly Part[] {
    const path = this.#pathByAgent.get(agent);
    const past = new Set(
      path?.calls.filter((call) => !path.ahead.includes(call)).map(({ callId }) => callId),
    );
    const own = this.#kept.filter((part) => this.#agentOf(part) === agent);
    const from = own.findLastIndex((part) => "callId" in part && past.has(part.callId));
    return own.slice(from + 1);
  }

  /**
   * R1: the call of the log that this one is. Undefined for one that is not there, at once or after those that
   * are; the promise stays open for as long as the agent owes one of them.
   */
  take(agent: string, tool: string, input: Json): PastCall | Promise<undefined> | undefined {
    const path = this.#pathByAgent.get(agent);
    if (!path || path.ahead.length === 0) return undefined;
    const found = path.ahead.find((call) => call.tool === tool && isDeepStrictEqual(call.input, input));
    if (!found) return path.caughtUp.promise.then(() => undefined);
    path.ahead = path.ahead.filter((call) => call !== found);
    if (path.ahead.length === 0) path.caughtUp.resolve();
    return found;
  }

  /** R2: what of this text is not in the log yet. */
  unwritten(agent: string, text: string): string {
    const path = this.#pathByAgent.get(agent);
    if (!path) return text;
    if (path.ahead.length > 0) return "";
    const known = Math.min(path.text, text.length);
    path.text -= known;
    return text.slice(known);
  }

  /** R2: what of this thought is not in the log yet. `thoughtId` where the agent gave one. */
  unthought(agent: string, text: string, thoughtId: string | undefined): string {
    const path = this.#pathByAgent.get(agent);
    const left = thoughtId === undefined ? undefined : this.#thoughtChars.get(thoughtId);
    if (thoughtId !== undefined && left !== undefined) {
      const known = Math.min(left, text.length);
      this.#thoughtChars.set(thoughtId, left - known);
      return path && path.ahead.length > 0 ? "" : text.slice(known);
    }
    if (!path) return text;
    if (path.ahead.length > 0) return "";
    const known = Math.min(path.thoughts, text.length);
    path.thoughts -= known;
    return text.slice(known);
  }

  /** R2: whether this report of usage is in the log. A request to a model that is repeated is used twice. */
  isReported(agent: string): boolean {
    const path = this.#pathByAgent.get(agent);
    if (!path) return false;
    if (path.ahead.length > 0) return true;
    return path.usages-- > 0;
  }

  #path(agent: string): Path {
    const found = this.#pathByAgent.get(agent);
    if (found) return found;
    const caughtUp = Promise.withResolvers<void>();
    const path: Path = { calls: [], ahead: [], caughtUp, text: 0, thoughts: 0, usages: 0 };
    this.#pathByAgent.set(agent, path);
    return path;
  }

  #agentOf(part: Part): string {
    if (part.type === "text") return part.agent ?? this.#own;
    if (part.type === "approval") return this.#calls.get(part.callId)?.agent ?? this.#own;
    return part.type === "attachment" ? this.#own : part.agent;
  }

  #countKept(events: readonly RunEvent[]): void {
    for (const part of this.#kept) {
      const path = this.#path(this.#agentOf(part));
      if (part.type === "text") path.text += part.text.length;
      else if (part.type === "thinking") {
        path.thoughts += part.text.length;
        this.#thoughtChars.set(part.thoughtId, part.text.length);
      } else if (part.type !== "attachment") {
        path.text = 0;
        path.thoughts = 0;
      }
    }
    const begins = (event: RunEvent) =>
      event.type === "tool_executing" || event.type === "approval_requested";
    for (const event of events.slice(0, events.findLastIndex(begins) + 1)) {
      const path = this.#path(event.agent ?? this.#own);
      if (event.type === "usage_reported") path.usages++;
      else if (begins(event)) path.usages = 0;
    }
  }
}

/** The calls of a run in the order in which they began, or were asked about. */
function callsOf(events: readonly RunEvent[]): ReadonlyMap<string, PastCall> {
  const calls = new Map<string, PastCall>();
  const callByApproval = new Map<string, string>();
  for (const event of events) {
    const agent = event.agent ?? "";
    switch (event.type) {
      case "approval_requested": {
        const { approvalId, callId, tool, input } = event.data;
        callByApproval.set(approvalId, callId);
        const call = calls.get(callId);
        const approval = { approvalId, agent };
        if (call) calls.set(callId, { ...call, doubted: approval });
        else calls.set(callId, { callId, agent, tool, input, asked: approval });
        break;
      }
      case "approval_resolved": {
        const { approvalId, decision } = event.data;
        const call = calls.get(callByApproval.get(approvalId) ?? "");
        if (call?.asked?.approvalId === approvalId)
          calls.set(call.callId, { ...call, asked: { ...call.asked, decision } });
        else if (call?.doubted?.approvalId === approvalId)
          calls.set(call.callId, { ...call, doubted: { ...call.doubted, decision } });
        break;
      }
      case "tool_executing": {
        const { callId, tool, input } = event.data;
        const call = calls.get(callId) ?? { callId, agent, tool, input };
        calls.set(callId, { ...call, begunAt: event.at });
        break;
      }
      case "tool_completed": {
        const { callId, output = null, error } = event.data;
        const call = calls.get(callId);
        const outcome: ToolOutcome = error ? { ok: false, callId, ...error } : { ok: true, callId, output };
        if (call) calls.set(callId, { ...call, outcome });
        break;
      }
      default:
    }
  }
  return calls;
}
