/** What travels between nodes, as text: a commit with its bytes, or a signal. What cannot be read is nothing. */
import type { Committed } from "@goldenpath/journal";
import type { Signal } from "./bus.ts";

/** A line `first head epoch`, then one event a line: JSON text holds no line feed. */
export function encodeCommitted({ first, head, epoch, events }: Omit<Committed, "userId">): string {
  return [`${first} ${head} ${epoch}`, ...events].join("\n");
}

export function decodeCommitted(userId: string, text: string): Committed | undefined {
  const [line = "", ...events] = text.split("\n");
  const [, first, head, epoch] = /^(\d+) (\d+) (\S+)$/.exec(line) ?? [];
  if (first === undefined || head === undefined || epoch === undefined) return undefined;
  const committed = { userId, epoch, first: Number(first), head: Number(head), events };
  return committed.head - committed.first + 1 === events.length ? committed : undefined;
}

/** The same without its bytes: whoever hears it reads the journal. */
export function withoutEvents(committed: Committed): Committed {
  return { ...committed, first: committed.head + 1, events: [] };
}

export function decodeSignal(text: string): Signal | undefined {
  return judgeSignal(parsed(text));
}

function judgeSignal(value: unknown): Signal | undefined {
  const fields: Partial<Record<string, unknown>> = Object(value);
  const { is, sessionId, runId, attempt, approvalId, decision } = fields;
  if (is === "session_ended" && typeof sessionId === "string") return { is, sessionId };
  if (is === "run_left" && typeof runId === "string") return { is, runId };
  if (is === "run_taken" && typeof runId === "string" && typeof attempt === "number") {
    return { is, runId, attempt };
  }
  if (is === "approval_decided" && typeof approvalId === "string") {
    if (decision === "approve" || decision === "reject") return { is, approvalId, decision };
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What one NOTIFY may carry is under 8,000 bytes. */
const payloadBytesMax = 7_900;

export type Notice =
  | { readonly is: "grown"; readonly committed: Committed }
  | { readonly is: "signal"; readonly userId: string; readonly signal: Signal };

interface Signalled {
  readonly userId: string;
  readonly signal: Signal;
}

/** As few payloads as hold them: JSON `[node, entry, …]`, an entry being `[user, signal]` or `[user, head, epoch]`. */
export function encodeNotices(
  nodeId: string,
  signals: readonly Signalled[],
  grown: readonly Committed[],
): readonly string[] {
  const entries = [
    ...signals.map(({ userId, signal }) => [userId, signal]),
    ...grown.map(({ userId, head, epoch }) => [userId, head, epoch]),
  ].map((entry) => JSON.stringify(entry));
  const start = `[${JSON.stringify(nodeId)}`;
  const payloads: string[] = [];
  let payload = start;
  for (const entry of entries) {
    // Nothing that is told is near this; a single entry of it would make Postgres refuse the others too.
    if (Buffer.byteLength(start) + Buffer.byteLength(entry) + 2 > payloadBytesMax) continue;
    const full = Buffer.byteLength(payload) + Buffer.byteLength(entry) + 2 > payloadBytesMax;
    if (full && payload !== start) {
      payloads.push(`${payload}]`);
      payload = start;
    }
    payload += `,${entry}`;
  }
  if (payload !== start) payloads.push(`${payload}]`);
  return payloads;
}

/** What other nodes than `nodeId` say in a payload. */
export function decodeNotices(nodeId: string, payload: string): readonly Notice[] {
  const value = parsed(payload);
  if (!Array.isArray(value)) return [];
  const [from, ...entries] = value as readonly unknown[];
  if (from === nodeId) return [];
  return entries.flatMap((entry): readonly Notice[] => {
    if (!Array.isArray(entry)) return [];
    const [userId, what, epoch] = entry as readonly unknown[];
    if (typeof userId !== "string") return [];
    if (typeof what === "number" && typeof epoch === "string") {
      return [{ is: "grown", committed: { userId, epoch, first: what + 1, head: what, events: [] } }];
    }
    const signal = judgeSignal(what);
    return signal ? [{ is: "signal", userId, signal }] : [];
  });
}

/**
 * A user's id as one token of a subject: letters, digits, `-` and `_` stand for themselves, every other byte as
 * `=` and two hexadecimal digits. Two ids never become the same token.
 */
export function subjectToken(userId: string): string {
  const escaped = (byte: string) => `=${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return Buffer.from(userId, "utf8")
    .toString("latin1")
    .replace(/[^A-Za-z0-9_-]/g, escaped);
}

export function userOfToken(token: string): string {
  const bytes = token.replace(/=([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
