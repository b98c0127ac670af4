/**
 * The journal in PostgreSQL, as its callers see it. Many nodes may have it open at once; each hears of its own
 * commits alone, and the bus tells the others.
 */
import type { Clock, Event, Json, Message, Thread } from "@goldenpath/protocol";
import { limits } from "@goldenpath/protocol";
import { attachmentCost } from "./attachment-limit.ts";
import { draftCommit } from "./draft.ts";
import {
  type Attachment,
  type AttachmentHead,
  type Claim,
  type Commit,
  type CommitOutcome,
  type Committed,
  type Extent,
  extentsMax,
  type Journal,
  type Page,
  type ReadOutcome,
  type Run,
  type TrimLimits,
} from "./journal.ts";
import { pageLimit } from "./page.ts";
import { PostgresCommits } from "./postgres-commits.ts";
import { fateOf } from "./postgres-failure.ts";
import { eventsOfRun, readLog } from "./postgres-log.ts";
import { pause, type Row, type Sessions, type Statement } from "./postgres-sessions.ts";
import { trimLogs } from "./postgres-trim.ts";
import { runOf } from "./run-row.ts";
import { Subscribers } from "./subscribers.ts";

/** What may be written twice is tried again this often when the database was lost. */
const triesMax = 6;
const pauseMs = 500;

export interface PostgresJournalParts {
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly epoch: () => string;
  readonly attachmentBytesTotalMax: number;
}

export class PostgresJournal implements Journal {
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #epoch: () => string;
  readonly #attachmentBytesTotalMax: number;
  readonly #commits: PostgresCommits;
  readonly #subscribers = new Subscribers();
  #closing: Promise<void> | undefined;

