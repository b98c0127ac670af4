import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { refuseUpgrade } from "@goldenpath/websocket-core";

/** What answers a server's requests and upgrades. */
export interface Listeners {
  readonly request: RequestListener;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The addresses that are Goldenpath's own on a server that has others too. */
const ownPaths = [
  "/api/auth",
  "/api/me",
  "/api/agents",
  "/api/threads",
  "/api/attachments",
  "/api/tickets",
  "/healthz",
  "/setup",
];

export const socketPath = "/ws";

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

export function isOwnPath(path: string): boolean {
  return path === socketPath || ownPaths.some((own) => path === own || path.startsWith(`${own}/`));
}

/**
 * Puts the listeners in front of the ones that `server` has: they get what is Goldenpath's own (with `all`,
 * everything), the others get the rest. Returns how to take them away again.
 */
export function attach(server: HttpServer, ours: Listeners, all: boolean): () => void {
  const before = server.listeners("request") as RequestListener[];
  const upgradesBefore = server.listeners("upgrade") as Listeners["upgrade"][];
  const onRequest = (
    request: IncomingMessage,
    response: ServerResponse<IncomingMessage> & { req: IncomingMessage },
  ) => {
    if (all || isOwnPath(pathOf(request))) return ours.request(request, response);
    for (const listener of before) listener.call(server, request, response);
    return undefined;
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) === socketPath) return ours.upgrade(request, socket, head);
    if (upgradesBefore.length === 0) refuseUpgrade(socket, 404, "not_found", "There is no such address.");
    for (const listener of upgradesBefore) listener.call(server, request, socket, head);
    return undefined;
  };
  replace(server, "request", before, onRequest);
  replace(server, "upgrade", upgradesBefore, onUpgrade);
  return () => {
    replace(server, "request", [onRequest], ...before);
    replace(server, "upgrade", [onUpgrade], ...upgradesBefore);
  };
}

function replace(
  server: HttpServer,
  event: "request" | "upgrade",
  out: readonly ((...of: never[]) => unknown)[],
  ...into: readonly ((...of: never[]) => unknown)[]
): void {
  for (const listener of out) server.off(event, listener as (...of: unknown[]) => void);
  for (const listener of into) server.on(event, listener as (...of: unknown[]) => void);
}
