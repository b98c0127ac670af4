/**
 * One user of the server under check, who comes as a browser does: cookies from sign-in, an Origin header, a
 * WebSocket with the cookie on its upgrade. Nothing here knows the server's inside.
 */
import { type Client, createClient } from "@goldenpath/client";
import type { Event } from "@goldenpath/protocol";
import { WebSocket } from "ws";

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Made for this check, and to be removed after it. */
  readonly temporary: boolean;
}

/** An HTTP answer, its body parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly type: string;
}

export class Person {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #lines = new Set<Line>();
  #stopping = new AbortController();
  /** What a browser would send back. */
  cookie = "";
  /** An account that was made is there, whatever went wrong afterwards. */
  signedIn = false;

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects when the server does not answer in time. */
  async request(method: string, path: string, body?: object): Promise<Answer> {
    const ask = () =>
      fetch(new URL(path, this.#url), {
        method,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(this.#timeoutMs), this.#stopping.signal]),
        headers: {
          origin: new URL(this.#url).origin,
          ...(this.cookie && { cookie: this.cookie }),
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    const response = await ask().catch((error: unknown) => {
      // As browsers do (RFC 9110, 9.2.2): a server that stops may close a line that was kept open just as it is used.
      if (method === "GET" && closedUnderIt(error)) return ask();
      throw error;
    });
    this.#keepCookies(response.headers.getSetCookie());
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return { status: response.status, text, type, body: type.includes("json") ? parse(text) : undefined };
  }

  /** What is wrong with the sign-in; undefined when it worked. */
  async signIn({ email, password, temporary }: Credentials): Promise<string | undefined> {
    const answer = temporary
      ? await this.request("POST", "/api/auth/sign-up/email", { name: "Goldenpath check", email, password })
      : await this.request("POST", "/api/auth/sign-in/email", { email, password });
    this.signedIn = answer.status === 200;
    if (!this.signedIn) return `status ${answer.status}: ${answer.text.slice(0, 200)}`;
    const me = await this.request("GET", "/api/me");
    return me.status === 200 ? undefined : `signed in, but /api/me answers ${me.status}`;
  }

  connect(): Line {
    const line = new Line(this.#url, this.#timeoutMs, () => this.cookie);
    this.#lines.add(line);
    return line;
  }

  /** Ends whatever is waited for now; requests that follow are made as before. */
  stop(): void {
    this.#stopping.abort(new Error("stopped"));
    this.#stopping = new AbortController();
    this.closeLines();
  }

  closeLines(): void {
    for (const line of this.#lines) line.close();
  }

  #keepCookies(setCookies: readonly string[]): void {
    const jar = new Map(this.cookie.split("; ").filter(Boolean).map(splitCookie));
    for (const one of setCookies) {
      const [name, value] = splitCookie(one.split(";", 1)[0] ?? "");
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    this.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

/** Whether the other side closed the line before it answered anything. */
function closedUnderIt(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && closedCodes.has(String(cause.code));
}

const closedCodes: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** One connection that keeps every event it was sent, and that can be cut like a cable. */
export class Line {
  readonly client: Client;
  /** Every event that came over the wire, repetitions included. */
  readonly received: Event[] = [];
  #socket: WebSocket | undefined;
  #waiting:
    | { readonly holds: () => boolean; readonly resolve: () => void; readonly reject: (why: Error) => void }
    | undefined;

  constructor(url: string, timeoutMs: number, cookie: () => string) {
    this.client = createClient({
      url,
      name: "goldenpath-check",
      commandMsMax: timeoutMs,
      webSocket: (address, protocol) => {
        const socket = new WebSocket(address, protocol, {
          headers: { cookie: cookie() },
          origin: new URL(url).origin,
        });
        this.#socket = socket;
        socket.on("message", (data) => this.#take(String(data)));
        return {
          send: (text) => socket.send(text),
          close: (code, reason) => socket.close(code, reason),
          addEventListener: (type, listener) =>
            socket.addEventListener(type as "message", (event) => listener(event as never)),
        };
      },
      fetch: (address, init) => fetch(address, { signal: init.signal, headers: { cookie: cookie() } }),
    });
    this.client.subscribe(() => this.#look());
  }

  /** Resolves when `holds`; rejects with `what` after the time. Looked at after each frame and each change. */
  until(what: string, timeoutMs: number, holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(`${what}: not within ${Math.round(timeoutMs / 1_000)} s`));
      }, timeoutMs);
      this.#waiting = {
        holds,
        resolve: () => {
          clearTimeout(timer);
          this.#waiting = undefined;
          resolve();
        },
        reject: (why) => {
          clearTimeout(timer);
          this.#waiting = undefined;
          reject(why);
        },
      };
    });
  }

  close(): void {
    this.client.close();
    this.#waiting?.reject(new Error("stopped"));
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.#socket?.terminate();
  }

  eventsOf(runId: string): readonly Event[] {
    return this.received.filter((event) => event.runId === runId);
  }

  #take(text: string): void {
    const frame = parse(text);
    if (isEventsFrame(frame)) this.received.push(...frame.events);
    this.#look();
  }

  #look(): void {
    if (this.#waiting?.holds()) this.#waiting.resolve();
  }
}

function isEventsFrame(frame: unknown): frame is { readonly events: readonly Event[] } {
  return typeof frame === "object" && frame !== null && "events" in frame && Array.isArray(frame.events);
}

function splitCookie(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
