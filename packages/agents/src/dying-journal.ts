import type { Journal } from "@goldenpath/journal";

export interface Dying {
  readonly journal: Journal;
  isDead: boolean;
  /** Of runs, as far as it lived. */
  commits: number;
}

/** The journal of a node that dies when so many commits of runs are written: nothing is answered any more. */
export function dying(real: Journal, commits: number | undefined): Dying {
  let left = commits ?? Number.POSITIVE_INFINITY;
  const never = () => new Promise<never>(() => undefined);
  const journal = new Proxy(real, {
    get(target, name: keyof Journal) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        if (state.isDead) return never();
        const isOfRun = name === "commit" && (given[0] as Parameters<Journal["commit"]>[0]).run !== undefined;
        if (isOfRun && left-- <= 0) {
          state.isDead = true;
          return never();
        }
        if (isOfRun) state.commits++;
        const answer: unknown = Reflect.apply(member, target, given);
        if (!(answer instanceof Promise)) return answer;
        // Written, and nobody hears of it: the node died in between.
        return answer.then((value: unknown) => (state.isDead ? never() : value));
      };
    },
  });
  const state: Dying = { journal, isDead: false, commits: 0 };
  return state;
}
