import type { Duplex } from "node:stream";
import { type ErrorCode, errorCodes } from "@goldenpath/protocol";

const statusTexts = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  503: "Service Unavailable",
} as const;

/**
 * Answers an upgrade by HTTP instead and lets go of its socket. An HTTP server looks after an upgraded socket no
 * more, neither for errors nor in its time-outs, yet waits for it when it closes: so a peer that never says goodbye
 * may not keep it.
 */
export function refuseUpgrade(
  socket: Duplex,
  status: keyof typeof statusTexts,
  code: ErrorCode,
  message: string,
): void {
  const body = JSON.stringify({ error: { code, message, retry: errorCodes[code].retry } });
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${statusTexts[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n` +
      `${status === 503 ? "Retry-After: 1\r\n" : ""}\r\n${body}`,
    () => socket.destroy(),
  );
}
