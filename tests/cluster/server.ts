/** A node of a cluster that chaos is done to: the whole product, with agents that leave marks. */
import { analystDefinition, serve } from "goldenpath";
import { chaosAgents } from "../chaos/agents.ts";

const { CHAOS_SEED = "", CHAOS_EFFECTS = "" } = process.env;
const agents = [...chaosAgents(Number(CHAOS_SEED), CHAOS_EFFECTS), analystDefinition];
// Sign-ups name addresses of their own.
const server = await serve({ agents, signUp: "open", trustProxy: true });
process.once("SIGTERM", () => {
  void server.close();
});
process.stdout.write(`Goldenpath is ready: ${server.url}\n`);
