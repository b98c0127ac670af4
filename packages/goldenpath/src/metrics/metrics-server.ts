import { createServer, type Server } from "node:http";
import { type ListenSetting, listen } from "../listen.ts";
import { httpOrigin, type MetricsAddress } from "../options.ts";

/** What is told, in Prometheus' text format. */
export interface Told {
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

export interface MetricsServer {
  /** Where Prometheus asks. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics` on an address of its own, so that nobody who can reach the page can read it. Throws a
 * `StartError` when the address cannot be had.
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  metrics: Told,
  setting: ListenSetting,
): Promise<MetricsServer> {
  const server: Server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000 },
    (request, response) => {
      if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") {
        response.writeHead(404).end("Metrics are at /metrics.\n");
        return;
      }
      metrics.text().then(
        (body) => response.writeHead(200, { "content-type": metrics.contentType }).end(body),
        (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
      );
    },
  );
  const bound = await listen(server, host, port, setting);
  return {
    url: `${httpOrigin(host, bound)}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
