import { type Clock, type MakeId, randomId, systemClock } from "@goldenpath/protocol";

/** What the client uses of a WebSocket: the browser's, Node's own and the package `ws` all fit. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: {
      readonly type: string;
      readonly data?: unknown;
      readonly code?: number;
      readonly reason?: string;
    }) => void,
  ): void;
}

/** What the client uses of `fetch`. */
export type Fetch = (
  url: string,
  init: { readonly credentials: "include"; readonly signal: AbortSignal },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>;

export interface ClientOptions {
  /** The server's address, `https://chat.example.com` or `location.origin`; `/ws` and `/api` lie below it. */
  readonly url: string;
  /**
   * Gets a single-use ticket, where no session cookie travels with the socket: other origins and native
   * clients. Called before every connection and when the session is about to run out. Resolve to undefined
   * when nobody is signed in (the client goes to `signed_out`); reject when the server cannot be reached.
   */
  readonly fetchTicket?: (signal: AbortSignal) => Promise<string | undefined>;
  /** Opens a socket. Default: the global `WebSocket` (browsers, Node 22 and up). */
  readonly webSocket?: (url: string, protocol: string) => WebSocketLike;
  /** For history. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  readonly makeId?: MakeId;
  /** 0 ≤ x < 1, for the jitter of reconnects. Default `Math.random`. */
  readonly random?: () => number;
  /**
   * Whose page this is, where it is known. What waits for the first connection is then that user's: when the
   * server welcomes somebody else it is refused with `user_changed`. Without it, it goes to whoever is welcomed.
   */
  readonly userId?: string;
  /** Name and version for the server's log, 1 to 100 characters. Default `goldenpath-client`. */
  readonly name?: string;
  /** Time until a command without an answer resolves to `unanswered`. Default 300,000. */
  readonly commandMsMax?: number;
  /** When listeners are called after a change. Default `queueMicrotask`; a page may give `requestAnimationFrame`. */
  readonly notify?: (flush: () => void) => void;
  /**
   * Registers for signs that connecting may work again and returns how to stop. Default: `online` and
   * `visibilitychange` where they exist.
   */
  readonly onWake?: (wake: () => void) => () => void;
}

export type ResolvedOptions = Required<Omit<ClientOptions, "url" | "fetchTicket" | "userId">> &
  Pick<ClientOptions, "fetchTicket" | "userId"> & {
    readonly socketUrl: string;
    readonly apiUrl: string;
  };

/** Throws a `TypeError` that names the option when one cannot be used. */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const name = options.name ?? "goldenpath-client";
  if (!/^.{1,100}$/.test(name)) throw new TypeError("name needs 1 to 100 characters");
  const commandMsMax = options.commandMsMax ?? 300_000;
  if (!(commandMsMax > 0 && commandMsMax < 2 ** 31)) {
    throw new TypeError("commandMsMax needs 1 to 2^31");
  }
  return {
    ...options,
    ...addresses(options.url),
    webSocket: options.webSocket ?? ((url, protocol) => new WebSocket(url, protocol)),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock: options.clock ?? systemClock,
    makeId: options.makeId ?? randomId,
    random: options.random ?? Math.random,
    name,
    commandMsMax,
    notify: options.notify ?? queueMicrotask,
    onWake: options.onWake ?? onBrowserWake,
  };
}

function addresses(address: string): { readonly socketUrl: string; readonly apiUrl: string } {
  const base = address.replace(/\/+$/, "");
  if (!/^https?:\/\/[^?#\s]+$/.test(base)) {
    throw new TypeError(`url needs http(s), not "${address}"`);
  }
  return { socketUrl: `${base.replace("http", "ws")}/ws`, apiUrl: `${base}/api` };
}

/** The few names of a page that matter here; all are missing in Node. */
interface PageGlobals {
  readonly addEventListener?: (type: string, listener: () => void) => void;
  readonly removeEventListener?: (type: string, listener: () => void) => void;
  readonly document?: { readonly visibilityState: string };
}

/** `visibilitychange` bubbles from the document to the window. */
const wakeEvents = ["online", "visibilitychange"];

function onBrowserWake(wake: () => void): () => void {
  const page = globalThis as unknown as PageGlobals;
  const look = () => {
    if (page.document?.visibilityState !== "hidden") wake();
  };
  for (const type of wakeEvents) page.addEventListener?.(type, look);
  return () => {
    for (const type of wakeEvents) page.removeEventListener?.(type, look);
  };
}
