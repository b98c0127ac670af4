/**
 * A real core, supervisor and SQLite journal behind a real socket, without the login: a cookie is a user. So the
 * noise can come from thousands of users, each within what one user may send, and reach what lies behind.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentFactory, Supervisor } from "@goldenpath/agents";
import { openSqliteJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { type UserContext, WebSocketCore } from "@goldenpath/websocket-core";
import { hostileAgents } from "./hostile-agents.ts";
import { Line } from "./line.ts";

export interface NoiseNode {
  readonly core: WebSocketCore;
  /** What the node reported as its own fault. */
  readonly faults: readonly unknown[];
  line(userId: string, heard?: (text: string) => void): Line;
  close(): Promise<void>;
}

export async function openNoiseNode(): Promise<NoiseNode> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-noise-"));
  const opened = await openSqliteJournal({
    path: join(folder, "journal.db"),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  const { journal } = opened;
  const faults: unknown[] = [];
  const supervisor = new Supervisor({
    journal,
    clock: systemClock,
    makeId: randomId,
    factory: new AgentFactory({ definitions: hostileAgents, clock: systemClock, makeId: randomId }),
    // What an agent throws is its own affair; the rest is the node's.
    onFault: (fault) => fault.where === "agent" || faults.push(fault),
  });
  const core = new WebSocketCore({
    journal,
    commands: supervisor,
    clock: systemClock,
    makeId: randomId,
    authenticate: async ({ headers }) => (headers.cookie === undefined ? undefined : user(headers.cookie)),
    redeemTicket: async () => undefined,
    originAllowed: () => true,
    onFault: (fault) => faults.push(fault),
  });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => core.handleUpgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    core,
    faults,
    line: (userId, heard = () => undefined) => new Line({ url, cookie: userId, heard }),
    async close() {
      await core.close();
      await supervisor.drain(0);
      const closed = once(server, "close");
      server.close();
      await closed;
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function user(userId: string): UserContext {
  return { userId, sessionId: `session-${userId}`, expiresAt: Number.MAX_SAFE_INTEGER };
}
