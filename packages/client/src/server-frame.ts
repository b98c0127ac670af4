import type { ServerFrame } from "@goldenpath/protocol";

export type DecodedFrame =
  | { readonly is: "frame"; readonly frame: ServerFrame }
  /** Of a type this client does not know: a newer server's, to be ignored. */
  | { readonly is: "unknown" }
  | { readonly is: "garbled" };

type Fields = { readonly [key: string]: unknown };
type Check = (frame: Fields) => boolean;

/**
 * Just what the client's own code relies on, by hand: schemas would cost more bytes than the rest of it.
 * Unknown fields and unknown event types pass, so that an older page lives with a newer server.
 */
const checks: { readonly [T in ServerFrame["type"]]: Check } = {
  welcome: (frame) =>
    isText(frame.userId) && isText(frame.epoch) && isCount(frame.heartbeatMs) && isFields(frame.limits),
  snapshot: ({ asOf, threads, activeRuns }) =>
    isFields(asOf) &&
    isText(asOf.epoch) &&
    isCount(asOf.offset) &&
    isListOf(threads, isThread) &&
    isListOf(activeRuns, isMessage),
  events: (frame) => isListOf(frame.events, isEvent),
  caught_up: (frame) => isCount(frame.head),
  done: (frame) => isText(frame.id) && frame.result !== undefined,
  error: (frame) => isText(frame.code) && isText(frame.message) && isText(frame.retry),
  expiring: (frame) => isCount(frame.atMs),
  goaway: (frame) => isCount(frame.afterMs),
  ping: () => true,
};

/** Reads one server frame; never throws. */
export function decodeServerFrame(data: unknown): DecodedFrame {
  let value: unknown;
  try {
    value = typeof data === "string" ? JSON.parse(data) : undefined;
  } catch {
    return { is: "garbled" };
  }
  if (!isFields(value) || !isText(value.type)) return { is: "garbled" };
  if (!Object.hasOwn(checks, value.type)) return { is: "unknown" };
  return isServerFrame(value) ? { is: "frame", frame: value } : { is: "garbled" };
}

export function isMessage(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value.id) &&
    isText(value.threadId) &&
    isText(value.role) &&
    isText(value.status) &&
    isListOf(value.parts, isFields)
  );
}

export function isThread(value: unknown): boolean {
  return isFields(value) && isText(value.id) && isText(value.title) && isCount(value.updatedAt);
}

export function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isServerFrame(value: Fields): value is Fields & ServerFrame {
  const check = checks[value.type as ServerFrame["type"]];
  return check(value);
}

function isEvent(value: unknown): boolean {
  if (!isFields(value) || !isFields(value.data)) return false;
  const { type, data } = value;
  if (type === "message_created" && !isMessage(data.message)) return false;
  if ((type === "thread_created" || type === "thread_updated") && !isThread(data.thread)) return false;
  return isCount(value.offset) && isText(value.id) && isText(type) && isText(value.threadId);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
