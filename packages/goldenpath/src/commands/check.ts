import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import type { Credentials } from "../check/person.ts";
import { probe } from "../check/probe.ts";
import { reportOf, reportTable } from "../check/report.ts";
import type { Environment } from "../options.ts";
import type { Io } from "./io.ts";

export const checkHelp = `goldenpath check URL [--json] [--ask TEXT] [--agent NAME] [--timeout SECONDS]

Walks the path from the login to an agent's answer on a running server, over its public
interfaces: page, sign-in, connect, ask, the events and their order, the stored answer, that
another user sees none of it, and that a cut connection resumes with nothing lost or repeated.

  --json             print {"score", "checks": [{"name", "ok", "ms", "detail"}]}
  --ask TEXT         the question; default: the agent's first example
  --agent NAME       whom to ask; default: the server's default agent
  --timeout SECONDS  for each step, default 60

Where sign-up is open, it makes two accounts and removes them afterwards. Otherwise it signs in as
  GOLDENPATH_CHECK_EMAIL    GOLDENPATH_CHECK_PASSWORD
  GOLDENPATH_CHECK_EMAIL_2  GOLDENPATH_CHECK_PASSWORD_2

Exit code: 0 all checks hold, 1 something fails, 2 the check could not run.`;

/** 0 all hold, 1 something fails, 2 could not run. */
export async function checkCommand(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parse(argv);
  if (typeof parsed === "string") {
    io.err(`goldenpath check: ${parsed}`);
    return 2;
  }
  if (parsed === undefined) {
    io.out(checkHelp);
    return 0;
  }
  const accounts = await accountsFor(parsed.url, parsed.timeoutMs, io.environment);
  if (typeof accounts === "string") {
    if (parsed.json) io.out(JSON.stringify({ score: 0, checks: [], error: accounts }));
    else io.err(`goldenpath check: ${accounts}`);
    return 2;
  }
  const report = reportOf(await probe({ ...parsed, accounts }));
  io.out(parsed.json ? JSON.stringify(report) : reportTable(report));
  return report.score === 1 ? 0 : 1;
}

/** Undefined: help was asked for. A text: what is wrong with the arguments. */
function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
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
    return {
      url: new URL(url).origin,
      json: values.json,
      question: values.ask,
      agent: values.agent,
      timeoutMs: timeoutS * 1_000,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
