import type { Thread } from "@goldenpath/protocol";
import { dayGroup } from "../text/figures.ts";

export interface ThreadGroup {
  readonly name: ReturnType<typeof dayGroup>;
  readonly threads: readonly Thread[];
}

/** Threads by day, in the order given, which is newest activity first. */
export function groupThreads(threads: readonly Thread[], nowMs: number): readonly ThreadGroup[] {
  const groups: { name: ThreadGroup["name"]; threads: Thread[] }[] = [];
  for (const thread of threads) {
    const name = dayGroup(thread.updatedAt, nowMs);
    const last = groups.at(-1);
    if (last?.name === name) last.threads.push(thread);
    else groups.push({ name, threads: [thread] });
  }
  return groups;
}

/** Threads whose title holds every word of the filter, whatever its case. */
export function filterThreads(threads: readonly Thread[], filter: string): readonly Thread[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return threads;
  return threads.filter((thread) => {
    const title = titleOf(thread).toLowerCase();
    return words.every((word) => title.includes(word));
  });
}

export function titleOf(thread: Thread): string {
  return thread.title.trim() === "" ? "Untitled" : thread.title;
}

/** The thread `step` places away from the current one in the list; stops at its ends. */
export function neighbour(
  threads: readonly Thread[],
  currentId: string | undefined,
  step: 1 | -1,
): Thread | undefined {
  const at = threads.findIndex((thread) => thread.id === currentId);
  if (at < 0) return step === 1 ? threads[0] : threads.at(-1);
  return threads[at + step];
}
