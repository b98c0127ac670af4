/**
 * The stage of every test here: one real server, people who come over real HTTP and real sockets, and a
 * bystander with a secret, who must never notice anything and whose secret must never be heard by others.
 *
 *  A1  Every text that anybody hears is kept; `proveUnharmed` looks for secrets in all of it.
 *  A2  The bystander's connection lives from the first test to the last.
 *  A3  No request is answered with 500, whatever it was: a fault of the server's own is a finding.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@goldenpath/protocol";
import { type ServeOptions, type Server, serve } from "goldenpath";
import { expect } from "vitest";
import { hostileAgents, neverTold } from "./hostile-agents.ts";
import { answerOf, Line } from "./line.ts";

export interface Stage {
  readonly url: string;
  readonly server: Server;
  /** What the bystander wrote before the first test; nobody else may ever hear it. */
  readonly bystander: Bystander;
  /** A new account, signed in. Without `heard`, what they hear is looked through by `proveUnharmed` (A1). */
  person(heard?: (text: string) => void): Promise<Person>;
  /** Somebody without an account. */
  nobody(): Person;
  /** The server as it is afterwards: the bystander's connection, a question, and nothing told that is secret. */
  proveUnharmed(): Promise<void>;
  /** Bytes as they are, and what came back until the server closed or `until` was there. */
  raw(bytes: string | Uint8Array, until?: (answer: string) => boolean): Promise<string>;
  close(): Promise<void>;
}

export interface Bystander {
  readonly person: Person;
  readonly line: Line;
  readonly userId: string;
  readonly threadId: string;
  readonly messageId: string;
  readonly runId: string;
  /** Of a run that waits for it, for ever. */
  readonly waitingRunId: string;
  readonly approvalId: string;
  readonly attachmentId: string;
}

const secret = "the-server's-own-secret-0123456789abcdef";
const password = "a long enough password";
const signUpTriesMax = 24;
const signUpPauseMs = 5_000;
export const bystanderSecret = "bystander-secret-5f1c";
let made = 0;

