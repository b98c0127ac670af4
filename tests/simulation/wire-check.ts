/**
 * Judges every text that a server wrote to a socket: at that moment, or later from a record.
 *
 *  J2  An event on a socket is in the store already, with exactly these bytes.
 *  D1-D3  One socket's events continue what its hello or its snapshot said, each once, without a gap.
 *  D4  A socket carries its owner's log, answers its owner's commands, and holds nobody else's secret.
 *  D5  What waits in a socket is bounded.
 *  D7  Nothing is written for a session after it was revoked.
 */
import { type Cursor, limits, type ServerFrame, type SnapshotFrame } from "@goldenpath/protocol";
import type { Witness } from "./history.ts";
import { LogModels, type Stored } from "./log-model.ts";
import { isSameJson } from "./same-json.ts";

/** Whose socket it is and what its page said in hello; the page tells. */
export interface SocketOwner {
  readonly userId: string;
  readonly sessionId: string;
  cursor: Cursor | undefined;
}

/** The server's side of a socket when it wrote. */
export interface WrittenTo {
  /** Nobody will ever read it. */
  readonly isCut: boolean;
  readonly bufferedBytes: number;
}

/** What may wait by design, one read of the journal, and the answers of one tick; beside the largest frame. */
const bufferedBytesMax = limits.bufferedBytesMax + 256 * 1024 + 64 * 1024;

export class WireCheck {
  readonly owners = new Map<number, SocketOwner>();
  /** When each session was revoked. */
  readonly revokedAtMs = new Map<string, number>();
  /** Who gave which command, by its id. */
  readonly commandUsers = new Map<string, string>();
  /** How long a node may not know that another one ended a session. */
  revokeMsMax = 0;
  readonly #disk: Stored;
  readonly #models: LogModels;
  readonly #history: Witness;

  constructor(disk: Stored, history: Witness) {
    this.#disk = disk;
    this.#models = new LogModels(disk);
    this.#history = history;
  }

  watch(socket: { readonly id: number }): (text: string, side: WrittenTo) => void {
    const state = { epoch: "", offset: undefined as number | undefined, largest: 0 };
    return (text, side) => {
      const history = this.#history;
      history.note("wire", `${socket.id} ${text}`);
      const owner = this.owners.get(socket.id);
      const carried = isEvents(text)
        ? carriedIn(text, this.#disk.logs.get(owner?.userId ?? "") ?? [])
        : undefined;
      const frame = carried ? undefined : (JSON.parse(text) as ServerFrame);
      const type = frame?.type ?? "events";
      const fail = (rule: string, detail: string) =>
        history.violated(rule, `socket ${socket.id} of ${owner?.userId}: ${detail}`);
      if (!owner) {
        if (type !== "error") fail("D4", `${type} to somebody without a session`);
        return;
      }
      const revokedAtMs = this.revokedAtMs.get(owner.sessionId);
      if (revokedAtMs !== undefined && !side.isCut && this.now() > revokedAtMs + this.revokeMsMax) {
        fail("D7", `${type} written ${Math.round(this.now() - revokedAtMs)} ms after the session ended`);
      }
      for (const userId of this.#disk.logs.keys()) {
        if (userId !== owner.userId && text.includes(`secret-${userId}`))
          fail("D4", `the secret of ${userId}`);
      }
      state.largest = Math.max(state.largest, text.length);
      if (side.bufferedBytes > bufferedBytesMax + state.largest)
        fail("D5", `${side.bufferedBytes} bytes wait in the socket`);
      if (carried) {
        if (carried.first !== (state.offset ?? -1) + 1) {
          fail(
            carried.first <= (state.offset ?? -1) ? "D2" : "D3",
            `event ${carried.first} after ${state.offset}`,
          );
        }
        state.offset = carried.last;
        return;
      }
      switch (frame?.type) {
        case "welcome":
          if (frame.userId !== owner.userId) fail("D4", `welcome names ${frame.userId}`);
          state.epoch = frame.epoch;
          if (owner.cursor?.epoch === frame.epoch) state.offset = owner.cursor.offset;
          return;
        case "snapshot":
          if (frame.asOf.epoch !== state.epoch) fail("D1", "the snapshot is of another epoch");
          state.offset = frame.asOf.offset;
          this.#checkSnapshot(owner.userId, frame, fail);
          return;
        case "events":
          fail("J2", `events from ${frame.events[0]?.offset} on are not what the store has`);
          state.offset = frame.events.at(-1)?.offset ?? state.offset;
          return;
        case "caught_up":
          if (frame.head !== state.offset) fail("D3", `caught up at ${frame.head}, but sent ${state.offset}`);
          return;
        case "done":
          if (this.commandUsers.get(frame.id) !== owner.userId) fail("D4", `answers the command ${frame.id}`);
          return;
      }
    };
  }

  now: () => number = () => 0;

  /** What the snapshot says of runs has to be the log up to `asOf`; threads may be ahead of it. */
  #checkSnapshot(userId: string, frame: SnapshotFrame, fail: (rule: string, detail: string) => void): void {
    const log = this.#disk.logs.get(userId) ?? [];
    if (frame.asOf.offset > log.length) {
      fail("J2", `a snapshot as of ${frame.asOf.offset}; the store has ${log.length}`);
      return;
    }
    const model = this.#models.at(userId, frame.asOf.offset);
    const told = new Map(frame.activeRuns.map((message) => [message.runId ?? "", message]));
    for (const [runId, message] of told) {
      if (model.deleted.has(message.threadId)) fail("D1", `the snapshot has ${runId} of a deleted thread`);
      const expected = model.runs.get(runId)?.message;
      if (!isSameJson(message, expected)) fail("D1", `the snapshot's run ${runId} is not the log's`);
    }
    const later = log
      .slice(frame.asOf.offset)
      .filter((json) => json.includes('"thread_deleted"'))
      .join();
    for (const run of model.active()) {
      if (!told.has(run.runId) && !later.includes(`"${run.threadId}"`))
        fail("D3", `the snapshot as of ${frame.asOf.offset} lacks the run ${run.runId}`);
    }
    const live = new Set(frame.threads.map(({ id }) => id));
    for (const id of model.deleted) if (live.has(id)) fail("D1", `the snapshot has the deleted thread ${id}`);
  }
}

const framed = '{"type":"events","events":[';

function isEvents(text: string): boolean {
  return text.startsWith(framed);
}

/** Which events of the log a frame carries, byte for byte; undefined when it holds anything else. */
function carriedIn(
  text: string,
  log: readonly string[],
): { readonly first: number; readonly last: number } | undefined {
  const first = Number(/^\{"offset":(\d+),/.exec(text.slice(framed.length, framed.length + 40))?.[1]);
  let at = framed.length;
  for (let offset = first; ; offset++) {
    const event = log[offset - 1];
    if (event === undefined || !text.startsWith(event, at)) return undefined;
    at += event.length;
    if (text[at] === "]")
      return text.length === at + 2 && text[at + 1] === "}" ? { first, last: offset } : undefined;
    if (text[at++] !== ",") return undefined;
  }
}
