/** A server that is right but for one thing: a proxy that changes what passes. For tests of the suite itself. */
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { isFields } from "./pattern.ts";

type Frame = { readonly [key: string]: unknown };

/** One client's line through the proxy. */
interface Passage {
  readonly cookie: string;
  toClient(frame: Frame): void;
  toServer(frame: Frame): void;
  /** For what a wrong server remembers of this line. */
  readonly memory: Map<string, unknown>;
}

interface Wrong extends Change {
  readonly does: string;
  /** The cases that must find it, by name. */
  readonly caughtBy: readonly string[];
  /** What they say. */
  readonly because: RegExp;
}

/** What the proxy does to what passes. */
interface Change {
  /** What the client hears instead of the frame. */
  readonly fromServer?: (frame: Frame, passage: Passage, all: ReadonlySet<Passage>) => readonly Frame[];
  /** What the server hears instead of the frame. */
  readonly fromClient?: (frame: Frame, passage: Passage) => readonly Frame[];
  readonly close?: (code: number, reason: string) => readonly [number, string];
  readonly left?: (passage: Passage) => void;
}

const eventsOf = (frame: Frame): Frame[] => (Array.isArray(frame.events) ? frame.events : []);
const withEvents = (frame: Frame, events: readonly Frame[]): Frame[] =>
  events.length > 0 ? [{ ...frame, events }] : [];

/** Changes the frames of events only. */
const onEvents =
  (change: (events: Frame[], passage: Passage) => readonly Frame[]): NonNullable<Wrong["fromServer"]> =>
  (frame, passage) =>
    frame.type === "events" ? withEvents(frame, change(eventsOf(frame), passage)) : [frame];

const run = "7-runs/is a run: with a tool";
const sameEverywhere = "2-resume/shows the same to every connection";

export const wrongServers: readonly Wrong[] = [
  {
    does: "drops an event",
    caughtBy: [run, sameEverywhere],
    because: /P8/,
    fromServer: onEvents((events) => events.filter(({ seq }) => seq !== 2)),
  },
  {
    does: "repeats an event",
    caughtBy: [run],
    because: /P8/,
    fromServer: onEvents((events) => events.flatMap((event) => (event.seq === 2 ? [event, event] : [event]))),
  },
  {
    does: "reorders events",
    caughtBy: ["4-commands/takes a question"],
    because: /P8|not within/,
    fromServer: onEvents((events) => events.toReversed()),
  },
  {
    does: "leaves a tool call open and renumbers the rest",
    caughtBy: [run],
    because: /P23/,
    fromServer: onEvents((events, { memory }) => {
      const kept: Frame[] = [];
      for (const event of events) {
        const dropped = Number(memory.get("dropped") ?? 0);
        if (event.type === "tool_completed") memory.set("dropped", dropped + 1);
        else
          kept.push({
            ...event,
            offset: Number(event.offset) - dropped,
            ...(event.seq ? { seq: Number(event.seq) - dropped } : {}),
          });
      }
      return kept;
    }),
  },
  {
    does: "leaks a user's events to others",
    caughtBy: ["9-isolation/shows a log to its user only"],
    because: /P8|never come/,
    fromServer(frame, passage, all) {
      if (frame.type === "events")
        for (const other of all) if (other.cookie !== passage.cookie) other.toClient(frame);
      return [frame];
    },
  },
  {
    does: "replays something else than it sent live",
    caughtBy: ["2-resume/replays after the cursor"],
    because: /P27/,
    fromClient(frame, { memory }) {
      if (frame.type === "hello" && frame.cursor) memory.set("replays", true);
      return [frame];
    },
    fromServer: onEvents((events, { memory }) =>
      memory.get("replays") ? events.map((event) => ({ ...event, at: Number(event.at) + 1 })) : events,
    ),
  },
  {
    does: "never replays",
    caughtBy: ["2-resume/replays after the cursor"],
    because: /not within|snapshot/,
    fromClient: (frame) => [frame.type === "hello" ? { ...frame, cursor: undefined } : frame],
  },
  {
    does: "says caught_up twice",
    caughtBy: ["2-resume/gives a snapshot without a cursor"],
    because: /P6: caught_up came twice/,
    fromServer: (frame) => (frame.type === "caught_up" ? [frame, frame] : [frame]),
  },
  {
    does: "closes with another code",
    caughtBy: ["1-connection/wants a good hello: no client"],
    because: /it is 4500, not 4502/,
    close: (code, reason) => (code === 4502 ? [4500, "hello_timeout"] : [code, reason]),
  },
  {
    does: "closes without a reason",
    caughtBy: ["1-connection/wants a good hello: no client"],
    because: /P26/,
    close: (code) => [code, ""],
  },
  {
    does: "forgets to answer",
    caughtBy: ["4-commands/cancels once"],
    because: /not within/,
    fromServer: (frame) => (frame.type === "done" ? [] : [frame]),
  },
  {
    does: "carries a repeated command out again",
    caughtBy: ["4-commands/carries a command out once"],
    because: /runId|messageId|threadId/,
    fromClient(frame, { memory }) {
      if (frame.type !== "send") return [frame];
      const seen = memory.has(String(frame.id));
      memory.set(String(frame.id), true);
      return [seen ? { ...frame, id: `again-${crypto.randomUUID()}` } : frame];
    },
    fromServer(frame, { memory }) {
      const asked = [...memory.keys()].at(-1) ?? "";
      return [String(frame.id ?? "").startsWith("again-") ? { ...frame, id: asked } : frame];
    },
  },
  {
    does: "takes fields that are not listed",
    caughtBy: ["3-faults/refuses fields that are not listed: in cancel"],
    because: /not_found/,
    fromClient: (frame) => [
      frame.type === "cancel" ? { type: "cancel", id: frame.id, runId: frame.runId } : frame,
    ],
  },
  {
    does: "does without hello",
    caughtBy: ["1-connection/wants hello: before pong"],
    because: /welcome/,
    fromClient(frame, passage) {
      if (frame.type !== "hello" && !passage.memory.has("hello"))
        passage.toServer({ type: "hello", client: "proxy" });
      passage.memory.set("hello", true);
      return [frame];
    },
  },
  {
    does: "cancels a run when its socket closes",
    caughtBy: ["4-commands/outlives its socket: cut"],
    because: /activeRuns|without/,
    fromServer: onEvents((events, { memory }) => {
      for (const event of events) if (event.type === "agent_started") memory.set("run", event.runId);
      return events;
    }),
    left: ({ memory, toServer }) =>
      toServer({ type: "cancel", id: `left-${crypto.randomUUID()}`, runId: memory.get("run") }),
  },
  {
    does: "tells that a run is another user's",
    caughtBy: ["9-isolation/answers for another's as for nothing: cancel"],
    because: /forbidden/,
    fromServer: (frame) => [frame.code === "not_found" ? { ...frame, code: "forbidden" } : frame],
  },
  {
    does: "says that a fault may pass which never does",
    caughtBy: ["3-faults/answers a frame that it cannot read: not JSON"],
    because: /retry/,
    fromServer: (frame) => [frame.type === "error" ? { ...frame, retry: "later" } : frame],
  },
];

