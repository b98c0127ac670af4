/** Puts a node together from its parts, and takes it apart in reverse. */
import { type AgentCard, type AgentFactory, Supervisor } from "@goldenpath/agents";
import { defaultTrimLimits, type Journal } from "@goldenpath/journal";
import { closeCodes, randomId, systemClock } from "@goldenpath/protocol";
import { type Bus, type UserContext, WebSocketCore } from "@goldenpath/websocket-core";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import { type ChosenAgents, chooseAgents } from "./agents.ts";
import type { Listeners } from "./attach.ts";
import { createApp } from "./http/app.ts";
import type { ListenSetting } from "./listen.ts";
import { createLog } from "./log.ts";
import { createLogin, type Login } from "./login/login.ts";
import { judgeOrigin, type Origins } from "./login/origins.ts";
import { RateLimiter } from "./login/rate-limit.ts";
import { meteredCommands } from "./metrics/metered-commands.ts";
import { meteredJournal } from "./metrics/metered-journal.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { type MetricsServer, serveMetrics } from "./metrics/metrics-server.ts";
import { openBus } from "./node-bus.ts";
import { type Environment, isLoopback, type MetricsAddress, type Options } from "./options.ts";
import { pageFolder } from "./page-folder.ts";
import { openStore, type Store } from "./store.ts";
import { createThreadRemoval, type ThreadRemoval } from "./thread-removal.ts";
import { version } from "./version.ts";

const upkeepMs = 3_600_000;

export interface Node {
  readonly listeners: Listeners;
  readonly agents: readonly AgentCard[];
  readonly model: ChosenAgents["model"];
  readonly setupToken: () => string | undefined;
  readonly metricsUrl: string | undefined;
  /** S2; `closeFront` stops the HTTP side. */
  close(closeFront: () => Promise<void>): Promise<void>;
}

interface Parts {
  readonly options: Options;
  readonly origins: Origins;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Undefined: nobody asks for them. */
  readonly metricsServer: MetricsServer | undefined;
  readonly factory: AgentFactory;
  readonly model: ChosenAgents["model"];
  readonly journal: Journal;
  readonly bus: Bus;
  readonly supervisor: Supervisor;
  readonly removal: ThreadRemoval;
}

/** Throws a `StartError` that says what to do; nothing stays open then. */
export async function composeNode(
  options: Options,
  origins: Origins,
  environment: Environment,
): Promise<Node> {
  const log = createLog(options.logLevel);
  const { factory, model } = await chooseAgents(options.agents, environment);
  const store = await openStore(options, log);
  const metrics = createMetrics(options.metrics !== undefined);
  const journal = meteredJournal(store.journal, metrics, systemClock, log);
  // Fresh at every start: leases and the line between nodes tell two starts of one node apart.
  const nodeId = `${options.node}.${randomId()}`;
  const bus = openBus({ journal, shared: options.shared, nodeId, log, metrics });
  let metricsServer: MetricsServer | undefined;
  try {
    metricsServer =
      options.metrics && (await serveMetrics(options.metrics, metrics, metricsSetting(options.metrics)));
    const clock = systemClock;
    const supervisor = new Supervisor({
      journal,
      bus,
      clock,
      makeId: randomId,
      nodeId,
      factory,
      onFault: ({ error, ...where }) => {
        metrics.faults.inc({ where: where.where });
        log.error({ err: error, ...where }, "run fault");
      },
    });
    const removal = createThreadRemoval({
      journal,
      clock,
      makeId: randomId,
      cancelThread: (userId, threadId) => supervisor.cancelThread(userId, threadId),
    });
    const parts = {
      options,
      origins,
      log,
      metrics,
      metricsServer,
      factory,
      model,
      journal,
      bus,
      supervisor,
      removal,
    };
    // The login tells the core of ended sessions, and the core asks the login who comes.
    const tie: { core?: WebSocketCore } = {};
    const login = await openLogin(parts, store, (session) => tie.core?.revokeSession(session));
    const core = createCore(parts, login);
    tie.core = core;
    metrics.read = () => ({
      ...core.stats(),
      runs: supervisor.runs,
      journalBytes: store.journalBytes(),
      bus: bus.stats(),
    });
    await supervisor.start().catch(async (error: unknown) => {
      // Both have timers by now, which would go on for ever.
      await Promise.all([core.close(), supervisor.drain(0)]);
      throw error;
    });
    return createNode(parts, login, core);
  } catch (error) {
    await store.login.close();
    await bus.close();
    await journal.close();
    await metricsServer?.close();
    throw error;
  }
}

