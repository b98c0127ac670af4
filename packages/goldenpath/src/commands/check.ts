import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { budgetDefault, readBudget } from "../check/budget.ts";
import { createCheckMetrics } from "../check/check-metrics.ts";
import type { Credentials } from "../check/person.ts";
import { probe } from "../check/probe.ts";
import { type CheckReport, reportJunit, reportLine, reportOf, reportTable } from "../check/report.ts";
import type { ListenSetting } from "../listen.ts";
import { type MetricsServer, serveMetrics } from "../metrics/metrics-server.ts";
import type { Environment } from "../options.ts";
import { StartError } from "../start-error.ts";
import type { Io } from "./io.ts";

export const checkHelp = `goldenpath check URL [--json] [--junit FILE] [--every TIME] [--ask TEXT] [--agent NAME]

Walks the path from the login to an agent's answer on a running server, over its public
interfaces: page, sign-in, connect, ask, the events and their order, the stored answer; that
another user sees none of it, with the right ids; that a cut connection resumes with nothing lost
or repeated, a repeated command is one run, another connection stops it, and an ended login takes
its socket with it; and that all of it is within the time it may take.

  --json             print {"score", "checks": [{"name", "ok", "ms", "detail"}]}
  --junit FILE       write the checks as JUnit XML too
  --every TIME       go on until stopped, one line a round: 60s, 5m; at least 10s
  --metrics-port N   with --every: answer Prometheus at http://127.0.0.1:N/metrics
  --budget TIMES     seconds, default connect=2,first=5,run=60
  --ask TEXT         the question; default: the agent's first example
  --agent NAME       whom to ask; default: the server's default agent
  --timeout SECONDS  for each step, default 60

It asks three or four questions, in threads of its own, and removes them, also after Ctrl-C or a
failure. Where sign-up is open, it makes two accounts and removes them too. Otherwise it signs in as
  GOLDENPATH_CHECK_EMAIL    GOLDENPATH_CHECK_PASSWORD
  GOLDENPATH_CHECK_EMAIL_2  GOLDENPATH_CHECK_PASSWORD_2
Without the second account it cannot tell whether users are apart, and does not run.

Exit code: 0 all checks hold, 1 something fails, 2 the check could not run; with --every, of the last round.`;

type Flags = Exclude<ReturnType<typeof parse>, string | undefined>;
type Round = CheckReport & { readonly error?: string };

/** 0 all hold, 1 something fails, 2 could not run. */
export async function checkCommand(argv: readonly string[], io: Io): Promise<number> {
  const flags = parse(argv);
  if (typeof flags === "string") {
    io.err(`goldenpath check: ${flags}`);
    return 2;
  }
  if (flags === undefined) {
    io.out(checkHelp);
    return 0;
  }
  const stop = new AbortController();
  void io.stopped().then(() => stop.abort());
  if (flags.everyMs !== undefined) return everyRound(flags, flags.everyMs, io, stop.signal);
  const round = await oneRound(flags, io, stop.signal);
  if (flags.json) io.out(JSON.stringify(round));
  else if (round.error === undefined) io.out(reportTable(round));
  else io.err(`goldenpath check: ${round.error}`);
  return exitCodeOf(round);
}

function exitCodeOf({ score, error }: Round): number {
  if (error !== undefined) return 2;
  return score === 1 ? 0 : 1;
}

async function oneRound(flags: Flags, io: Io, signal: AbortSignal): Promise<Round> {
  const accounts = await accountsFor(flags.url, flags.timeoutMs, io.environment);
  if (typeof accounts === "string") return { score: 0, checks: [], error: accounts };
  const report = reportOf(await probe({ ...flags, accounts, signal }));
  if (flags.junit !== undefined) {
    try {
      writeFileSync(flags.junit, reportJunit(report, flags.url));
    } catch (error) {
      return {
        ...report,
        error: `${flags.junit} cannot be written: ${error instanceof Error ? error.message : error}`,
      };
    }
  }
  return report;
}

const metricsSetting: ListenSetting = { host: "--metrics-port", port: (port) => `--metrics-port ${port}` };

