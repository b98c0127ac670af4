/** The people of the bench `first-token`, in a process of their own: they ask all the time, in several threads each. */
import { Agent, request } from "node:http";
import { randomId, subprotocol } from "@goldenpath/protocol";
import { WebSocket } from "ws";
import { answerCalls } from "../child.ts";
import { nowUs } from "./line.ts";

export type PeopleCalls = {
  readonly signUp: (what: { readonly url: string; readonly people: number }) => Promise<void>;
  readonly askServer: (asking: Asking) => Promise<Heard>;
  /** The same of the model itself, without anybody between. */
  readonly askModel: (asking: Asking & { readonly modelUrl: string }) => Promise<Heard>;
};

export interface Heard {
  /** From the model's writing of each first token to its person. */
  readonly delaysMs: readonly number[];
  /** All of them, also those whose first token is not counted. */
  readonly answers: number;
}

export interface Asking {
  /** So many answers are under way at all times: who has one asks for the next. */
  readonly lanes: number;
  /** The lanes begin one after the other within this time. */
  readonly spreadMs: number;
  /** So many first tokens are counted. */
  readonly counted: number;
}

/** Calls with the answer's first token; resolves when the answer has ended. */
type Ask = (lane: number, firstToken: (text: string) => void) => Promise<void>;

interface Person {
  /** Resolves when the run has ended. */
  ask(firstToken: (text: string) => void): Promise<void>;
}

const password = "a long enough password";
const people: Person[] = [];

answerCalls({
  async signUp({ url, people: count }) {
    for (let index = 0; index < count; index++) people.push(await connect(url, await cookieOf(url, index)));
  },
  askServer: (asking) =>
    inLanes(asking, async (lane, firstToken) => people[lane % people.length]?.ask(firstToken)),
  async askModel({ modelUrl, ...asking }) {
    const agent = new Agent({ keepAlive: true });
    try {
      return await inLanes(asking, (_lane, firstToken) => askDirectly(modelUrl, agent, firstToken));
    } finally {
      agent.destroy();
    }
  },
} satisfies PeopleCalls);

async function inLanes({ lanes, spreadMs, counted }: Asking, ask: Ask): Promise<Heard> {
  const delaysMs: number[] = [];
  let begun = 0;
  let answers = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      await new Promise((resolve) => setTimeout(resolve, (spreadMs * lane) / lanes));
      begun++;
      while (delaysMs.length < counted) {
        await ask(lane, (text) => {
          const delayMs = (nowUs() - writtenUs(text)) / 1_000;
          if (begun === lanes && delaysMs.length < counted) delaysMs.push(delayMs);
        });
        answers++;
      }
    }),
  );
  return { delaysMs, answers };
}

function writtenUs(token: string): number {
  const stamp = /@(\d+) /.exec(token)?.[1];
  if (stamp === undefined) throw new Error(`the first token does not say when it was written: ${token}`);
  return Number(stamp);
}

async function askDirectly(
  modelUrl: string,
  agent: Agent,
  firstToken: (text: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asking = request(`${modelUrl}/chat/completions`, { method: "POST", agent }, (response) => {
      let isFirst = true;
      response.setEncoding("utf8").on("data", (text: string) => {
        if (isFirst) firstToken(text);
        isFirst = false;
      });
      response.on("end", resolve);
      response.on("error", reject);
    });
    asking.on("error", reject);
    asking.end("{}");
  });
}

async function cookieOf(url: string, index: number): Promise<string> {
  const response = await fetch(new URL("/api/auth/sign-up/email", url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: url,
      // One after the other from addresses of their own: the sign-ups of one address are limited.
      "x-forwarded-for": `192.0.2.${index + 1}`,
    },
    body: JSON.stringify({ name: "Bench", email: `bench-${index}@example.com`, password }),
  });
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((one) => one.split(";", 1)[0])
    .join("; ");
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly result?: { readonly runId?: string };
  readonly events?: readonly RunEvent[];
}

interface RunEvent {
  readonly type: string;
  readonly runId?: string;
  readonly data: { readonly text?: string };
}

interface Waiting {
  /** Undefined once it was called. */
  firstToken: ((text: string) => void) | undefined;
  readonly ended: () => void;
}

/** Resolves when the person has joined. */
async function connect(url: string, cookie: string): Promise<Person> {
  const address = new URL("/ws", url);
  address.protocol = "ws:";
  const socket = new WebSocket(address, [subprotocol], { headers: { cookie, origin: url } });
  const waitingByCommand = new Map<string, Waiting>();
  const waitingByRun = new Map<string, Waiting>();
  /** Of runs whose commands are not answered yet. */
  let early: RunEvent[] = [];
  const take = (event: RunEvent): void => {
    const { type, runId = "", data } = event;
    const waiting = waitingByRun.get(runId);
    if (type === "agent_failed") throw new Error(JSON.stringify(event));
    if (type !== "text_delta" && type !== "agent_completed") return;
    if (!waiting) {
      early.push(event);
    } else if (type === "text_delta") {
      waiting.firstToken?.(data.text ?? "");
      waiting.firstToken = undefined;
    } else {
      waitingByRun.delete(runId);
      waiting.ended();
    }
  };
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
        const waiting = waitingByCommand.get(frame.id ?? "");
        waitingByCommand.delete(frame.id ?? "");
        if (waiting) waitingByRun.set(frame.result?.runId ?? "", waiting);
        const events = early;
        early = [];
        for (const event of events) take(event);
      } else for (const event of frame.events ?? []) take(event);
    });
  });
  return {
    ask(firstToken) {
      const id = randomId();
      return new Promise((ended) => {
        waitingByCommand.set(id, { firstToken, ended });
        const parts = [{ type: "text", text: "say something" }];
        socket.send(JSON.stringify({ type: "send", id, parts }));
      });
    },
  };
}
