/** What `npm run cluster` runs: see `scripts/cluster.mjs`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { optionsOf, refuse } from "../command-line.ts";
import { Cluster } from "../servers/cluster.ts";
import { goldenpathCli, root } from "../servers/server-process.ts";

const help = `npm run cluster -- [options]

Starts nodes of Goldenpath behind one address, with a Postgres and a NATS of their own, until Ctrl-C.

  --nodes N   1 to 16 of them, default 3
  --port P    of the address, default: one that is free
  --no-nats   let them hear each other over Postgres alone
  --json      print the addresses as JSON`;

const values = optionsOf(help, {
  nodes: { type: "string", default: "3" },
  port: { type: "string", default: "0" },
  nats: { type: "boolean", default: true },
  json: { type: "boolean", default: false },
});
const nodes = Number(values.nodes);
const port = Number(values.port);
if (
  !Number.isInteger(nodes) ||
  nodes < 1 ||
  nodes > 16 ||
  !Number.isInteger(port) ||
  port < 0 ||
  port > 65_535
) {
  refuse(help, "cluster: --nodes is a whole number from 1 to 16, --port one from 0 to 65535");
}
const built = join(root, "packages/goldenpath/dist/cli.js");
const stopped = new Promise<void>((resolve) => {
  process.on("SIGTERM", () => resolve());
  process.on("SIGINT", () => resolve());
});
const cluster = await Cluster.start({
  nodes,
  port,
  nats: values.nats,
  command: [existsSync(built) ? built : goldenpathCli, "serve"],
});
const [first] = cluster.nodes;
const setupUrl = /\s(http\S+\/setup\?token=\S+)/.exec(first?.output ?? "")?.[1];
const parts = {
  url: cluster.url,
  setupUrl,
  postgres: cluster.database.superUrl,
  nats: cluster.nats?.url,
  nodes: cluster.nodes.map(({ name, url, pid }) => ({ name, url, pid })),
};
if (values.json) console.log(JSON.stringify(parts));
else {
  console.log(`Postgres:  psql ${parts.postgres}`);
  if (parts.nats) console.log(`NATS:      ${parts.nats}`);
  for (const { name, url, pid } of parts.nodes) console.log(`${name}:    ${url} (process ${pid})`);
  if (setupUrl)
    console.log(`The first account, the admin's, is made with this link (valid once):\n  ${setupUrl}`);
  console.log(`The cluster is ready: ${parts.url} (Ctrl-C stops all of it)`);
}
await stopped;
await cluster.close();
