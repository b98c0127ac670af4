/** `node wrong-client.ts N`: our client, wrong in one thing, behind the adapter. For tests of the suite itself. */
import type { WebSocketLike } from "@goldenpath/client";
import { adapt } from "./client-adapter.ts";
import { isFields } from "./pattern.ts";

type Frame = { readonly [key: string]: unknown };

interface WrongClient {
  readonly does: string;
  /** The cases that must find it, by name. */
  readonly caughtBy: readonly string[];
  /** What they say. */
  readonly because: RegExp;
  /** What is sent instead of the frame. */
  readonly sends?: (frame: Frame) => readonly Frame[];
  /** What is taken for the frame. */
  readonly hears?: (frame: Frame, socket: WebSocket) => Frame;
  readonly closes?: (code: number) => number;
  readonly leaves?: readonly Frame[];
  readonly address?: (url: string) => string;
}

let offset = 0;

export const wrongClients: readonly WrongClient[] = [
  {
    does: "says no cursor",
    caughtBy: ["1-beginning/resumes with its cursor"],
    because: /cursor/,
    sends: (frame) => [frame.type === "hello" ? { ...frame, cursor: undefined } : frame],
  },
  {
    does: "sends a command again with another id",
    caughtBy: ["5-commands/sends what has no answer again"],
    because: /id is/,
    sends: (frame) => [frame.type === "send" ? { ...frame, id: `again-${crypto.randomUUID()}` } : frame],
  },
  {
    does: "does not answer ping",
    caughtBy: ["1-beginning/answers ping"],
    because: /pong/,
    sends: (frame) => (frame.type === "pong" ? [] : [frame]),
  },
  {
    does: "acknowledges what it did not receive",
    caughtBy: ["1-beginning/acknowledges what it received"],
    because: /C10/,
    sends: (frame) => [frame.type === "ack" ? { ...frame, offset: Number(frame.offset) + 1 } : frame],
  },
  {
    does: "sends fields of its own",
    caughtBy: ["5-commands/cancels a run"],
    because: /P16: cancel has force/,
    sends: (frame) => [frame.type === "cancel" ? { ...frame, force: true } : frame],
  },
  {
    does: "says hello twice",
    caughtBy: ["1-beginning/says nothing before welcome"],
    because: /C1/,
    sends: (frame) => (frame.type === "hello" ? [frame, frame] : [frame]),
  },
  {
    does: "comes back whatever the code says",
    caughtBy: ["4-closes/stops: bad_hello", "4-closes/asks for a login: session_revoked"],
    because: /told/,
    closes: () => 1006,
  },
  {
    does: "never comes back",
    caughtBy: ["4-closes/comes back after a cut"],
    because: /connect/,
    closes: () => 4500,
  },
  {
    does: "shows events whatever their offset",
    caughtBy: ["2-events/shows an event once", "2-events/takes no event after a gap"],
    because: /parts|close the line/,
    hears(frame) {
      if (frame.type === "snapshot") offset = 0;
      if (!Array.isArray(frame.events)) return frame;
      return { ...frame, events: frame.events.map((event: Frame) => ({ ...event, offset: ++offset })) };
    },
  },
  {
    does: "leaves at once at goaway",
    caughtBy: ["6-leaving/does not leave before its time"],
    because: /connected|closed the line|the client closed with/,
    hears(frame, socket) {
      if (frame.type === "goaway") socket.close();
      return frame;
    },
  },
  {
    does: "stops the runs when it leaves",
    caughtBy: ["5-commands/does not cancel when it leaves"],
    because: /never say/,
    leaves: [{ type: "cancel", id: "left", runId: "r1" }],
  },
  {
    does: "puts something into the URL",
    caughtBy: ["8-tickets/brings a ticket"],
    because: /P3/,
    address: (url) => `${url}?ticket=ticket-1`,
  },
];

function wrongSocket(wrong: WrongClient, url: string, protocol: string): WebSocketLike {
  const { sends, hears, closes, leaves = [], address } = wrong;
  const socket = new WebSocket(address?.(url) ?? url, protocol);
  return {
    send(text) {
      const frame: unknown = JSON.parse(text);
      for (const one of (isFields(frame) && sends?.(frame)) || [frame]) socket.send(JSON.stringify(one));
    },
    close(code, reason) {
      if (socket.readyState === WebSocket.OPEN) for (const one of leaves) socket.send(JSON.stringify(one));
      socket.close(code, reason);
    },
    addEventListener(type, listener) {
      socket.addEventListener(type, (event) => {
        const { data, code = 0 } = event as Partial<MessageEvent & CloseEvent>;
        const frame: unknown = type === "message" ? JSON.parse(String(data)) : undefined;
        const heard = isFields(frame) && hears ? JSON.stringify(hears(frame, socket)) : data;
        listener({ type, data: heard, code: closes?.(code) ?? code, reason: "" });
      });
    },
  };
}

if (import.meta.main) {
  const wrong = wrongClients[Number(process.argv[2])];
  if (!wrong) throw new RangeError("there is no such wrong client");
  await adapt({ webSocket: (url, protocol) => wrongSocket(wrong, url, protocol) });
}
