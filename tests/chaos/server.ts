/** The server that chaos is done to: the whole product, with agents that leave marks. Run as a process of its own. */
import { serve } from "goldenpath";
import { chaosAgents } from "./agents.ts";

export interface ChaosServerOptions {
  readonly seed: number;
  readonly port: number;
  /** Where clients dial: the proxy. */
  readonly url: string;
  readonly data: string;
  readonly effectsFile: string;
  readonly drainMs: number;
  /** Where several nodes share one. */
  readonly databaseUrl?: string;
  readonly databaseOwnerUrl?: string;
  readonly node?: string;
}

const options = JSON.parse(process.argv[2] ?? "") as ChaosServerOptions;
const { seed, effectsFile, ...rest } = options;
// Without a page: its files are not what this is about. Sign-ups name addresses of their own.
const server = await serve(
  { ...rest, agents: chaosAgents(seed, effectsFile), page: false, signUp: "open", trustProxy: true },
  {},
);
process.once("SIGTERM", () => {
  void server.close();
});
process.stdout.write(`Goldenpath is ready: ${server.url}\n`);
