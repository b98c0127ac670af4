/**
 * Every option of a server: its default, its environment variable, its unit, and the error that names it.
 * An option given in code wins over the environment.
 */
import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { resolve } from "node:path";
import type { AgentDefinition, AgentOptions } from "@goldenpath/agents";
import { parseNatsUrl } from "@goldenpath/websocket-core";
import { StartError } from "./start-error.ts";

export type SignUp = "open" | "closed";
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

export interface ServeOptions {
  /** What answers; the first is the default. Without it: the built-in analyst, and a model where one is found. */
  readonly agents?: readonly AgentDefinition[];
  /** `PORT`. Default 4000; 0 takes a free one. */
  readonly port?: number;
  /** `GOLDENPATH_HOST`. Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** `GOLDENPATH_DATA`: the folder that keeps everything. Default `.goldenpath`. */
  readonly data?: string;
  /** `GOLDENPATH_URL`: the address that people open, where it is not the one bound: behind a proxy, with TLS. */
  readonly url?: string;
  /** `GOLDENPATH_ORIGINS`, separated by commas: origins of other pages that may use this server. */
  readonly origins?: readonly string[];
  /** `GOLDENPATH_SIGN_UP`. Default `open` when bound to loopback, else `closed`: then an admin makes accounts. */
  readonly signUp?: SignUp;
  /** `GOLDENPATH_TRUST_PROXY=true`: one proxy stands in front, and its X-Forwarded-For names the caller. */
  readonly trustProxy?: boolean;
  /** `GOLDENPATH_SECRET`: signs the session cookies, 32 characters at least. Default: made once, kept in `data` or in the shared database. */
  readonly secret?: string;
  /** `GOLDENPATH_LOG`. Default `warn`. JSON lines on stderr. */
  readonly logLevel?: LogLevel;
  /** `GOLDENPATH_DURABILITY`. Default `power_loss`; `process_crash` commits faster and trusts the power. */
  readonly durability?: Durability;
  /**
   * `DATABASE_URL`: `postgres://user:password@host:5432/database`, where several nodes share one. Default: an
   * SQLite file in `data`, for one node.
   */
  readonly databaseUrl?: string;
  /** `GOLDENPATH_DATABASE_OWNER_URL`: the same database as the role that owns its tables. Default: `databaseUrl`'s. */
  readonly databaseOwnerUrl?: string;
  /** `NATS_URL`: `nats://host:4222`, how nodes hear each other. Default: over the database. */
  readonly natsUrl?: string;
  /** `GOLDENPATH_NODE`: this node's name in health and for its leases. Default: the machine's name. */
  readonly node?: string;
  /**
   * `GOLDENPATH_DRAIN_MS`: how long clients have to move away when the server stops. Default 2,000; 5,000 where
   * there are other nodes to move to.
   */
  readonly drainMs?: number;
  /**
   * `GOLDENPATH_METRICS`: where Prometheus may ask for `/metrics`: a port of 127.0.0.1 (`9464`), or an address
   * and a port (`0.0.0.0:9464`). Default: nowhere.
   */
  readonly metrics?: string;
  /** Serve the page too. Default true for `serve`, false for `mount`. */
  readonly page?: boolean;
}

export type Durability = "power_loss" | "process_crash";
export type Environment = Readonly<Record<string, string | undefined>>;

export interface OAuthCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Providers {
  readonly google?: OAuthCredentials;
  readonly github?: OAuthCredentials;
  readonly oidc?: OAuthCredentials & { readonly issuer: string; readonly name: string };
}

/** What nodes share. */
export interface SharedStore {
  readonly databaseUrl: string;
  readonly databaseOwnerUrl: string | undefined;
  readonly natsUrl: string | undefined;
}

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

export interface Options {
  readonly agents: readonly AgentDefinition[] | undefined;
  readonly port: number;
  readonly host: string;
  readonly data: string;
  /** Origin of `url`, where one was given. */
  readonly url: string | undefined;
  readonly origins: readonly string[];
  readonly signUp: SignUp;
  readonly trustProxy: boolean;
  readonly secret: string | undefined;
  readonly logLevel: LogLevel;
  readonly durability: Durability;
  /** Undefined: this node is alone, on SQLite. */
  readonly shared: SharedStore | undefined;
  readonly node: string;
  readonly drainMs: number;
  readonly metrics: MetricsAddress | undefined;
  readonly page: boolean;
  readonly providers: Providers;
}

