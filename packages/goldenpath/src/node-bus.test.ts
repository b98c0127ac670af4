import { createMemoryJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics/metrics.ts";
import { openBus } from "./node-bus.ts";

test("a line that does not open is counted each time and told once", async () => {
  const lines: string[] = [];
  const metrics = createMetrics(false);
  // Nobody listens there.
  const databaseUrl = "postgres://nobody@127.0.0.1:1/none";
  const bus = openBus({
    journal: createMemoryJournal({ clock: systemClock, makeId: randomId }),
    shared: { databaseUrl, databaseOwnerUrl: undefined, natsUrl: undefined },
    nodeId: "n",
    log: pino({ level: "debug" }, { write: (line) => lines.push(line) }),
    metrics,
  });
  await expect.poll(() => bus.stats().failures, { timeout: 10_000 }).toBeGreaterThan(1);
  await bus.close();
  const { connected, failures } = bus.stats();
  expect(connected).toBe(false);
  expect(await metrics.text()).toContain(`goldenpath_faults_total{where="bus line"} ${failures}`);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 50, where: "bus" }]);
});
