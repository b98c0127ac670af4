import type { Case } from "./case.ts";
import { Broken } from "./inbox.ts";

export interface Result {
  readonly name: string;
  readonly proves: readonly string[];
  readonly is: "holds" | "broken" | "not run";
  /** What is broken, or why it was not run. */
  readonly detail: string;
  readonly ms: number;
}

/** Runs every case, at most `width` at once, the slow ones first. `judgeNeeds` answers why one cannot run. */
export async function runCases(
  cases: readonly Case[],
  width: number,
  play: (played: Case) => Promise<void>,
  judgeNeeds: (judged: Case) => string | undefined = () => undefined,
): Promise<readonly Result[]> {
  const waiting = cases.toSorted((a, b) => b.seconds - a.seconds);
  const results: Result[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results.push(await outcomeOf(next, play, judgeNeeds));
  };
  await Promise.all(Array.from({ length: width }, worker));
  const order = new Map(cases.map(({ name }, at) => [name, at]));
  return results.toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

async function outcomeOf(
  played: Case,
  play: (played: Case) => Promise<void>,
  judgeNeeds: (judged: Case) => string | undefined,
): Promise<Result> {
  const { name, proves, says } = played;
  const missing = judgeNeeds(played);
  if (missing !== undefined) return { name, proves, is: "not run", detail: missing, ms: 0 };
  const startedAt = performance.now();
  const ended = (is: Result["is"], detail: string) => ({
    name,
    proves,
    is,
    detail,
    ms: Math.round(performance.now() - startedAt),
  });
  try {
    await play(played);
    return ended("holds", says);
  } catch (error) {
    // What is no finding is told with its trace: it may be the suite's own fault.
    const text =
      error instanceof Error ? (error instanceof Broken ? error.message : error.stack) : String(error);
    return ended("broken", `${says}\n    ${text}`);
  }
}

export function report(results: readonly Result[]): string {
  const lines = results
    .filter((result) => result.is === "broken")
    .map(({ name, proves, detail }) => `BROKEN ${name} [${proves.join(", ")}]\n    ${detail}`);
  const reasons = Map.groupBy(
    results.filter((result) => result.is === "not run"),
    ({ detail }) => detail,
  );
  for (const [reason, skipped] of reasons) lines.push(`not run: ${skipped.length} cases: ${reason}`);
  const count = (is: Result["is"]) => results.filter((result) => result.is === is).length;
  lines.push(`${count("holds")} hold, ${count("broken")} broken, ${count("not run")} not run`);
  return lines.join("\n");
}
