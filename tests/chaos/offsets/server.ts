/**
 * A node of the real parts (journal, supervisor, model agent, core, sockets) for one user, without a login. It
 * kills itself at the very commit that it is told: nobody has heard of that commit yet, and it is durable.
 */
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { AgentFactory, createModelAgent, defineTool, resolveModel, Supervisor } from "@goldenpath/agents";
import { openSqliteJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { WebSocketCore } from "@goldenpath/websocket-core";
import { z } from "zod";

export interface OffsetServerOptions {
  readonly port: number;
  readonly path: string;
  readonly effectsFile: string;
  readonly modelUrl: string;
  /** The commit that brings the log to this offset or over it is the last. */
  readonly killAt?: number;
}

const { port, path, effectsFile, modelUrl, killAt } = JSON.parse(
  process.argv[2] ?? "",
) as OffsetServerOptions;
const clock = systemClock;
const makeId = randomId;

const opened = await openSqliteJournal({ path, clock, makeId });
if (opened.is === "failed") throw new Error(opened.message);
const { journal } = opened;
journal.subscribe(({ head }) => {
  if (killAt !== undefined && head >= killAt) process.kill(process.pid, "SIGKILL");
});

const resolution = await resolveModel(
  { GOLDENPATH_MODEL: "reference", GOLDENPATH_MODEL_URL: modelUrl },
  globalThis.fetch,
);
if (resolution.is !== "found") throw new Error("there is no model");
const factory = new AgentFactory({
  definitions: [
    createModelAgent({
      name: "bookkeeper",
      model: resolution.model,
      instructions: "Keep the books.",
      tools: tools(),
    }),
  ],
  clock,
  makeId,
});
const supervisor = new Supervisor({ journal, clock, makeId, factory });
const user = { userId: "ann", sessionId: "session", expiresAt: Number.MAX_SAFE_INTEGER };
const core = new WebSocketCore({
  journal,
  commands: supervisor,
  clock,
  makeId,
  authenticate: () => Promise.resolve(user),
  redeemTicket: () => Promise.resolve(undefined),
  originAllowed: () => true,
});
await supervisor.start();
const http = createServer((_request, response) => response.writeHead(404).end());
http.on("upgrade", (request, socket, head) => core.handleUpgrade(request, socket, head));
http.listen(port, "127.0.0.1", () => process.stdout.write(`ready: http://127.0.0.1:${port}\n`));

/** Each leaves a mark when it happens, and takes long enough to be killed in between. */
function tools() {
  const input = z.object({ of: z.string() });
  const tool = (name: string, more: { readonly idempotent?: boolean; readonly needsApproval?: boolean }) =>
    defineTool({
      name,
      description: `Does ${name}.`,
      input,
      ...more,
      async run({ of }, { callId }) {
        appendFileSync(effectsFile, `${callId}\n`);
        await pause(name === "count" ? 20 : 5);
        return { did: of };
      },
    });
  return [
    tool("look", { idempotent: true }),
    tool("count", { idempotent: true }),
    tool("book", {}),
    tool("pay", { needsApproval: true }),
  ];
}
