/** What we add between a language model and the person who waits for it. */
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { ModelCalls, Pace } from "./load/model.ts";
import type { Heard, PeopleCalls } from "./load/people.ts";
import type { ModelServerCalls } from "./server/model-server.ts";
import { median, quantile, ratio, result } from "./statistics.ts";

const people = 25;
const lanes = 100;
/** Twenty pieces a second, of a word or a few, is what the servers of large models send. */
const pace: Pace = { thinkMsMax: 1_000, tokens: 50, tokenMs: 50 };
const answerMs = pace.thinkMsMax / 2 + pace.tokens * pace.tokenMs;

export const bench: Bench = {
  name: "first-token",
  question:
    "How much later does the browser have the model's first token than somebody who asked the model directly?",
  workload: `${lanes} runs under way at all times, of ${people} signed-in people on a whole server with SQLite. Each takes ${(answerMs / 1_000).toFixed(1)} s on average, then that person asks again in another thread: so some ${Math.round((lanes * 1_000) / answerMs)} begin in a second, while the others stream. The model is spoken to over HTTP as OpenAI's; it writes its first token within a second, at a moment of its own, and then ${Math.round(1_000 / pace.tokenMs)} a second. Counted is from that first write to the socket that shows it.`,
  baseline: "The same model's stream, read over HTTP by as many at a time.",
  notMeasured:
    "The model's own time to think, a network, what the browser needs to draw; the first run of a server's life, which loads the library that speaks to models.",
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  const model = Child.start<ModelCalls>(new URL("load/model.ts", import.meta.url));
  const crowd = Child.start<PeopleCalls>(new URL("load/people.ts", import.meta.url));
  const server = Child.start<ModelServerCalls>(new URL("server/model-server.ts", import.meta.url));
  try {
    const modelUrl = await model.call("listen", pace);
    const url = await server.call("listen", { data: folder, modelUrl });
    note(`${people} people sign up`);
    await crowd.call("signUp", { url, people });
    const own: Spread[] = [];
    const direct: Spread[] = [];
    const costs: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      const asking = { lanes, spreadMs: answerMs, counted: quick || round === 0 ? 100 : 1_000 };
      const before = await server.call("cpuUs");
      const heard = await crowd.call("askServer", asking);
      const after = await server.call("cpuUs");
      if (round === 0) continue;
      const directly = await crowd.call("askModel", { ...asking, modelUrl });
      own.push(spread(heard));
      direct.push(spread(directly));
      costs.push((after - before) / 1_000 / heard.answers);
    }
    const p50 = (spreads: readonly Spread[]) => spreads.map((one) => one.p50);
    const p99 = (spreads: readonly Spread[]) => spreads.map((one) => one.p99);
    const added = (which: typeof p99) => {
      const without = which(direct);
      return which(own).map((value, round) => value - (without[round] ?? Number.NaN));
    };
    return {
      results: [
        ratio("p99: through us ÷ directly", p99(own), p99(direct)),
        result("added at p50", "ms", added(p50)),
        result("added at p99", "ms", added(p99)),
        result("through us: p50", "ms", p50(own)),
        result("through us: p99", "ms", p99(own)),
        result("directly: p50", "ms", p50(direct)),
        result("directly: p99", "ms", p99(direct)),
        result(`the server's CPU for a run of ${pace.tokens} tokens`, "ms", costs),
      ],
      goals: [atMost(`added at p99, ${lanes} concurrent runs`, 5, "ms", median(added(p99)))],
    };
  } finally {
    await crowd.kill();
    await server.kill();
    await model.kill();
  }
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

function spread({ delaysMs }: Heard): Spread {
  return { p50: quantile(delaysMs, 0.5), p99: quantile(delaysMs, 0.99) };
}
