/**
 * Judges runs that went on after their process was gone.
 *
 *  R1  A call that was cut off is finished by a tool that may be repeated, or after a person said yes to that;
 *      otherwise its outcome is unknown.
 *  R2  What a run wrote in the end is what its agent writes when nothing happens to it.
 *  R3  An agent that does the same twice is never told that it did not.
 */
import type { Event } from "@goldenpath/protocol";
import { eventsOf, type LogModel } from "./log-model.ts";
import { repeatableTools, writtenBy } from "./scripted-agents.ts";
import type { World } from "./world.ts";

export async function checkResumed(world: World, models: ReadonlyMap<string, LogModel>): Promise<void> {
  const fail = (rule: string, detail: string) => world.history.violated(rule, detail);
  for (const [userId, log] of world.disk.logs) {
    checkCuts(userId, eventsOf(log), fail);
    for (const event of eventsOf(log)) {
      if (event.type === "agent_failed" && event.data.code === "agent_diverged")
        fail("R3", `${userId} ${event.runId}: ${event.data.message}`);
    }
    for (const { runId, message } of models.get(userId)?.runs.values() ?? []) {
      if (message.status !== "completed") continue;
      const expected = await writtenBy(message.agent ?? "", runId, world.random.fork("agents"));
      const text = message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
      if (expected !== undefined && expected !== text) {
        fail(
          "R2",
          `${userId} ${runId} of ${message.agent} wrote ${text.length} characters, not ${expected.length}`,
        );
      }
    }
  }
}

/** R1, for all runs of one log. */
export function checkCuts(
  userId: string,
  events: readonly Event[],
  fail: (rule: string, detail: string) => void,
): void {
  const cutByRun = new Map<string, Cut>();
  for (const event of events) {
    if (event.runId === undefined) continue;
    const cut = cutByRun.get(event.runId) ?? new Cut();
    cutByRun.set(event.runId, cut);
    const wrong = cut.take(event);
    if (wrong) fail("R1", `${userId} ${event.runId}: ${wrong}`);
  }
}

/** One run's calls that a restart cut off. */
class Cut {
  readonly #open = new Map<string, string>();
  /** Whether a person said yes since the restart. */
  readonly #cut = new Map<string, boolean>();
  readonly #callByApproval = new Map<string, string>();

  take(event: Event): string | undefined {
    switch (event.type) {
      case "tool_executing":
        this.#open.set(event.data.callId, event.data.tool);
        return undefined;
      case "agent_resumed":
        for (const callId of this.#open.keys()) this.#cut.set(callId, false);
        return undefined;
      case "approval_requested":
        this.#callByApproval.set(event.data.approvalId, event.data.callId);
        return undefined;
      case "approval_resolved": {
        const callId = this.#callByApproval.get(event.data.approvalId) ?? "";
        if (this.#cut.has(callId)) this.#cut.set(callId, event.data.decision === "approve");
        return undefined;
      }
      case "tool_completed": {
        const { callId, tool, error } = event.data;
        const isAllowed = this.#cut.get(callId) ?? true;
        this.#open.delete(callId);
        this.#cut.delete(callId);
        if (isAllowed || repeatableTools.includes(tool)) return undefined;
        const isLeft = error?.code === "tool_outcome_unknown" || error?.code === "tool_cancelled";
        return isLeft ? undefined : `the call ${callId} of ${tool} was repeated and nobody was asked`;
      }
      default:
        return undefined;
    }
  }
}
