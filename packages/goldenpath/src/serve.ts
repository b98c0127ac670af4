/**
 * A whole server in one process: HTTP and WebSocket on one port, journal, login, agents and page.
 *
 *  S1  Nothing is half started: what was opened before a failure is closed again, in reverse order.
 *  S2  `close` tells clients to move, lets runs go on for `drainMs`, and only then closes the journal: a run
 *      that is not over by then is left without an end, for whoever takes it over (J5).
 */
import type { Server as HttpServer } from "node:http";
import { refuseUpgrade } from "@goldenpath/websocket-core";
import { attach } from "./attach.ts";
import { composeNode, type Node } from "./compose.ts";
import { boundAddress, createHttpServer, type ListenSetting, listen } from "./listen.ts";
import {
  type Environment,
  httpOrigin,
  type Options,
  ownOrigins,
  resolveOptions,
  type ServeOptions,
} from "./options.ts";
import { StartError } from "./start-error.ts";

export interface Server {
  /** Where people open it. */
  readonly url: string;
  /** The agents served, the default first. */
  readonly agents: readonly { readonly name: string; readonly label: string }[];
  /** The language model that was found, and where. */
  readonly model: { readonly name: string; readonly from: string } | undefined;
  /** Where sign-up is closed and there is no account yet: the link that makes the admin's. Keep it secret. */
  readonly setupUrl: string | undefined;
  /** Where Prometheus asks; undefined unless `metrics` says where. */
  readonly metricsUrl: string | undefined;
  /**
   * Moves clients away and lets runs go on for `drainMs`, then closes everything. What is not finished by then
   * goes on at another node, or at the next start.
   */
  close(): Promise<void>;
}

/**
 * Starts a server and resolves when it answers. Options not given come from the environment (see
 * `ServeOptions`). Throws a `StartError` whose message says what to do.
 */
export async function serve(
  given: ServeOptions = {},
  environment: Environment = process.env,
): Promise<Server> {
  const options = resolveOptions(given, environment);
  const http = createHttpServer();
  // Until the node is composed there is nobody to ask; S1: the port is ours before anything is opened.
  http.on("request", (_request, response) => response.writeHead(503, { "retry-after": "1" }).end());
  http.on("upgrade", (_request, socket) =>
    refuseUpgrade(socket, 503, "unavailable", "The server is starting; try again soon."),
  );
  const port = await listen(http, options.host, options.port, frontSetting);
  try {
    const node = await composeFor(options, port, environment);
    http.removeAllListeners("request");
    http.removeAllListeners("upgrade");
    attach(http, node.listeners, true);
    return serverOf(options, node, httpOrigin(options.host, port), () => closeHttp(http));
  } catch (error) {
    await closeHttp(http);
    throw error;
  }
}

/**
 * The same on a Node HTTP server that exists already: Goldenpath answers its own addresses (`/api/me`,
 * `/api/threads`, `/ws` …) and leaves the others alone; with `page: true` it answers all. Give `url`, or
 * mount after the server listens. `close` leaves the HTTP server running.
 */
export async function mount(
  http: HttpServer,
  given: ServeOptions = {},
  environment: Environment = process.env,
): Promise<Server> {
  // Who can reach the server decides whether sign-up is open: the address it is bound to, or all of them
  // while that is not known.
  const host = http.listening ? boundAddress(http).address : "::";
  const options = resolveOptions({ page: false, host, ...given }, environment);
  if (options.url === undefined && !http.listening) {
    throw new StartError(
      "option_invalid",
      "mount: give url (the address that people open), or mount after the server listens.",
    );
  }
  const port = http.listening ? boundAddress(http).port : options.port;
  const node = await composeFor(options, port, environment);
  const detach = attach(http, node.listeners, options.page);
  return serverOf(options, node, httpOrigin(options.host, port), async () => detach());
}

const frontSetting: ListenSetting = { host: "--host (GOLDENPATH_HOST)", port: (port) => `PORT=${port}` };

function composeFor(options: Options, port: number, environment: Environment): Promise<Node> {
  const origins = { own: ownOrigins(options.host, port, options.url), listed: options.origins };
  return composeNode(options, origins, environment);
}

function serverOf(options: Options, node: Node, bound: string, closeFront: () => Promise<void>): Server {
  const url = options.url ?? bound;
  let closing: Promise<void> | undefined;
  return {
    url,
    agents: node.agents,
    model: node.model,
    metricsUrl: node.metricsUrl,
    get setupUrl() {
      const token = node.setupToken();
      return token === undefined ? undefined : `${url}/setup?token=${token}`;
    },
    close() {
      closing ??= node.close(closeFront);
      return closing;
    },
  };
}

/** Takes no more requests, lets the ones under way end for two seconds, then cuts them. */
function closeHttp(http: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => http.closeAllConnections(), 2_000);
    http.close(() => {
      clearTimeout(cut);
      resolve();
    });
    http.closeIdleConnections();
  });
}