export const portDefault = 4000;

/** Every variable of ours, also those that only `check` and the agents read. */
const variables: readonly string[] = [
  "GOLDENPATH_CHECK_EMAIL",
  "GOLDENPATH_CHECK_EMAIL_2",
  "GOLDENPATH_CHECK_PASSWORD",
  "GOLDENPATH_CHECK_PASSWORD_2",
  "GOLDENPATH_DATA",
  "GOLDENPATH_DATABASE_OWNER_URL",
  "GOLDENPATH_DRAIN_MS",
  "GOLDENPATH_DURABILITY",
  "GOLDENPATH_HOST",
  "GOLDENPATH_LOG",
  "GOLDENPATH_METRICS",
  "GOLDENPATH_MODEL",
  "GOLDENPATH_MODEL_KEY",
  "GOLDENPATH_MODEL_URL",
  "GOLDENPATH_NODE",
  "GOLDENPATH_ORIGINS",
  "GOLDENPATH_SECRET",
  "GOLDENPATH_SIGN_UP",
  "GOLDENPATH_TRUST_PROXY",
  "GOLDENPATH_URL",
];

const optionNames: Readonly<Record<keyof ServeOptions, true>> = {
  agents: true,
  port: true,
  host: true,
  data: true,
  url: true,
  origins: true,
  signUp: true,
  trustProxy: true,
  secret: true,
  logLevel: true,
  durability: true,
  databaseUrl: true,
  databaseOwnerUrl: true,
  natsUrl: true,
  node: true,
  drainMs: true,
  metrics: true,
  page: true,
};

/** Throws a `StartError` (`option_invalid`) that names the option or variable and what it may be. */
export function resolveOptions(given: ServeOptions, environment: Environment): Options {
  refuseUnknownOption(given);
  refuseUnknownVariable(environment);
  const host = given.host ?? environment.GOLDENPATH_HOST ?? "127.0.0.1";
  if (host === "")
    throw invalid("host (GOLDENPATH_HOST)", host, "an address, for example 127.0.0.1 or 0.0.0.0");
  const url = given.url ?? environment.GOLDENPATH_URL;
  const shared = sharedStore(given, environment);
  return {
    agents: checkAgents(given.agents),
    port: integer("port (PORT)", given.port ?? environment.PORT, portDefault, 0, 65_535),
    host,
    data: resolve(given.data ?? nonEmpty(environment.GOLDENPATH_DATA) ?? ".goldenpath"),
    url: url === undefined ? undefined : origin("url (GOLDENPATH_URL)", url),
    origins: (given.origins ?? list(environment.GOLDENPATH_ORIGINS)).map((one) =>
      origin("origins (GOLDENPATH_ORIGINS)", one),
    ),
    signUp: oneOf(
      "signUp (GOLDENPATH_SIGN_UP)",
      given.signUp ?? environment.GOLDENPATH_SIGN_UP,
      isLoopback(host) ? "open" : "closed",
      ["open", "closed"],
    ),
    trustProxy:
      given.trustProxy ??
      oneOf("GOLDENPATH_TRUST_PROXY", environment.GOLDENPATH_TRUST_PROXY, "false", ["true", "false"]) ===
        "true",
    secret: secret(given.secret ?? environment.GOLDENPATH_SECRET),
    logLevel: oneOf("logLevel (GOLDENPATH_LOG)", given.logLevel ?? environment.GOLDENPATH_LOG, "warn", [
      "silent",
      "error",
      "warn",
      "info",
      "debug",
    ]),
    durability: oneOf(
      "durability (GOLDENPATH_DURABILITY)",
      given.durability ?? environment.GOLDENPATH_DURABILITY,
      "power_loss",
      ["power_loss", "process_crash"],
    ),
    shared,
    node: nodeName(given.node ?? nonEmpty(environment.GOLDENPATH_NODE) ?? hostname()),
    drainMs: integer(
      "drainMs (GOLDENPATH_DRAIN_MS)",
      given.drainMs ?? environment.GOLDENPATH_DRAIN_MS,
      shared ? 5_000 : 2_000,
      0,
      600_000,
    ),
    metrics: metricsAddress(nonEmpty(given.metrics ?? environment.GOLDENPATH_METRICS)),
    page: given.page ?? true,
    providers: providers(environment),
  };
}