export async function openStage(options: ServeOptions = {}): Promise<Stage> {
  const data = mkdtempSync(join(tmpdir(), "goldenpath-adversary-"));
  const server = await serve(
    {
      agents: hostileAgents,
      port: 0,
      signUp: "open",
      drainMs: 0,
      logLevel: "silent",
      secret,
      ...options,
      data,
    },
    {},
  );
  const { url } = server;
  const heardByOthers: string[] = [];
  const unheard = [...neverTold, secret, data, bystanderSecret, "node_modules", "/src/"];
  const hear = (text: string) => {
    if (text !== "") heardByOthers.push(text);
  };
  const newcomer = async (heard: (text: string) => void) => {
    const person = new Person(url, heard);
    for (let tries = 1; ; tries++) {
      const answer = await person.signUp();
      if (answer.status === 200) return person;
      // One address makes only so many accounts in a minute, and the long forms make one after the other.
      if (answer.status !== 429 || tries === signUpTriesMax)
        throw new Error(`sign-up: ${answer.status} ${answer.text}`);
      await sleep(signUpPauseMs);
    }
  };
  const bystander = await setUpBystander(await newcomer(() => undefined));
  return {
    url,
    server,
    bystander,
    person: (heard = hear) => newcomer(heard),
    nobody: () => new Person(url, hear),
    async proveUnharmed() {
      expect(bystander.line.isClosed).toBe(false);
      const { runId, threadId } = await bystander.line.ask("Are you well?", "echo", bystander.threadId);
      expect((await bystander.line.end(runId)).type).toBe("agent_completed");
      const { messages } = (await bystander.person.get(`/api/threads/${threadId}/messages`)).body as {
        messages: Message[];
      };
      expect(answerOf(messages, runId)).toBe("You said: Are you well?");
      const all = heardByOthers.splice(0).join("\n");
      for (const one of unheard) expect(all.includes(one), `told: ${one}`).toBe(false);
    },
    async raw(bytes, until) {
      const answer = await raw(url, bytes, until);
      hear(answer);
      return answer;
    },
    async close() {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function setUpBystander(person: Person): Promise<Bystander> {
  const line = await person.line();
  const { threadId, runId, messageId } = await line.ask(`I know ${bystanderSecret}`, "echo");
  await line.end(runId);
  const waiting = await line.ask(bystanderSecret, "approver", threadId);
  const { data } = await line.event("approval_requested", waiting.runId);
  const upload = await person.upload(`${bystanderSecret}.csv`, `a\n${bystanderSecret}\n`);
  const { attachmentId } = upload.body as { attachmentId: string };
  const { userId } = await line.frame("welcome");
  return {
    person,
    line,
    userId,
    threadId,
    messageId,
    runId,
    waitingRunId: waiting.runId,
    approvalId: data.approvalId,
    attachmentId,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit["body"]>;
}

export class Person {
  readonly email = `person-${++made}@example.com`;
  readonly #url: string;
  readonly #heard: (text: string) => void;
  readonly #lines: Line[] = [];
  password = password;
  cookie = "";

  constructor(url: string, heard: (text: string) => void) {
    this.#url = url;
    this.#heard = heard;
  }

  /** With the cookie and the page's own origin; `origin: "none"` leaves it out. */
  async request(path: string, { method = "GET", headers: given = {}, body }: Ask = {}): Promise<Answer> {
    const headers = new Headers({ origin: this.#url, ...given });
    if (headers.get("origin") === "none") headers.delete("origin");
    if (this.cookie !== "" && !headers.has("cookie")) headers.set("cookie", this.cookie);
    const init = {
      method,
      headers,
      redirect: "manual",
      duplex: "half",
      ...(body && { body }),
    } as RequestInit;
    const response = await fetch(new URL(path, this.#url), init);
    const cookies = response.headers.getSetCookie().map((one) => one.split(";", 1)[0] ?? "");
    if (cookies.length > 0) this.cookie = cookies.filter((one) => !one.endsWith("=")).join("; ");
    const text = await response.text();
    this.#heard(text);
    expect(response.status, `${method} ${path}: ${text.slice(0, 200)}`).not.toBe(500);
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  get(path: string): Promise<Answer> {
    return this.request(path);
  }

  json(method: string, path: string, body: unknown, headers: Ask["headers"] = {}): Promise<Answer> {
    return this.request(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  upload(name: string, body: NonNullable<RequestInit["body"]>, type = "text/csv"): Promise<Answer> {
    const headers = { "content-type": type, "x-file-name": encodeURIComponent(name) };
    return this.request("/api/attachments", { method: "POST", headers, body });
  }

  signUp(): Promise<Answer> {
    return this.json("POST", "/api/auth/sign-up/email", { name: "A Person", ...this.#credentials });
  }

  signIn(): Promise<Answer> {
    return this.json("POST", "/api/auth/sign-in/email", this.#credentials);
  }

  /** The same account on another device. */
  async elsewhere(): Promise<Person> {
    const other = new Person(this.#url, this.#heard);
    Object.assign(other, { email: this.email, password: this.password });
    const answer = await other.signIn();
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
    return other;
  }

  /** A socket that has not said anything yet. */
  silent(options: { readonly origin?: string; readonly cookie?: string } = {}): Line {
    const { origin = this.#url, cookie = this.cookie } = options;
    const line = new Line({ url: this.#url, origin, cookie, heard: this.#heard });
    this.#lines.push(line);
    return line;
  }

  /** A socket that said hello and is live. */
  line(cursor?: { readonly epoch: string; readonly offset: number }): Promise<Line> {
    return this.silent().hello(cursor);
  }

  hangUp(): void {
    for (const line of this.#lines.splice(0)) line.hangUp();
  }

  get #credentials(): { readonly email: string; readonly password: string } {
    return { email: this.email, password: this.password };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of an answer of the API's own shape; fails the test when it has another shape. */
export function codeOf({ body, text }: Answer): string {
  const { error } = (body ?? {}) as { error?: { code: string; message: string; retry: string } };
  expect(error, text.slice(0, 300)).toBeDefined();
  expect(error?.message.length).toBeGreaterThan(5);
  expect(["never", "later", "now"]).toContain(error?.retry);
  return error?.code ?? "";
}

function raw(
  url: string,
  bytes: string | Uint8Array,
  until: (answer: string) => boolean = () => false,
): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on("data", (chunk) => {
      answer += String(chunk);
      if (until(answer)) socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(answer) : reject(error),
    );
    socket.on("close", () => resolve(answer));
  });
}
