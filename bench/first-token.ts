/** What we add between a language model and the person who waits for it. */
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { ModelAndPeopleCalls } from "./load/model-and-people.ts";
import type { ModelServerCalls } from "./server/model-server.ts";
import { median, quantile, ratio, result } from "./statistics.ts";

const people = 25;
const runsEach = 4;

export const bench: Bench = {
  name: "first-token",
  question:
    "How much later does the browser have the model's first token than somebody who asked the model directly?",
  workload: `${people * runsEach} concurrent runs of ${people} signed-in people on a whole server with SQLite: their model, spoken to over HTTP as OpenAI's, writes its first token to each at a moment of its own, within a second; from that write to the socket that shows it.`,
  baseline: "The same model's stream read over HTTP, without us.",
  notMeasured: "The model's own time to think, a network, what the browser needs to draw.",
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  const cast = Child.start<ModelAndPeopleCalls>(new URL("load/model-and-people.ts", import.meta.url));
  const server = Child.start<ModelServerCalls>(new URL("server/model-server.ts", import.meta.url));
  try {
    const url = await server.call("listen", { data: folder, modelUrl: await cast.call("listen") });
    note(`${people} people sign up`);
    await cast.call("signUp", { url, count: people });
    const own: { readonly p50: number; readonly p99: number }[] = [];
    const direct: { readonly p50: number; readonly p99: number }[] = [];
    const count = quick ? Math.min(rounds, 3) : rounds;
    for (let round = 0; round <= count; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${count}`);
      const throughUs = spread(await cast.call("askAll", runsEach));
      const directly = spread(await cast.call("askModel", people * runsEach));
      if (round === 0) continue;
      own.push(throughUs);
      direct.push(directly);
    }
    const added = own.map(({ p99 }, round) => p99 - (direct[round]?.p99 ?? 0));
    return {
      results: [
        ratio(
          "p99: through us ÷ directly",
          own.map(({ p99 }) => p99),
          direct.map(({ p99 }) => p99),
        ),
        result("added at p99", "ms", added),
        result(
          "through us: p50",
          "ms",
          own.map(({ p50 }) => p50),
        ),
        result(
          "through us: p99",
          "ms",
          own.map(({ p99 }) => p99),
        ),
        result(
          "directly: p50",
          "ms",
          direct.map(({ p50 }) => p50),
        ),
        result(
          "directly: p99",
          "ms",
          direct.map(({ p99 }) => p99),
        ),
      ],
      goals: [atMost("added at p99, 100 concurrent runs", 5, "ms", median(added))],
    };
  } finally {
    await cast.kill();
    await server.kill();
  }
}

function spread(delaysMs: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantile(delaysMs, 0.5), p99: quantile(delaysMs, 0.99) };
}