/** As it is written: a port alone is one of 127.0.0.1. */
function metricsSetting({ host }: MetricsAddress): ListenSetting {
  const before = isLoopback(host) ? "" : `${host}:`;
  return { host: "GOLDENPATH_METRICS", port: (port) => `GOLDENPATH_METRICS=${before}${port}` };
}

function openLogin(
  { options, origins, log, removal }: Parts,
  { login, secret }: Store,
  onSessionEnded: (session: Pick<UserContext, "userId" | "sessionId">) => void,
): Promise<Login> {
  return createLogin({
    store: login,
    secret: options.secret ?? secret,
    origins,
    signUp: options.signUp,
    providers: options.providers,
    clock: systemClock,
    log,
    onSessionEnded,
    onAccountLeaving: (userId) => removal.deleteThreads(userId),
  });
}

function createCore({ origins, log, metrics, journal, bus, supervisor }: Parts, login: Login): WebSocketCore {
  return new WebSocketCore({
    journal,
    bus,
    commands: meteredCommands(supervisor, metrics),
    clock: systemClock,
    makeId: randomId,
    authenticate: async ({ headers: { cookie } }) => {
      const signedIn = await login.authenticate(new Headers(cookie === undefined ? {} : { cookie }));
      return signedIn?.user;
    },
    endedSessions: (sessionIds) => login.endedSessions(sessionIds),
    redeemTicket: async (ticket) => {
      const sessionId = await login.tickets.redeem(ticket);
      return sessionId === undefined ? undefined : login.session(sessionId);
    },
    originAllowed: (origin) => judgeOrigin(origins, origin, null).is !== "refused",
    onFault: ({ where, error, connectionId }) => {
      metrics.faults.inc({ where });
      log.error({ err: error, where, connectionId }, "socket fault");
    },
    onRefuse: (code) => metrics.upgradesRefused.inc({ code }),
    onClose: (code) => metrics.closes.inc({ code: closeLabel(code) }),
  });
}

/** A client may close with any code it likes; those that are in no table are counted as one. */
function closeLabel(code: number): string {
  const isKnown = code < 1016 || Object.values(closeCodes).some((entry) => entry.code === code);
  return isKnown ? String(code) : "other";
}

function createNode(parts: Parts, login: Login, core: WebSocketCore): Node {
  const { options, origins, log, metrics, metricsServer, factory, journal, bus, supervisor, removal } = parts;
  let draining = false;
  const startedAt = systemClock.elapsed();
  const app = createApp({
    journal,
    login,
    origins,
    limiter: new RateLimiter(systemClock),
    clock: systemClock,
    makeId: randomId,
    log,
    trustProxy: options.trustProxy,
    agents: factory.cards,
    removal,
    onLogin: (outcome) => metrics.logins.inc({ outcome }),
    health: () => ({
      draining,
      version,
      node: options.node,
      journal: options.shared ? "postgres" : "sqlite",
      bus: { kind: bus.stats().kind, connected: bus.stats().connected },
      upMs: Math.round(systemClock.elapsed() - startedAt),
      connections: core.stats().connections,
    }),
    page: options.page ? pageFolder() : undefined,
  });
  const stopUpkeep = startUpkeep(parts, login);
  return {
    listeners: {
      request: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
      upgrade: (request, socket, head) => core.handleUpgrade(request, socket, head),
    },
    agents: factory.cards,
    model: parts.model,
    setupToken: () => login.setup?.token,
    metricsUrl: metricsServer?.url,
    async close(closeFront) {
      stopUpkeep();
      draining = true;
      await Promise.all([core.drain(options.drainMs), supervisor.drain(options.drainMs)]);
      await closeFront();
      await login.close();
      await bus.close();
      await journal.close();
      await metricsServer?.close();
    },
  };
}

/** J6: trims the logs and forgets sessions that ran out, every hour. Returns how to stop. */
function startUpkeep({ journal, log, metrics }: Parts, login: Login): () => void {
  let timer = systemClock.timer(upkeepMs, run);
  function run(): void {
    journal
      .trim(defaultTrimLimits)
      .then(() => login.forgetExpired())
      .then(() => metrics.upkeep.inc({ outcome: "ok" }))
      .catch((error: unknown) => {
        metrics.upkeep.inc({ outcome: "failed" });
        log.error({ err: error }, "upkeep failed; it runs again in an hour");
      });
    timer = systemClock.timer(upkeepMs, run);
  }
  return () => timer.cancel();
}