/** A misspelt setting would leave its default in force in silence: sign-up open, say. */
function refuseUnknownVariable(environment: Environment): void {
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith("GOLDENPATH_") && !variables.includes(name),
  );
  if (unknown !== undefined) throw unknownSetting(unknown, variables);
}

/** The compiler sees a misspelt option only where it is written out, and not in JavaScript. */
function refuseUnknownOption(given: ServeOptions): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(optionNames, name));
  if (unknown !== undefined) throw unknownSetting(unknown, Object.keys(optionNames));
}

function unknownSetting(unknown: string, known: readonly string[]): StartError {
  const bare = (name: string) => name.replaceAll("_", "").toLowerCase();
  const meant = known.filter((name) => bare(name) === bare(unknown));
  const hint = meant.length > 0 ? `did you mean ${meant.join(" or ")}?` : `there are ${known.join(", ")}.`;
  return new StartError("option_invalid", `${unknown} is no setting of this server; ${hint}`);
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The origins under which a server bound to `host` is its own page: an exact list, never the request's Host
 * header, which a rebound name could forge. A wildcard address counts as each of this machine's addresses.
 */
export function ownOrigins(host: string, port: number, url: string | undefined): readonly string[] {
  if (url !== undefined) return [url];
  const hosts = new Set([host]);
  if (isLoopback(host) || isWildcard(host))
    for (const name of ["127.0.0.1", "localhost", "::1"]) hosts.add(name);
  if (isWildcard(host)) {
    hosts.delete(host);
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address, scopeid } of addresses ?? []) if (!scopeid) hosts.add(address);
    }
  }
  return [...hosts].map((name) => httpOrigin(name, port));
}

/** Where to open a server bound to `host`. */
export function httpOrigin(host: string, port: number): string {
  const name = isWildcard(host) ? "127.0.0.1" : host;
  return new URL(`http://${isIPv6(name) ? `[${name}]` : name}:${port}`).origin;
}

/** True for the addresses that stand for all of this machine's. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The values themselves stay out of the messages: they hold passwords. */
function sharedStore(given: ServeOptions, environment: Environment): SharedStore | undefined {
  const databaseUrl = given.databaseUrl ?? nonEmpty(environment.DATABASE_URL);
  const databaseOwnerUrl = given.databaseOwnerUrl ?? nonEmpty(environment.GOLDENPATH_DATABASE_OWNER_URL);
  const natsUrl = given.natsUrl ?? nonEmpty(environment.NATS_URL);
  if (databaseUrl === undefined) {
    for (const [name, value] of Object.entries({
      "natsUrl (NATS_URL)": natsUrl,
      "databaseOwnerUrl (GOLDENPATH_DATABASE_OWNER_URL)": databaseOwnerUrl,
    })) {
      if (value !== undefined) throw missing(name, "databaseUrl (DATABASE_URL)");
    }
    return undefined;
  }
  postgresUrl("databaseUrl (DATABASE_URL)", databaseUrl);
  if (databaseOwnerUrl !== undefined)
    postgresUrl("databaseOwnerUrl (GOLDENPATH_DATABASE_OWNER_URL)", databaseOwnerUrl);
  if (natsUrl !== undefined) judgeNatsUrl(natsUrl);
  return { databaseUrl, databaseOwnerUrl, natsUrl };
}

function postgresUrl(name: string, value: string): void {
  if (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)) return;
  throw new StartError(
    "option_invalid",
    `${name} must be an address such as postgres://user:password@host:5432/database.`,
  );
}

function judgeNatsUrl(value: string): void {
  try {
    parseNatsUrl(value);
  } catch (error) {
    const expected = error instanceof Error ? error.message : String(error);
    throw new StartError("option_invalid", `natsUrl (NATS_URL) must be ${expected}.`, error);
  }
}

