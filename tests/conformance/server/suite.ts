import { type Case, loadCases } from "../case.ts";
import { readSpec, type Spec } from "../spec.ts";
import { type Result, runCases } from "../suite.ts";
import { type AccountOptions, Accounts } from "./accounts.ts";
import { needsOf, playServerCase } from "./play.ts";

export interface ServerSuiteOptions extends Partial<Omit<AccountOptions, "url">> {
  readonly url: string;
  /** Names of served agents by the role that cases give them; by default role and name are the same. */
  readonly agents?: ReadonlyMap<string, string>;
  /** Text or pattern in a case's name. */
  readonly filter?: string;
  readonly withinMs?: number;
}

export function serverCases(filter = ""): readonly Case[] {
  const pattern = new RegExp(filter);
  return loadCases(new URL("../cases/server/", import.meta.url)).filter(({ name }) => pattern.test(name));
}

/** Runs the server cases against a URL. */
export async function runServerSuite(options: ServerSuiteOptions): Promise<readonly Result[]> {
  const url = new URL(options.url).origin;
  const accounts = new Accounts({
    url,
    given: options.given ?? [],
    poolMax: options.poolMax ?? 8,
    signUpPath: options.signUpPath ?? "/api/auth/sign-up/email",
    signInPath: options.signInPath ?? "/api/auth/sign-in/email",
  });
  const spec: Spec = readSpec();
  const agentByRole = options.agents ?? (await servedAgents(accounts));
  const server = { url, spec, accounts, agentByRole, withinMs: options.withinMs ?? 10_000 };
  const judgeNeeds = (judged: Case): string | undefined => {
    const { users, fresh, signsIn, agents } = needsOf(judged);
    const missing = agents.filter((role) => !agentByRole.has(role));
    if (missing.length > 0) return `needs an agent that plays ${missing.join(", ")}`;
    if (users.length > accounts.size) return `needs ${users.length} accounts`;
    if (signsIn && !accounts.canSignIn) return "needs to sign in again; only cookies are given";
    return fresh.length > 0 && !accounts.canMakeFresh
      ? "needs an account of its own; sign-up is not used"
      : undefined;
  };
  return runCases(
    serverCases(options.filter),
    accounts.size,
    (one) => playServerCase(server, one),
    judgeNeeds,
  );
}

async function servedAgents(accounts: Accounts): Promise<ReadonlyMap<string, string>> {
  const borrowed = await accounts.borrow(1);
  try {
    const reply = await borrowed[0]?.request({ method: "GET", path: "/api/agents" });
    const { agents = [] } = (reply?.body ?? {}) as { agents?: { name: string }[] };
    return new Map(agents.map(({ name }) => [name, name]));
  } finally {
    accounts.giveBack(borrowed);
  }
}
