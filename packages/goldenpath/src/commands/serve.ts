import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { type Environment, isWildcard } from "../options.ts";
import { serve } from "../serve.ts";
import { StartError } from "../start-error.ts";
import type { Io } from "./io.ts";

export const serveHelp = `goldenpath serve [--port N] [--host ADDRESS] [--data FOLDER] [--database URL] [--url URL] [--sign-up open|closed]

Starts the server: page, API and agents on one port, everything kept in one folder or one PostgreSQL database.

  --port N          default 4000, 0 takes a free one            (PORT)
  --host ADDRESS    default 127.0.0.1, this machine only        (GOLDENPATH_HOST)
  --data FOLDER     default .goldenpath                         (GOLDENPATH_DATA)
  --database URL    postgres://user@host:5432/database          (DATABASE_URL)
                    instead of the folder; many nodes may share it. Its password
                    belongs into the variable, which others cannot see
  --url URL         the address people open, behind a proxy     (GOLDENPATH_URL)
  --sign-up         who may make an account: open, or closed    (GOLDENPATH_SIGN_UP)
                    (default open on this machine, else closed)

Models: GOLDENPATH_MODEL=anthropic/…, openai/…, google/…, or one that answers on this machine.
Login:  GOOGLE_CLIENT_ID, GITHUB_CLIENT_ID, OIDC_ISSUER and OIDC_CLIENT_ID, each with its …_SECRET.
Other:  GOLDENPATH_ORIGINS, GOLDENPATH_TRUST_PROXY, GOLDENPATH_SECRET, GOLDENPATH_LOG,
        GOLDENPATH_DURABILITY, GOLDENPATH_DRAIN_MS, GOLDENPATH_METRICS.
Nodes:  NATS_URL=nats://host:4222, how nodes that share a database hear each other (default: over
        it), GOLDENPATH_NODE, GOLDENPATH_DATABASE_OWNER_URL.

SIGTERM or Ctrl-C moves clients away, lets answers finish for GOLDENPATH_DRAIN_MS, and stops; what is not
finished goes on at another node, or at the next start.`;

/**
 * V8 makes objects in its old generation at once where most of them have survived before. An event's survive while a
 * crowd waits for the disk, and never again; but from then on each keeps all it points to until the old generation is
 * gone through, and every look through the young one copies that (docs/performance.md).
 * Code that was compiled under other flags is not used: so this comes after everything is loaded, and in the server alone.
 */
function tellYoungFromOld(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}

/** Resolves with the exit code when the server has stopped. */
export async function serveCommand(argv: readonly string[], io: Io): Promise<number> {
  const flags = parse(argv);
  if (typeof flags === "string") {
    io.err(`goldenpath serve: ${flags}. Try: goldenpath serve --help`);
    return 2;
  }
  if (flags.help) {
    io.out(serveHelp);
    return 0;
  }
  try {
    const environment: Environment = { ...io.environment, ...flags.environment };
    const server = await serve({}, environment);
    tellYoungFromOld();
    for (const [at, agent] of server.agents.entries()) {
      io.out(`${at === 0 ? "Answers" : "    and"}: ${agent.name} (${agent.label})`);
    }
    if (server.model) io.out(`  Model: ${server.model.name} (${server.model.from})`);
    if (server.setupUrl !== undefined) {
      io.out("Sign-up is closed. Make the first account, the admin's, with this link (valid once):");
      io.out(`  ${server.setupUrl}`);
    }
    if (isWildcard(environment.GOLDENPATH_HOST ?? "") && !environment.GOLDENPATH_URL) {
      io.out(
        "From another machine, open it at an address of this one; for a name or https, set GOLDENPATH_URL.",
      );
    }
    if (server.metricsUrl !== undefined) io.out(`Metrics: ${server.metricsUrl}`);
    // Listened for before the line is out: who reads it may ask at once.
    const stopped = io.stopped();
    io.out(`Goldenpath is ready: ${server.url}`);
    await stopped;
    await server.close();
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    io.err(`goldenpath: ${error.message}`);
    return 1;
  }
}

/** Flags become the variables they stand for, so that one place judges both. A text: what is wrong. */
function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        database: { type: "string" },
        url: { type: "string" },
        "sign-up": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const environment: Record<string, string> = {};
    if (values.port !== undefined) environment.PORT = values.port;
    if (values.host !== undefined) environment.GOLDENPATH_HOST = values.host;
    if (values.data !== undefined) environment.GOLDENPATH_DATA = values.data;
    if (values.database !== undefined) environment.DATABASE_URL = values.database;
    if (values.url !== undefined) environment.GOLDENPATH_URL = values.url;
    if (values["sign-up"] !== undefined) environment.GOLDENPATH_SIGN_UP = values["sign-up"];
    return { help: values.help, environment };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