function nodeName(value: string): string {
  if (/^[\x21-\x7e]{1,64}$/.test(value)) return value;
  throw invalid("node (GOLDENPATH_NODE)", value, "1 to 64 printable characters without a blank");
}

function missing(name: string, needed: string): StartError {
  return new StartError("option_invalid", `${name} needs ${needed}: nodes share a database first.`);
}

function providers(environment: Environment): Providers {
  const google = credentials("GOOGLE", environment);
  const github = credentials("GITHUB", environment);
  const oidc = credentials("OIDC", environment);
  const issuer = nonEmpty(environment.OIDC_ISSUER);
  if ((issuer === undefined) !== (oidc === undefined)) {
    throw new StartError(
      "option_invalid",
      "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three or none.",
    );
  }
  if (issuer !== undefined) absoluteUrl("OIDC_ISSUER", issuer);
  return {
    ...(google && { google }),
    ...(github && { github }),
    ...(oidc &&
      issuer && { oidc: { ...oidc, issuer, name: nonEmpty(environment.OIDC_NAME) ?? new URL(issuer).host } }),
  };
}

function credentials(prefix: string, environment: Environment): OAuthCredentials | undefined {
  const clientId = nonEmpty(environment[`${prefix}_CLIENT_ID`]);
  const clientSecret = nonEmpty(environment[`${prefix}_CLIENT_SECRET`]);
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    throw new StartError(
      "option_invalid",
      `${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET belong together: set both or none.`,
    );
  }
  return { clientId, clientSecret };
}

function checkAgents(agents: ServeOptions["agents"]): ServeOptions["agents"] {
  if (agents === undefined) return undefined;
  if (!Array.isArray(agents) || agents.length === 0) {
    throw new StartError("option_invalid", "agents: give at least one, made with defineAgent({ … }).");
  }
  const names = new Set<string>();
  for (const agent of agents as readonly Partial<AgentDefinition & AgentOptions>[]) {
    if (typeof agent?.create !== "function" || typeof agent.name !== "string") {
      throw new StartError("option_invalid", "agents: each has to be made with defineAgent({ … }).");
    }
    if (names.has(agent.name)) {
      throw new StartError(
        "option_invalid",
        `agents: two are named ${JSON.stringify(agent.name)}; rename one.`,
      );
    }
    names.add(agent.name);
  }
  return agents;
}

function integer(
  name: string,
  value: number | string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined || value === "") return fallback;
  const number = typeof value === "string" && !/^\d+$/.test(value) ? Number.NaN : Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw invalid(name, value, `a whole number from ${min} to ${max}`);
  }
  return number;
}

function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  fallback: T,
  allowed: readonly T[],
): T {
  if (value === undefined || value === "") return fallback;
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw invalid(name, value, allowed.join(" or "));
  return found;
}

function secret(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  // The value itself stays out of the message: it is a secret even when it is too short.
  if (value.length < 32) {
    throw new StartError(
      "option_invalid",
      "secret (GOLDENPATH_SECRET) must have 32 characters at least, for example from: openssl rand -hex 32",
    );
  }
  return value;
}

function origin(name: string, value: string): string {
  const url = absoluteUrl(name, value);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw invalid(name, value, "an origin without a path, for example https://chat.example.com");
  }
  return url.origin;
}

function absoluteUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw invalid(name, value, "an address that begins with https:// or http://");
  }
  return url;
}

function metricsAddress(value: string | undefined): MetricsAddress | undefined {
  if (value === undefined) return undefined;
  const name = "metrics (GOLDENPATH_METRICS)";
  const found = /^(?:(?<host>[^:[\]]+|\[[^\]]+\]):)?(?<port>\d{1,5})$/.exec(value)?.groups;
  if (!found || Number(found.port) > 65_535) {
    throw invalid(name, value, "a port, or an address and a port, for example 9464 or 0.0.0.0:9464");
  }
  return { host: found.host?.replace(/^\[|\]$/g, "") ?? "127.0.0.1", port: Number(found.port) };
}

function list(value: string | undefined): readonly string[] {
  return (value ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function invalid(name: string, value: unknown, expected: string): StartError {
  return new StartError("option_invalid", `${name} must be ${expected}, not ${JSON.stringify(value)}.`);
}