/** How long a line to the right server lives on, so that what is said at the end is still heard. */
const lingerMs = 50;

export class WrongServer {
  readonly #right: URL;
  readonly #wrong: Change;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #passages = new Set<Passage>();
  readonly #upstreams = new Set<WebSocket>();

  static async start(rightUrl: string, wrong: Change): Promise<WrongServer> {
    const server = new WrongServer(rightUrl, wrong);
    server.#http.listen(0, "127.0.0.1");
    await once(server.#http, "listening");
    return server;
  }

  private constructor(rightUrl: string, wrong: Change) {
    this.#right = new URL(rightUrl);
    this.#wrong = wrong;
    this.#http = createServer((incoming, response) => {
      const { hostname, port } = this.#right;
      const headers = { ...incoming.headers, host: this.#right.host, origin: this.#right.origin };
      const forward = request(
        { hostname, port, path: incoming.url, method: incoming.method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      forward.on("error", () => response.destroy());
      incoming.pipe(forward);
    });
    this.#sockets = new WebSocketServer({
      server: this.#http,
      handleProtocols: () => "goldenpath.v1",
      perMessageDeflate: false,
    });
    this.#sockets.on("connection", (client, incoming) => this.#join(client, incoming.headers.cookie ?? ""));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    for (const upstream of this.#upstreams) upstream.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, "close");
  }

  #join(client: WebSocket, cookie: string): void {
    const { fromServer, fromClient, close, left } = this.#wrong;
    const upstream = new WebSocket(new URL("/ws", this.#right), "goldenpath.v1", {
      headers: { cookie },
      origin: this.#right.origin,
    });
    this.#upstreams.add(upstream);
    const early: string[] = [];
    const toUpstream = (text: string) => {
      if (upstream.readyState === WebSocket.CONNECTING) early.push(text);
      else if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
    };
    const passage: Passage = {
      cookie,
      memory: new Map(),
      toClient: (frame) => client.send(JSON.stringify(frame)),
      toServer: (frame) => toUpstream(JSON.stringify(frame)),
    };
    this.#passages.add(passage);
    upstream.on("open", () => {
      for (const text of early.splice(0)) upstream.send(text);
    });
    upstream.on("message", (data) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isFields(frame)) return;
      for (const one of fromServer?.(frame, passage, this.#passages) ?? [frame]) passage.toClient(one);
    });
    upstream.on("close", (code, reason) => {
      const [said, why] = close?.(code, String(reason)) ?? [code, String(reason)];
      if (said >= 4000 || said === 1000) client.close(said, why);
      else client.terminate();
    });
    client.on("message", (data) => {
      const text = String(data);
      const frame = parsed(text);
      if (isFields(frame) && fromClient) for (const one of fromClient(frame, passage)) passage.toServer(one);
      else toUpstream(text);
    });
    client.on("close", () => {
      this.#passages.delete(passage);
      left?.(passage);
      setTimeout(() => upstream.terminate(), lingerMs);
    });
    for (const socket of [client, upstream]) socket.on("error", () => socket.terminate());
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
