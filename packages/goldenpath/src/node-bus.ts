import type { Journal } from "@goldenpath/journal";
import { systemClock } from "@goldenpath/protocol";
import { type Bus, createLocalBus, natsCarrier, notifyCarrier, SharedBus } from "@goldenpath/websocket-core";
import type { Logger } from "pino";
import type { Metrics } from "./metrics/metrics.ts";
import type { SharedStore } from "./options.ts";

/** How a node hears what other nodes write; without a shared store it is alone. */
export function openBus(parts: {
  readonly journal: Journal;
  readonly shared: SharedStore | undefined;
  readonly nodeId: string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "faults">;
}): Bus {
  const { journal, shared, nodeId, log, metrics } = parts;
  if (!shared) return createLocalBus(journal);
  const { databaseUrl, natsUrl } = shared;
  const over = natsUrl === undefined ? "Postgres" : "NATS";
  const line = { clock: systemClock, random: Math.random };
  // Each outage is told once; while it lasts the line is tried again every few seconds.
  let down = false;
  return new SharedBus({
    ...line,
    journal,
    connect:
      natsUrl === undefined
        ? notifyCarrier({ ...line, url: databaseUrl, nodeId })
        : natsCarrier({ ...line, url: natsUrl, name: nodeId }),
    onFault(where, error) {
      metrics.faults.inc({ where: `bus ${where}` });
      if (where === "check") {
        log.error({ err: error, where }, "the journal could not say which logs grew; it is asked again");
      } else if (where === "tell") {
        log.error(
          { err: error, where },
          "what was to be told to other nodes is lost; they find it themselves",
        );
      } else if (!down) {
        down = true;
        log.error(
          { err: error, where: "bus" },
          `other nodes are not heard over ${over}; the journal is asked every second until they are`,
        );
      }
    },
    onOpen() {
      log[down ? "warn" : "info"]({ where: "bus" }, `other nodes are heard over ${over}`);
      down = false;
    },
  });
}
