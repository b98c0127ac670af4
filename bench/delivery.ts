/** What a delivered event costs the server, against peers that keep nothing. */
import { atLeast, type Bench, type BenchRun, type Goal, type Result } from "./bench.ts";
import { type ServerKind, serverKinds } from "./server/kinds.ts";
import { Stage } from "./stage.ts";
import { ratio, result } from "./statistics.ts";

export const bench: Bench = {
  name: "delivery",
  question:
    "How many events does a CPU-second of the server carry to browsers, when each is committed before?",
  workload:
    "1,000 users with a connection each; distinct events of 300 bytes, one or four to a user in a turn; as fast as it goes, and paced at 30,000 a second. CPU time of the server's process, all threads.",
  baseline:
    "ws.send(JSON.stringify(event)) without a journal; the same with frames by hand and one write a turn; Socket.IO with and without connection-state recovery; server-sent events through resumable-stream and Redis; our own path with the journal in memory.",
  notMeasured:
    "Login, agents, TLS, compression, the clients' cost and that of Redis, the beginnings and ends of runs.",
  run,
};

const users = 1_000;
/** A server that has been up for seconds: V8 has compiled what every event passes after some 100,000 of them. */
const warmUpRounds = 5;
const modes = [
  { name: "1 a write, saturated", atOnce: 1, raw: 1, socketIo: 2 },
  { name: "4 a turn, saturated", atOnce: 4, raw: 2, socketIo: 3 },
  { name: "1 a write, paced", atOnce: 1, perSecond: 30_000, raw: 0.9, socketIo: undefined },
  { name: "4 a turn, paced", atOnce: 4, perSecond: 30_000, raw: 1.5, socketIo: undefined },
] as const;

async function run(run: BenchRun) {
  const { rounds, quick, note } = run;
  await using stage = await Stage.open(serverKinds, run, { users });
  const eventsPerUser = quick ? 16 : 40;
  const figures = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    for (const mode of modes) {
      const { atOnce } = mode;
      const pace = "perSecond" in mode ? { perSecond: mode.perSecond } : {};
      for (const kind of serverKinds) {
        const count = round === 0 && mode === modes[0] ? eventsPerUser * warmUpRounds : eventsPerUser;
        const turn = await stage.turn(kind, { eventsPerUser: count, atOnce, ...pace }, count * users);
        if (round === 0) continue;
        const key = `${mode.name}: ${kind}`;
        figures.set(key, [...(figures.get(key) ?? []), (turn.events * 1_000_000) / turn.cpuUs]);
      }
    }
  }
  const figure = (mode: string, kind: ServerKind) => figures.get(`${mode}: ${kind}`) ?? [];
  const ratios: Result[] = [];
  const goals: Goal[] = [];
  for (const { name, raw, socketIo } of modes) {
    const against = (kind: ServerKind, goal: number | undefined) => {
      const one = ratio(`${name}: goldenpath ÷ ${kind}`, figure(name, "goldenpath"), figure(name, kind));
      ratios.push(one);
      if (goal !== undefined) goals.push(atLeast(one.name, goal, "×", one.median));
    };
    against("raw ws", raw);
    against("raw ws, packed", undefined);
    against("Socket.IO", socketIo);
    against("Socket.IO with recovery", undefined);
    against("SSE on Redis", undefined);
    against("goldenpath in memory", undefined);
  }
  const absolutes = [...figures].map(([key, values]) => result(key, "events/CPU-s", values));
  return { results: [...ratios, ...absolutes], goals };
}
