/** Servers and their clients, set up once for all rounds of a bench; each contestant is idle until its turn. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { LineOptions } from "./load/line.ts";
import type { LoadCalls } from "./load/load.ts";
import { ensurePeers } from "./peers.ts";
import { startRedis } from "./redis.ts";
import type { Emission } from "./server/emission.ts";
import type { ServerKind } from "./server/kinds.ts";
import type { ServerCalls } from "./server/server.ts";

const serverFile = new URL("server/server.ts", import.meta.url);
export const loadFile = new URL("load/load.ts", import.meta.url);

export interface StageOptions {
  readonly users: number;
  readonly connectionsPerUser?: number;
  readonly stamped?: boolean;
}

export interface Turn {
  readonly cpuUs: number;
  readonly elapsedMs: number;
  readonly events: number;
}

export class Stage implements AsyncDisposable {
  readonly load = Child.start<LoadCalls>(loadFile);
  readonly #servers = new Map<ServerKind, Child<ServerCalls>>();
  #endRedis: (() => Promise<void>) | undefined;

  /** Starts the servers one after the other, each with all of its clients. */
  static async open(
    kinds: readonly ServerKind[],
    { folder, note }: Pick<BenchRun, "folder" | "note">,
    options: StageOptions,
  ): Promise<Stage> {
    if (kinds.some((kind) => dialectOf(kind) === "Socket.IO" || dialectOf(kind) === "SSE")) ensurePeers();
    const stage = new Stage();
    const { users, connectionsPerUser = 1, stamped = false } = options;
    try {
      for (const kind of kinds) {
        note(`starts ${kind}`);
        if (dialectOf(kind) === "SSE") stage.#endRedis = await startRedis(folderOf(kind, folder));
        const server = startServer(kind, folder);
        stage.#servers.set(kind, server);
        const port = await server.call("listen", { users, connectionsPerUser, stamped });
        const dialect = dialectOf(kind);
        await stage.load.call("join", {
          key: kind,
          port,
          dialect,
          users,
          connectionsPerUser,
          timed: stamped,
        });
      }
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  server(kind: ServerKind): Child<ServerCalls> {
    const server = this.#servers.get(kind);
    if (!server) throw new Error(`${kind} is not on the stage`);
    return server;
  }

  /** One contestant's turn: its CPU time from the first event to the last one's arrival. */
  async turn(kind: ServerKind, emission: Emission, deliveries: number): Promise<Turn> {
    const server = this.server(kind);
    await server.call("prepare");
    const { delivered: before } = await server.call("emit", { eventsPerUser: 0, atOnce: 1 });
    await this.load.call("receive", { key: kind, total: before });
    const began = performance.now();
    const { cpuUs } = await server.call("usage");
    const { delivered } = await server.call("emit", emission);
    await this.load.call("receive", { key: kind, total: delivered });
    const after = await server.call("usage");
    if (delivered - before !== deliveries)
      throw new Error(`The round is void: ${kind} delivered ${delivered - before} of ${deliveries}`);
    return { cpuUs: after.cpuUs - cpuUs, elapsedMs: performance.now() - began, events: deliveries };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) await server.kill();
    await this.load.kill();
    await this.#endRedis?.();
  }
}

export function startServer(
  kind: ServerKind,
  folder: string,
  execArgv: readonly string[] = [],
): Child<ServerCalls> {
  const own = folderOf(kind, folder);
  mkdirSync(own, { recursive: true });
  return Child.start<ServerCalls>(serverFile, [kind, own], execArgv);
}

function folderOf(kind: ServerKind, folder: string): string {
  return join(folder, kind.replaceAll(/[^\w]+/g, "-"));
}

export function dialectOf(kind: ServerKind): LineOptions["dialect"] {
  if (kind.startsWith("goldenpath")) return "goldenpath";
  if (kind === "SSE on Redis") return "SSE";
  return kind.startsWith("Socket.IO") ? "Socket.IO" : "bare";
}
