/**
 * What a node counts of itself, for Prometheus. Labels are codes, names and states of closed sets: never a
 * user's, a run's or a thread's id, and nothing that a client could make up.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; a commit is one sync of the disk, a few milliseconds on a good one. */
const commitBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is read when Prometheus asks. */
export interface Readings {
  readonly connectionsByState: Readonly<Record<string, number>>;
  readonly bufferedBytes: number;
  readonly lagEventsMax: number;
  readonly runs: number;
  /** Undefined where the journal is not on this machine. */
  readonly journalBytes: number | undefined;
  readonly bus: {
    readonly kind: string;
    readonly connected: boolean;
    readonly failures: number;
    readonly dropped: number;
    readonly healed: number;
  };
}

export interface Metrics {
  readonly closes: Counter<"code">;
  readonly upgradesRefused: Counter<"code">;
  readonly commands: Counter<"command" | "outcome">;
  readonly commits: Counter<"outcome">;
  readonly commitSeconds: Histogram;
  readonly events: Counter<"type">;
  readonly runsEnded: Counter<"end" | "code">;
  readonly logins: Counter<"outcome">;
  readonly upkeep: Counter<"outcome">;
  readonly faults: Counter<"where">;
  /** Called by `text`; the node says here where it can be read. */
  read: (() => Readings) | undefined;
  /** Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Counts from now on; `ofProcess` adds what Node tells of the process, once for each process. */
export function createMetrics(ofProcess: boolean): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const counter = <T extends string = string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name: `goldenpath_${name}_total`, help, labelNames, registers });
  const gauge = <T extends string = string>(name: string, help: string, ...labelNames: T[]) =>
    new Gauge({ name: `goldenpath_${name}`, help, labelNames, registers });

  const connections = gauge("connections", "Connections by state.", "state");
  const bufferedBytes = gauge("socket_bytes_waiting", "Bytes that wait in sockets for their readers.");
  const lag = gauge(
    "fan_out_lag_events",
    "Events committed and not yet written, of the connection furthest behind.",
  );
  const runs = gauge("runs_active", "Runs that this node executes.");
  const journalBytes = gauge("journal_bytes", "Size of the journal's files.");
  const busConnected = gauge("bus_connected", "1 while other nodes are heard.", "kind");
  const busFailures = gauge(
    "bus_failures",
    "Times the line to the other nodes was lost or could not be opened.",
  );
  const busDropped = gauge("bus_dropped", "What was not told to other nodes.");
  const busHealed = gauge("bus_healed", "Logs that had grown without a word from the bus.");

  const metrics: Metrics = {
    closes: counter("connections_closed", "Connections that ended, by close code.", "code"),
    upgradesRefused: counter("upgrades_refused", "Upgrades answered by HTTP instead, by error code.", "code"),
    commands: counter(
      "commands",
      "Commands by kind and outcome: done, or the error's code.",
      "command",
      "outcome",
    ),
    commits: counter("commits", "Commits: committed, repeated, failed, or why they were refused.", "outcome"),
    commitSeconds: new Histogram({
      name: "goldenpath_commit_seconds",
      help: "Time from a commit's call to its answer.",
      buckets: commitBuckets,
      registers,
    }),
    events: counter("events", "Events committed, by type.", "type"),
    runsEnded: counter("runs_ended", "Runs by their end; code is why one failed.", "end", "code"),
    logins: counter("logins", "Sign-ins and sign-ups: ok, refused, limited or failed.", "outcome"),
    upkeep: counter("upkeep", "Hourly upkeep: ok or failed.", "outcome"),
    faults: counter(
      "faults",
      "Faults of the server's own, by where they happened; the log has each.",
      "where",
    ),
    read: undefined,
    contentType: registry.contentType,
    text() {
      const readings = metrics.read?.();
      if (readings) {
        for (const [state, count] of Object.entries(readings.connectionsByState))
          connections.set({ state }, count);
        bufferedBytes.set(readings.bufferedBytes);
        lag.set(readings.lagEventsMax);
        runs.set(readings.runs);
        if (readings.journalBytes !== undefined) journalBytes.set(readings.journalBytes);
        const { bus } = readings;
        busConnected.set({ kind: bus.kind }, bus.connected ? 1 : 0);
        busFailures.set(bus.failures);
        busDropped.set(bus.dropped);
        busHealed.set(bus.healed);
      }
      return registry.metrics();
    },
  };
  return metrics;
}