async function everyRound(flags: Flags, everyMs: number, io: Io, signal: AbortSignal): Promise<number> {
  const metrics = createCheckMetrics();
  const { metricsPort: port } = flags;
  let server: MetricsServer | undefined;
  try {
    server =
      port === undefined
        ? undefined
        : await serveMetrics({ host: "127.0.0.1", port }, metrics, metricsSetting);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    io.err(`goldenpath check: ${error.message}`);
    return 2;
  }
  if (server) io.err(`Metrics: ${server.url}`);
  let code = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const round = await oneRound(flags, io, signal);
    // A round that was stopped in its middle says nothing of the server.
    if (signal.aborted) break;
    const at = new Date();
    metrics.add(round, at);
    code = exitCodeOf(round);
    if (flags.json) io.out(JSON.stringify({ at: at.toISOString(), ...round }));
    else
      io.out(
        round.error === undefined
          ? reportLine(round, at)
          : `${at.toISOString()}  could not run: ${round.error}`,
      );
    await pause(everyMs - (performance.now() - startedAt), signal);
  }
  await server?.close();
  return code;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
    if (signal.aborted) resolve();
  });
}

/** Undefined: help was asked for. A text: what is wrong with the arguments. */
function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        junit: { type: "string" },
        every: { type: "string" },
        "metrics-port": { type: "string" },
        budget: { type: "string" },
        ask: { type: "string" },
        agent: { type: "string" },
        timeout: { type: "string", default: "60" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return undefined;
    const [url, ...more] = positionals;
    if (url === undefined || more.length > 0) return "give one URL, for example http://127.0.0.1:4000";
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      return `${JSON.stringify(url)} is not a URL; write it like http://127.0.0.1:4000`;
    }
    const timeoutS = Number(values.timeout);
    if (!(timeoutS >= 1 && timeoutS <= 3_600)) return "--timeout is in seconds, 1 to 3600";
    const budget = values.budget === undefined ? budgetDefault : readBudget(values.budget);
    if (typeof budget === "string") return budget;
    const everyMs = values.every === undefined ? undefined : timeOf(values.every);
    // Each round signs two accounts up, and a server takes twenty sign-ups a minute from one address.
    if (everyMs !== undefined && !(everyMs >= 10_000 && everyMs <= 86_400_000)) {
      return "--every is a time from 10s to 24h, for example 60s or 5m";
    }
    const port = values["metrics-port"];
    if (port !== undefined && (everyMs === undefined || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
      return "--metrics-port is a port, and goes with --every";
    }
    return {
      url: new URL(url).origin,
      json: values.json,
      junit: values.junit,
      everyMs,
      metricsPort: port === undefined ? undefined : Number(port),
      budget,
      question: values.ask,
      agent: values.agent,
      timeoutMs: timeoutS * 1_000,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Milliseconds of `90`, `60s`, `5m` or `1h`; NaN for anything else. */
function timeOf(text: string): number {
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 };
  const found = /^(\d+)([smh]?)$/.exec(text);
  if (!found) return Number.NaN;
  return Number(found[1]) * unitMs[(found[2] || "s") as keyof typeof unitMs];
}

/** Whom to sign in; or a text that says why the check cannot run. */
async function accountsFor(
  url: string,
  timeoutMs: number,
  environment: Environment,
): Promise<readonly [Credentials, Credentials] | string> {
  const given = [accountIn(environment, ""), accountIn(environment, "_2")] as const;
  if (given[0] && given[1]) return [given[0], given[1]];
  const signUpOpen = await askSignUp(url, timeoutMs);
  if (typeof signUpOpen === "string") return signUpOpen;
  if (signUpOpen) return [temporaryAccount(), temporaryAccount()];
  const missing = ["", "_2"].flatMap((suffix, at) =>
    given[at] ? [] : [`GOLDENPATH_CHECK_EMAIL${suffix}`, `GOLDENPATH_CHECK_PASSWORD${suffix}`],
  );
  return `sign-up is closed on this server, so the check needs two accounts: set ${missing.join(", ")}.`;
}

function accountIn(environment: Environment, suffix: string): Credentials | undefined {
  const email = environment[`GOLDENPATH_CHECK_EMAIL${suffix}`];
  const password = environment[`GOLDENPATH_CHECK_PASSWORD${suffix}`];
  return email && password ? { email, password, temporary: false } : undefined;
}

/** An address that cannot exist (RFC 2606): the server never makes it an admin's. */
function temporaryAccount(): Credentials {
  return {
    email: `check-${randomBytes(8).toString("hex")}@goldenpath.invalid`,
    password: randomBytes(24).toString("base64url"),
    temporary: true,
  };
}

async function askSignUp(url: string, timeoutMs: number): Promise<boolean | string> {
  try {
    const response = await fetch(new URL("/api/me", url), { signal: AbortSignal.timeout(timeoutMs) });
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "signUpOpen" in body) return body.signUpOpen === true;
    return `${url} answers, but not as a Goldenpath server.`;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return `${url} does not answer as a Goldenpath server (${cause}); is it started?`;
  }
}
