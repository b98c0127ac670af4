import type { IncomingMessage } from "node:http";

/**
 * Whose request it is, for rate limits. Behind one trusted proxy it is the last entry of X-Forwarded-For,
 * which that proxy wrote; what stands before it came from the caller and counts for nothing.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const socketAddress = request.socket.remoteAddress ?? "0.0.0.0";
  if (!trustProxy) return socketAddress;
  const forwarded = request.headers["x-forwarded-for"];
  const header = Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "");
  const last = header.split(",").at(-1)?.trim();
  return last ? last : socketAddress;
}
