import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type ErrorCode, errorCodes } from "@goldenpath/protocol";
import { StartError } from "./start-error.ts";

/** An HTTP server that is patient with slow networks and not with silent callers. */
export function createHttpServer(): HttpServer {
  const server = createServer({
    headersTimeout: 15_000,
    // The whole request: 32 MiB of attachment over a slow line fit into it.
    requestTimeout: 300_000,
    keepAliveTimeout: 20_000,
    connectionsCheckingInterval: 5_000,
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuseUnread(error.code ?? "", socket));
  return server;
}

/** What could not be read as a request is answered with a code too, then the connection is closed. */
function refuseUnread(fault: string, socket: Duplex): void {
  if (fault === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = unread(fault);
  const body = JSON.stringify({ error: { code, message, retry: errorCodes[code].retry } });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

function unread(fault: string): {
  readonly status: string;
  readonly code: ErrorCode;
  readonly message: string;
} {
  switch (fault) {
    case "HPE_HEADER_OVERFLOW":
      return {
        status: "431 Request Header Fields Too Large",
        code: "frame_too_large",
        message:
          "The address and headers may have 16 KiB together; clear this site's cookies, then try again.",
      };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        status: "408 Request Timeout",
        code: "unavailable",
        message: "The request did not arrive in time; send it again.",
      };
    default:
      return { status: "400 Bad Request", code: "bad_frame", message: "This is not an HTTP/1.1 request." };
  }
}

/** What the person who starts it sets to listen elsewhere, for the errors. */
export interface ListenSetting {
  readonly host: string;
  readonly port: (port: number) => string;
}

/** The port it got. Throws a `StartError` that says what to do when the address cannot be had. */
export async function listen(
  server: HttpServer,
  host: string,
  port: number,
  setting: ListenSetting,
): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error, host, port, setting);
  }
  return boundAddress(server).port;
}

/** Where a listening server is bound. Throws a `StartError` for a pipe. */
export function boundAddress(server: HttpServer): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new StartError("option_invalid", "The HTTP server has to listen on a TCP port.");
  }
  return address;
}

function listenError(error: unknown, host: string, port: number, setting: ListenSetting): StartError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new StartError(
        "port_in_use",
        `Port ${port} is in use by another program; stop that one, or choose another port: ${setting.port(port + 1 > 65_535 ? 0 : port + 1)}.`,
        error,
      );
    case "EACCES":
      return new StartError(
        "port_refused",
        `This user may not open port ${port}; choose one above 1023: ${setting.port(port + 8000)}.`,
        error,
      );
    default:
      return new StartError(
        "port_refused",
        `Cannot listen on ${host}, port ${port} (${String(code ?? error)}); choose an address of this machine with ${setting.host}.`,
        error,
      );
  }
}
