/** The nodes' ends of a line, all in one process, without journals behind them: `carriers.ts POSTGRES NATS`. */
import { randomId, systemClock } from "@goldenpath/protocol";
import { type Carrier, type Connect, natsCarrier, notifyCarrier } from "@goldenpath/websocket-core";
import { answerCalls, cpuUs } from "../child.ts";
import type { Delays } from "../load/load.ts";
import { quantile } from "../statistics.ts";

export interface Telling {
  readonly line: "NATS" | "NOTIFY";
  readonly nodes: number;
  /** Commits told in a second, by all nodes together. */
  readonly perSecond: number;
  readonly forMs: number;
}

export type CarriersCalls = {
  /** How long what was told took to the one node that serves its user; who never came is not counted. */
  readonly tell: (telling: Telling) => Promise<Delays & { readonly told: number; readonly cpuUs: number }>;
};

const users = 1_000;
const lateMsMax = 5_000;
/** An event of 300 bytes, which NATS carries and NOTIFY does not. */
const event = JSON.stringify({ text: "x".repeat(289) });
const [postgresUrl = "", natsUrl = ""] = process.argv.slice(2);

interface User {
  readonly id: string;
  head: number;
  /** When each offset that was not heard yet was told. */
  readonly told: { readonly head: number; readonly atMs: number }[];
}

answerCalls({
  async tell({ line, nodes, perSecond, forMs }) {
    const all = Array.from({ length: users }, (_, at): User => ({ id: `user-${at}`, head: 0, told: [] }));
    const byId = new Map(all.map((user) => [user.id, user]));
    const delays: number[] = [];
    const heard = (at: number) => (userId: string, head: number) => {
      const user = byId.get(userId);
      // The user's page is on the node after the run's.
      if (!user || (all.indexOf(user) + 1) % nodes !== at) return;
      while (user.told[0] && user.told[0].head <= head) {
        delays.push(performance.now() - (user.told.shift()?.atMs ?? 0));
      }
    };
    const carriers = await Promise.all(Array.from({ length: nodes }, (_, at) => open(line, heard(at))));
    for (const [at, user] of all.entries()) carriers[(at + 1) % nodes]?.listen(user.id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = cpuUs();
    const began = performance.now();
    let told = 0;
    for (let spentMs = 0; spentMs < forMs; spentMs = performance.now() - began) {
      for (const due = (spentMs / 1_000) * perSecond; told < due; told++) {
        const user = all[told % users];
        if (!user) continue;
        const head = ++user.head;
        user.told.push({ head, atMs: performance.now() });
        carriers[(told % users) % nodes]?.tell({
          userId: user.id,
          epoch: "e",
          first: head,
          head,
          events: [event],
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const spentUs = cpuUs() - before;
    const lateFrom = performance.now();
    while (delays.length < told && performance.now() - lateFrom < lateMsMax)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all(carriers.map((carrier) => carrier.close()));
    const { length: count } = delays;
    if (count === 0) throw new Error(`nothing of ${told} was heard over ${line}`);
    return { told, count, cpuUs: spentUs, p50Ms: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) };
  },
} satisfies CarriersCalls);

async function open(line: Telling["line"], heard: (userId: string, head: number) => void): Promise<Carrier> {
  const shared = { clock: systemClock, random: Math.random };
  const nodeId = randomId();
  const connect: Connect =
    line === "NATS"
      ? natsCarrier({ ...shared, url: natsUrl, name: nodeId })
      : notifyCarrier({ ...shared, url: postgresUrl, nodeId });
  const isOpen = Promise.withResolvers<void>();
  const carrier = connect({
    opened: isOpen.resolve,
    failed: (error) => console.error(line, error),
    listening: () => undefined,
    committed: ({ userId, head }) => heard(userId, head),
    signalled: () => undefined,
    // What is missing in the end voids the round.
    dropped: () => undefined,
  });
  await isOpen.promise;
  return carrier;
}
