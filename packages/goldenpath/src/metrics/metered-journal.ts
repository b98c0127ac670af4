import type { Attachment, Commit, CommitOutcome, CommitRefusal, Journal } from "@goldenpath/journal";
import { type Clock, isTerminal } from "@goldenpath/protocol";
import type { Logger } from "pino";
import type { Metrics } from "./metrics.ts";

/** How loud a refusal is: what a caller asked for wrongly is its own matter, what the store cannot do is ours. */
const levelByRefusal: { readonly [why in CommitRefusal]: "error" | "warn" | "debug" } = {
  unavailable: "error",
  storage_full: "error",
  out_of_sequence: "warn",
  too_large: "warn",
  fenced: "debug",
  run_ended: "debug",
  not_found: "debug",
  id_reused: "debug",
  too_many_runs: "debug",
};

/**
 * The same journal, with every commit counted and timed, and every one that was not taken told to the log: by
 * whom and for which run, never what was in it. So is an attachment that the store cannot keep.
 */
export function meteredJournal(journal: Journal, metrics: Metrics, clock: Clock, log: Logger): Journal {
  async function commit(given: Commit): Promise<CommitOutcome> {
    const startedAt = clock.elapsed();
    const which = { userId: given.userId, runId: given.run?.runId ?? given.events[0]?.runId };
    try {
      const outcome = await journal.commit(given);
      metrics.commits.inc({ outcome: outcome.is === "refused" ? outcome.why : outcome.is });
      if (outcome.is === "committed") countEvents(given, metrics);
      if (outcome.is === "refused") {
        const { why, detail } = outcome;
        log[levelByRefusal[why]]({ ...which, why, detail }, "a commit was refused");
      }
      return outcome;
    } catch (error) {
      metrics.commits.inc({ outcome: "failed" });
      log.error({ ...which, err: error }, "a commit failed; whether it was written is not known");
      throw error;
    } finally {
      metrics.commitSeconds.observe((clock.elapsed() - startedAt) / 1_000);
    }
  }

  async function putAttachment(userId: string, attachment: Attachment) {
    const outcome = await journal.putAttachment(userId, attachment);
    if (outcome === "storage_full" || outcome === "unavailable") {
      metrics.faults.inc({ where: "attachment" });
      log.error({ userId, attachmentId: attachment.id, why: outcome }, "an attachment could not be kept");
    }
    return outcome;
  }

  // Everything else is the journal's own; its methods need it as `this`.
  return new Proxy(journal, {
    get(target, name) {
      if (name === "commit") return commit;
      if (name === "putAttachment") return putAttachment;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function countEvents({ events }: Commit, metrics: Metrics): void {
  for (const event of events) {
    metrics.events.inc({ type: event.type });
    if (!isTerminal(event.type)) continue;
    const code = event.type === "agent_failed" ? event.data.code : "";
    metrics.runsEnded.inc({ end: event.type.replace("agent_", ""), code });
  }
}
