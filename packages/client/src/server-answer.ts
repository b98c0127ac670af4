/**
 * What a server says, read at the edge: frames of the socket, bodies of HTTP. Just what the client's own
 * code relies on is checked, by hand: schemas would take more bytes than the rest of it. Unknown fields and
 * unknown event types pass, so that an older page lives with a newer server. Nothing here throws.
 */
import type { ErrorFrame, Event, Message, ServerFrame, Thread } from "@goldenpath/protocol";
import { type Refusal, refusal } from "./state.ts";

export type DecodedFrame =
  | { readonly is: "frame"; readonly frame: ServerFrame }
  /** Of a type this client does not know: a newer server's, to be ignored. */
  | { readonly is: "unknown" }
  | { readonly is: "garbled" };

export interface HistoryBody {
  readonly threads: readonly Thread[];
  readonly messages: readonly Message[];
}

type Fields = { readonly [key: string]: unknown };
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
/** Not negative; NaN and Infinity are not of JSON. */
const count: Check = (value) => typeof value === "number" && value >= 0;
const anything: Check = (value) => value !== undefined;

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function fields(checks: { readonly [key: string]: Check }): Check {
  const entries = Object.entries(checks);
  return (value) => isFields(value) && entries.every(([key, check]) => check(value[key]));
}

const thread = fields({ id: text, title: text, updatedAt: count });
const threads = listOf(thread);
const messages = listOf(
  fields({ id: text, threadId: text, role: text, status: text, parts: listOf(isFields) }),
);
const error = fields({ code: text, message: text, retry: text });
const ofThread = fields({ thread });

const eventFields = fields({ offset: count, id: text, type: text, threadId: text, data: isFields });
const event: Check = (value) => {
  if (!eventFields(value)) return false;
  const { type, data } = value as Event;
  if (type === "message_created") return messages([data.message]);
  return type === "thread_created" || type === "thread_updated" ? ofThread(data) : true;
};

const frameChecks: { readonly [T in ServerFrame["type"]]: Check } = {
  welcome: fields({
    userId: text,
    epoch: text,
    heartbeatMs: count,
    limits: fields({ frameBytesMax: count }),
  }),
  snapshot: fields({ asOf: fields({ epoch: text, offset: count }), threads, activeRuns: messages }),
  events: fields({ events: listOf(event) }),
  caught_up: fields({ head: count }),
  done: fields({ id: text, result: anything }),
  error,
  expiring: fields({ atMs: count }),
  goaway: fields({ afterMs: count }),
  ping: isFields,
};

export function decodeServerFrame(data: unknown): DecodedFrame {
  let value: unknown;
  try {
    value = typeof data === "string" ? JSON.parse(data) : undefined;
  } catch {
    return { is: "garbled" };
  }
  if (!isFields(value) || typeof value.type !== "string") return { is: "garbled" };
  if (!Object.hasOwn(frameChecks, value.type)) return { is: "unknown" };
  return isFrame(value) ? { is: "frame", frame: value } : { is: "garbled" };
}

/** A page of threads, a page of messages, or one thread; undefined for anything else. */
export function readHistory(body: unknown): HistoryBody | undefined {
  if (!isFields(body)) return undefined;
  if (threads(body.threads)) return { threads: body.threads as Thread[], messages: [] };
  if (messages(body.messages)) return { threads: [], messages: body.messages as Message[] };
  return ofThread(body) ? { threads: [body.thread as Thread], messages: [] } : undefined;
}

/** The API's `{error}`, or what else the answer was. */
export function readRefusal(body: unknown, status: number): Refusal {
  if (isFields(body) && error(body.error)) return refusalOf(body.error as ErrorFrame);
  return refusal("unreachable", `HTTP ${status}.`, "later");
}

export function refusalOf({
  code,
  message,
  retry,
  afterMs,
}: Omit<ErrorFrame, "code"> & Pick<Refusal, "code">): Refusal {
  return { ...refusal(code, message, retry), afterMs };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isFrame(value: Fields): value is Fields & ServerFrame {
  return frameChecks[value.type as ServerFrame["type"]](value);
}