  constructor({ sessions, clock, epoch, attachmentBytesTotalMax }: PostgresJournalParts) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#epoch = epoch;
    this.#attachmentBytesTotalMax = attachmentBytesTotalMax;
    this.#commits = new PostgresCommits(sessions, clock, epoch, (committed) =>
      this.#subscribers.tell(committed),
    );
  }

  async commit(commit: Commit): Promise<CommitOutcome> {
    if (this.#closing !== undefined)
      return { is: "refused", why: "unavailable", detail: "The journal is closed." };
    const drafted = draftCommit(commit, this.#clock.now());
    return drafted.is === "refused" ? drafted : this.#commits.add(drafted.draft);
  }

  subscribe(listener: (committed: Committed) => void): () => void {
    return this.#subscribers.subscribe(listener);
  }

  async extent(userId: string): Promise<Extent> {
    const text = "SELECT floor, head FROM goldenpath.log WHERE user_id = $1";
    const [row] = await this.#sessions.asUser(userId, { name: "extent", text, values: [userId] });
    return { epoch: this.#epoch(), floor: Number(row?.floor ?? 0), head: Number(row?.head ?? 0) };
  }

  async extents(userIds: readonly string[]): Promise<ReadonlyMap<string, Extent>> {
    if (userIds.length > extentsMax) throw new RangeError(`extents: at most ${extentsMax} users`);
    const text = "SELECT goldenpath.extents($1) AS extents";
    const [row] = await this.#sessions.read({ name: "extents", text, values: [userIds] });
    const epoch = this.#epoch();
    const extents = new Map<string, Extent>(userIds.map((userId) => [userId, { epoch, floor: 0, head: 0 }]));
    const found = (row?.extents ?? []) as readonly (readonly [string, number, number])[];
    for (const [userId, floor, head] of found) extents.set(userId, { epoch, floor, head });
    return extents;
  }

  read(userId: string, after: number, eventsMax: number, bytesMax: number): Promise<ReadOutcome> {
    return readLog(this.#sessions, userId, after, eventsMax, bytesMax);
  }

  async threads(userId: string, page: Page): Promise<readonly Thread[]> {
    const newest = `body IS NOT NULL ORDER BY updated_at DESC, "offset" DESC LIMIT $2`;
    const rows =
      page.before === undefined
        ? await this.#sessions.asUser(userId, {
            name: "threads",
            text: `SELECT updated_at, body FROM goldenpath.thread WHERE user_id = $1 AND ${newest}`,
            values: [userId, pageLimit(page)],
          })
        : await this.#sessions.asUser(userId, {
            name: "threads_before",
            text: `SELECT updated_at, body FROM goldenpath.thread WHERE user_id = $1 AND (updated_at, "offset") <
              (SELECT b.updated_at, b."offset" FROM goldenpath.thread b WHERE b.user_id = $1 AND b.thread_id = $3)
              AND ${newest}`,
            values: [userId, pageLimit(page), page.before],
          });
    return rows.map(threadOf);
  }

  async thread(userId: string, threadId: string): Promise<Thread | undefined> {
    const text = `SELECT updated_at, body FROM goldenpath.thread
      WHERE user_id = $1 AND thread_id = $2 AND body IS NOT NULL`;
    const [row] = await this.#sessions.asUser(userId, { name: "thread", text, values: [userId, threadId] });
    return row && threadOf(row);
  }

  async messages(userId: string, threadId: string, page: Page): Promise<readonly Message[]> {
    const before = `"offset" < (SELECT b."offset" FROM goldenpath.message b
      WHERE b.user_id = $1 AND b.thread_id = $2 AND b.message_id = $4)`;
    const text = `SELECT body FROM goldenpath.message WHERE user_id = $1 AND thread_id = $2
      ${page.before === undefined ? "" : `AND ${before}`} ORDER BY "offset" DESC LIMIT $3`;
    const values = [userId, threadId, pageLimit(page)];
    const statement =
      page.before === undefined
        ? { name: "messages", text, values }
        : { name: "messages_before", text, values: [...values, page.before] };
    const rows = await this.#sessions.asUser(userId, statement);
    return rows.map(({ body }) => JSON.parse(String(body)) as Message).reverse();
  }

  async run(userId: string, runId: string): Promise<Run | undefined> {
    const text = "SELECT * FROM goldenpath.run WHERE user_id = $1 AND run_id = $2";
    const [row] = await this.#sessions.asUser(userId, { name: "run", text, values: [userId, runId] });
    return row && runOf(row);
  }

  async activeRuns(userId: string): Promise<readonly Run[]> {
    const text = "SELECT * FROM goldenpath.run WHERE user_id = $1 AND state = 'active' ORDER BY first_offset";
    const rows = await this.#sessions.asUser(userId, { name: "active_runs", text, values: [userId] });
    return rows.map(runOf);
  }

  async runEvents(userId: string, runId: string): Promise<readonly Event[]> {
    const run = await this.run(userId, runId);
    return run ? eventsOfRun(this.#sessions, userId, run) : [];
  }

  async renewLease(nodeId: string, leaseMs: number): Promise<void> {
    if (!nodeId) throw new TypeError("renewLease: nodeId is required");
    await this.#repeat({ text: "SELECT goldenpath.renew_lease($1, $2)", values: [nodeId, leaseMs] });
  }

  async endLease(nodeId: string): Promise<void> {
    await this.#repeat({ text: "SELECT goldenpath.end_lease($1)", values: [nodeId] });
  }

  async orphanedRuns(limit: number): Promise<readonly { readonly userId: string; readonly run: Run }[]> {
    const text = "SELECT goldenpath.orphans($1) AS orphans";
    const [row] = await this.#sessions.read({ name: "orphans", text, values: [limit] });
    const rows = (row?.orphans ?? []) as readonly Row[];
    return rows.map((each) => ({ userId: String(each.user_id), run: runOf(each) }));
  }

  async claimRun(userId: string, runId: string, { nodeId, attempt }: Claim): Promise<Run | undefined> {
    if (!nodeId) throw new TypeError("claimRun: nodeId is required");
    const text = "SELECT goldenpath.claim_run($1, $2, $3, $4) AS run";
    const { rows, lost } = await this.#repeat({ text, values: [userId, runId, nodeId, attempt] });
    this.#commits.forget(userId);
    if (rows[0]?.run) return runOf(rows[0].run as Row);
    if (!lost) return undefined;
    // The answer to the first claim was lost: when the run is ours at the next attempt, that one was taken.
    const run = await this.run(userId, runId);
    return run?.state === "active" && run.owner === nodeId && run.attempt === attempt + 1 ? run : undefined;
  }

  async putAttachment(
    userId: string,
    attachment: Attachment,
  ): Promise<"stored" | "too_large" | "storage_full" | "unavailable"> {
    if (this.#closing !== undefined) return "unavailable";
    const { id, name, mediaType, at } = attachment;
    if (attachment.bytes.byteLength > limits.attachmentBytesMax) return "too_large";
    // A copy: what the caller changes afterwards changes nothing here.
    const bytes = Buffer.from(attachment.bytes);
    const values = [userId, id, name, mediaType, at, bytes, attachmentCost(0), this.#attachmentBytesTotalMax];
    const text = "SELECT goldenpath.put_attachment($1, $2, $3, $4, $5, $6, $7, $8) AS fits";
    try {
      const { rows } = await this.#repeat({ text, values });
      return rows[0]?.fits === true ? "stored" : "too_large";
    } catch (error) {
      return fateOf(error, false).is === "storage_full" ? "storage_full" : "unavailable";
    }
  }

  async attachment(userId: string, attachmentId: string): Promise<Attachment | undefined> {
    const text = "SELECT * FROM goldenpath.attachment WHERE user_id = $1 AND attachment_id = $2";
    const values = [userId, attachmentId];
    const [row] = await this.#sessions.asUser(userId, { name: "attachment", text, values });
    if (!row || !(row.bytes instanceof Uint8Array)) return undefined;
    const { name, media_type: mediaType, at, bytes } = row;
    return {
      id: attachmentId,
      name: String(name),
      mediaType: String(mediaType),
      bytes: new Uint8Array(bytes),
      at: Number(at),
    };
  }

  async attachmentHead(userId: string, attachmentId: string): Promise<AttachmentHead | undefined> {
    const text =
      "SELECT name, media_type, size FROM goldenpath.attachment WHERE user_id = $1 AND attachment_id = $2";
    const values = [userId, attachmentId];
    const [row] = await this.#sessions.asUser(userId, { name: "attachment_head", text, values });
    return row && { name: String(row.name), mediaType: String(row.media_type), sizeBytes: Number(row.size) };
  }

  trim(trimLimits: TrimLimits): Promise<{ readonly users: number; readonly events: number }> {
    return trimLogs(this.#sessions, trimLimits, this.#clock.now() - trimLimits.ageMsMax);
  }

  close(): Promise<void> {
    this.#closing ??= this.#commits.idle().then(() => this.#sessions.close());
    return this.#closing;
  }

  /** A statement that may be executed twice. `lost`: an earlier answer to it was. */
  async #repeat(statement: Statement): Promise<{ readonly rows: readonly Row[]; readonly lost: boolean }> {
    for (let tries = 1; ; tries++) {
      try {
        return { rows: await this.#sessions.write(statement), lost: tries > 1 };
      } catch (error) {
        const { is } = fateOf(error, true);
        if (tries === triesMax || (is !== "again" && is !== "unknown")) throw error;
        await pause(this.#clock, pauseMs);
      }
    }
  }
}

/** What moved a thread up stands beside its body. */
function threadOf({ body, updated_at }: Row): Thread {
  return {
    ...(JSON.parse(String(body)) as Thread & { readonly [key: string]: Json }),
    updatedAt: Number(updated_at),
  };
}
