/**
 * The language model and the people of the bench `first-token`, in a process of their own: both ends of what is
 * measured, on one clock.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomId, subprotocol } from "@goldenpath/protocol";
import { WebSocket } from "ws";
import { answerCalls } from "../child.ts";

export type ModelAndPeopleCalls = {
  /** Answers the model's address. */
  readonly listen: () => Promise<string>;
  readonly signUp: (what: { readonly url: string; readonly count: number }) => Promise<void>;
  readonly askAll: (each: number) => Promise<readonly number[]>;
  readonly askModel: (count: number) => Promise<readonly number[]>;
};

interface Person {
  readonly socket: WebSocket;
  /** By thread: who waits for its first token. */
  readonly waiting: Map<string, (token: string) => void>;
}

const password = "a long enough password";
const spreadMs = 1_000;

class ModelAndPeople {
  readonly #model: Server;
  readonly #people: Person[] = [];
  /** By token: when the model wrote it. Every run's first token is a word of its own. */
  readonly #writtenMs = new Map<string, number>();
  #tokens = 0;

  private constructor() {
    this.#model = createServer((request, response) => {
      request.resume();
      if (request.method !== "POST") response.end('{"data":[{"id":"bench"}]}');
      else request.on("end", () => this.#answer(response));
    });
  }

  static async start(): Promise<ModelAndPeople> {
    const made = new ModelAndPeople();
    await new Promise<void>((resolve) => made.#model.listen(0, "127.0.0.1", resolve));
    return made;
  }

  get modelUrl(): string {
    return `http://127.0.0.1:${(this.#model.address() as AddressInfo).port}/v1`;
  }

  async signUp(url: string, count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const response = await fetch(new URL("/api/auth/sign-up/email", url), {
        method: "POST",
        // One after the other from addresses of their own: the sign-ups of one address are limited.
        headers: {
          "content-type": "application/json",
          origin: url,
          "x-forwarded-for": `192.0.2.${index + 1}`,
        },
        body: JSON.stringify({ name: "Bench", email: `bench-${index}@example.com`, password }),
      });
      if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
      const cookie = response.headers.getSetCookie().map((one) => one.split(";", 1)[0]);
      this.#people.push(await connect(url, cookie.join("; ")));
    }
  }

  /** Everybody asks so many questions at once; answers each first token's time from the model to its person. */
  async askAll(each: number): Promise<readonly number[]> {
    const asked = this.#people.flatMap((person) => Array.from({ length: each }, () => this.#ask(person)));
    return await Promise.all(asked);
  }

  /** The same from the model itself, without anybody between. */
  async askModel(count: number): Promise<readonly number[]> {
    return await Promise.all(
      Array.from({ length: count }, async () => {
        const response = await fetch(`${this.modelUrl}/chat/completions`, { method: "POST", body: "{}" });
        if (!response.body) throw new Error("the model answered nothing");
        let delayMs: number | undefined;
        for await (const chunk of response.body) {
          const token = /token\d+/.exec(Buffer.from(chunk).toString())?.[0];
          if (token !== undefined) delayMs ??= this.#delayOf(token);
        }
        if (delayMs === undefined) throw new Error("the model wrote no token");
        return delayMs;
      }),
    );
  }

  #ask(person: Person): Promise<number> {
    const id = randomId();
    const frame = { type: "send", id, parts: [{ type: "text", text: "say something" }] };
    return new Promise((resolve) => {
      person.waiting.set(id, (token) => resolve(this.#delayOf(token)));
      person.socket.send(JSON.stringify(frame));
    });
  }

  #delayOf(token: string): number {
    return performance.now() - (this.#writtenMs.get(token) ?? Number.NaN);
  }

  #answer(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const token = `token${++this.#tokens}`;
    setTimeout(() => {
      this.#writtenMs.set(token, performance.now());
      response.write(
        line({ choices: [{ index: 0, delta: { role: "assistant", content: token }, finish_reason: null }] }),
      );
      setTimeout(() => {
        response.write(line({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }));
        response.end("data: [DONE]\n\n");
      }, 20);
    }, Math.random() * spreadMs);
  }
}

function line(fields: object): string {
  return `data: ${JSON.stringify({ id: "bench", object: "chat.completion.chunk", created: 1, model: "bench", ...fields })}\n\n`;
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly code?: string;
  readonly result?: { readonly threadId?: string };
  readonly events?: readonly {
    readonly type: string;
    readonly threadId: string;
    readonly data: { readonly text?: string };
  }[];
}

/** Resolves when the person has joined. */
async function connect(url: string, cookie: string): Promise<Person> {
  const address = new URL("/ws", url);
  address.protocol = "ws:";
  const socket = new WebSocket(address, [subprotocol], { headers: { cookie, origin: url } });
  const waiting: Person["waiting"] = new Map();
  const threadOf = new Map<string, (token: string) => void>();
  const early = new Map<string, string>();
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => socket.send(JSON.stringify({ type: "hello", client: "bench" })));
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`closed with ${code}`)));
    socket.on("message", (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.type === "caught_up") resolve();
      else if (frame.type === "ping") socket.send('{"type":"pong"}');
      else if (frame.type === "error") throw new Error(data.toString());
      else if (frame.type === "done") {
        const settle = waiting.get(frame.id ?? "");
        const threadId = frame.result?.threadId ?? "";
        waiting.delete(frame.id ?? "");
        const token = early.get(threadId);
        if (token !== undefined) settle?.(token);
        else if (settle) threadOf.set(threadId, settle);
      }
      for (const event of frame.events ?? []) {
        if (event.type === "agent_failed") throw new Error(JSON.stringify(event));
        const token = event.type === "text_delta" ? /token\d+/.exec(event.data.text ?? "")?.[0] : undefined;
        if (token === undefined) continue;
        const settle = threadOf.get(event.threadId);
        if (settle) settle(token);
        else early.set(event.threadId, token);
      }
    });
  });
  return { socket, waiting };
}

const cast = await ModelAndPeople.start();
answerCalls({
  listen: async () => cast.modelUrl,
  signUp: ({ url, count }) => cast.signUp(url, count),
  askAll: (each) => cast.askAll(each),
  askModel: (count) => cast.askModel(count),
} satisfies ModelAndPeopleCalls);
