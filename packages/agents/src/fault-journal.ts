import type { Commit, CommitOutcome, Journal } from "@goldenpath/journal";

export interface FaultJournal {
  readonly journal: Journal;
  /** While set, commits for runs are refused with it; the rest reaches the real engine. */
  fault: "storage_full" | "unavailable" | undefined;
  /** Commits that were refused. */
  readonly refused: readonly Commit[];
}

/** A real journal whose disk fills up when a test says so. */
export function faultJournal(real: Journal): FaultJournal {
  const refused: Commit[] = [];
  const state: FaultJournal = { journal: real, fault: undefined, refused };
  const commit = async (asked: Commit): Promise<CommitOutcome> => {
    const { fault } = state;
    if (!fault || !asked.run) return real.commit(asked);
    refused.push(asked);
    return { is: "refused", why: fault, detail: `A test says ${fault}.` };
  };
  const journal = new Proxy(real, {
    get(target, name: keyof Journal) {
      if (name === "commit") return commit;
      const member = target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return Object.assign(state, { journal });
}
