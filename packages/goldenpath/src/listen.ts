import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "./start-error.ts";

/** An HTTP server that is patient with slow networks and not with silent callers. */
export function createHttpServer(): HttpServer {
  return createServer({
    headersTimeout: 15_000,
    // The whole request: 32 MiB of attachment over a slow line fit into it.
    requestTimeout: 300_000,
    keepAliveTimeout: 20_000,
    connectionsCheckingInterval: 5_000,
  });
}

/** The port it got. Throws a `StartError` that says what to do when the address cannot be had. */
export async function listen(server: HttpServer, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error, host, port);
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

function listenError(error: unknown, host: string, port: number): StartError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new StartError(
        "port_in_use",
        `Port ${port} is in use by another program; stop that one, or choose another port: PORT=${port + 1 > 65_535 ? 0 : port + 1}.`,
        error,
      );
    case "EACCES":
      return new StartError(
        "port_refused",
        `This user may not open port ${port}; choose one above 1023: PORT=4000.`,
        error,
      );
    default:
      return new StartError(
        "port_refused",
        `Cannot listen on ${host}, port ${port} (${String(code ?? error)}); choose an address of this machine with --host.`,
        error,
      );
  }
}
