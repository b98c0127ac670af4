/** For tests: a real server in a folder of its own, and users who come over real HTTP and real sockets. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Event, type SendResult, type ServerFrame, subprotocol } from "@goldenpath/protocol";
import { WebSocket } from "ws";
import type { Environment, ServeOptions } from "./options.ts";
import { type Server, serve } from "./serve.ts";

export interface TestServer {
  readonly url: string;
  readonly server: Server;
  readonly data: string;
  close(): Promise<void>;
}

export async function startServer(
  options: ServeOptions = {},
  environment: Environment = {},
): Promise<TestServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "goldenpath-"));
  const server = await serve({ port: 0, drainMs: 0, logLevel: "silent", ...options, data }, environment);
  return {
    url: server.url,
    server,
    data,
    async close() {
      await server.close();
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

let made = 0;

export class TestUser {
  readonly url: string;
  readonly email: string;
  readonly password = "a long enough password";
  cookie = "";

  constructor(url: string) {
    this.url = url;
    this.email = `user-${++made}@example.com`;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("origin")) headers.set("origin", this.url);
    if (headers.get("origin") === "none") headers.delete("origin");
    if (this.cookie !== "") headers.set("cookie", this.cookie);
    const response = await fetch(new URL(path, this.url), { ...init, headers, redirect: "manual" });
    const cookies = response.headers.getSetCookie().map((one) => one.split(";", 1)[0] ?? "");
    if (cookies.length > 0) this.cookie = cookies.filter((one) => !one.endsWith("=")).join("; ");
    return response;
  }

  json(method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  signUp(): Promise<Response> {
    const { email, password } = this;
    return this.json("POST", "/api/auth/sign-up/email", { name: "Test", email, password });
  }

  signIn(): Promise<Response> {
    const { email, password } = this;
    return this.json("POST", "/api/auth/sign-in/email", { email, password });
  }

  /** A socket as a browser opens it: the cookie and the page's origin come along. */
  socket(options: { readonly origin?: string; readonly cookie?: string } = {}): TestSocket {
    return new TestSocket(this.url, {
      origin: options.origin ?? this.url,
      cookie: options.cookie ?? this.cookie,
    });
  }

  /** Asks over a live socket; resolves when the server took the question. */
  async ask(socket: TestSocket, text: string): Promise<SendResult> {
    const id = `ask-${++made}`;
    socket.send({ type: "send", id, parts: [{ type: "text", text }] });
    const done = await socket.answer(id);
    return done.result as unknown as SendResult;
  }

  /** A socket that said hello and is live. */
  async live(): Promise<TestSocket> {
    const socket = this.socket();
    socket.send({ type: "hello", client: "test" });
    await socket.frame("caught_up");
    return socket;
  }
}

export async function signedUp(url: string): Promise<TestUser> {
  const user = new TestUser(url);
  const answer = await user.signUp();
  if (answer.status !== 200) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  return user;
}

type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

export class TestSocket {
  readonly frames: ServerFrame[] = [];
  readonly events: Event[] = [];
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;
  #looks: (() => void)[] = [];
  #closed: number | undefined;

  constructor(url: string, headers: { readonly origin: string; readonly cookie: string }) {
    const { origin, cookie } = headers;
    this.#socket = new WebSocket(new URL("/ws", url), subprotocol, {
      ...(origin !== "none" && { origin }),
      headers: cookie === "" ? {} : { cookie },
    });
    this.#socket.on("message", (data) => this.#take(JSON.parse(String(data))));
    this.#socket.on("close", (code) => {
      this.#closed = code;
      this.#look();
    });
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.once("open", () => resolve());
      this.#socket.once("unexpected-response", (_request, response) =>
        reject(new Error(`upgrade refused: ${response.statusCode}`)),
      );
      this.#socket.on("error", reject);
    });
    // Whoever waits for a frame or the close hears of a failure there; `opened` is for tests of the upgrade.
    this.#opened.catch(() => this.#look());
  }

  get opened(): Promise<void> {
    return this.#opened;
  }

  send(frame: object): void {
    this.#opened.then(
      () => this.#socket.send(JSON.stringify(frame)),
      () => undefined,
    );
  }

  /** The first frame of that type, waited for. */
  frame<T extends ServerFrame["type"]>(type: T): Promise<FrameOf<T>> {
    return this.#until(() => this.frames.find((frame): frame is FrameOf<T> => frame.type === type));
  }

  /** The `done` of that command, waited for. */
  answer(id: string): Promise<FrameOf<"done">> {
    return this.#until(() => {
      const refused = this.frames.find((frame) => frame.type === "error" && frame.id === id);
      if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
      return this.frames.find((frame): frame is FrameOf<"done"> => frame.type === "done" && frame.id === id);
    });
  }

  /** The first event that fits, waited for. */
  event(fits: (event: Event) => boolean): Promise<Event> {
    return this.#until(() => this.events.find(fits));
  }

  /** The close code, waited for. */
  closed(): Promise<number> {
    return this.#until(() => this.#closed);
  }

  /** Says goodbye with a code; without one it is cut. */
  close(code?: number): void {
    if (code === undefined) this.#socket.terminate();
    else this.#socket.close(code);
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#closed !== undefined) throw new Error(`the socket was closed with ${this.#closed}`);
      await new Promise<void>((resolve) => this.#looks.push(resolve));
    }
  }

  #take(frame: ServerFrame): void {
    this.frames.push(frame);
    if (frame.type === "events") this.events.push(...frame.events);
    this.#look();
  }

  #look(): void {
    const looks = this.#looks;
    this.#looks = [];
    for (const look of looks) look();
  }
}
