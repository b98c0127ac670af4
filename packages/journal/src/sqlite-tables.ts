/**
 * Threads, messages, command ids and attachments in their tables. Everything here is written inside the
 * transaction of the commit it belongs to, and read by its owner's id only (D4).
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Json } from "@goldenpath/protocol";
import { attachmentCost, attachmentFits } from "./attachment-limit.ts";
import type { Attachment, AttachmentHead, Page } from "./journal.ts";
import type { KeptMessage, ThreadChange, ThreadState } from "./judge.ts";
import { pageLimit } from "./page.ts";

const threadStatesCachedMax = 20_000;

export class SqliteTables {
  readonly #sql: ReturnType<typeof statements>;
  /** By user and thread; asked for with every event of a run. */
  readonly #threadStates = new Map<string, ThreadState>();

  constructor(database: DatabaseSync) {
    this.#sql = statements(database);
  }

  /** Forgets what memory knew of a transaction that failed. */
  forget(): void {
    this.#threadStates.clear();
  }

  threadState(userId: string, threadId: string): ThreadState | undefined {
    const key = threadKey(userId, threadId);
    const cached = this.#threadStates.get(key);
    if (cached) return cached;
    const row = this.#sql.thread.get(userId, threadId);
    if (!row) return undefined;
    const state = row.body === null ? "deleted" : "live";
    this.#remember(key, state);
    return state;
  }

  changeThread(userId: string, change: ThreadChange): void {
    if (change.is === "put") {
      const { thread, offset } = change;
      this.#sql.putThread.run(userId, thread.id, thread.updatedAt, offset, JSON.stringify(thread));
      this.#remember(threadKey(userId, thread.id), "live");
      return;
    }
    if (change.is === "touch") {
      this.#sql.touchThread.run(change.at, change.at, change.offset, userId, change.threadId);
      return;
    }
    this.#sql.deleteThread.run(change.offset, userId, change.threadId);
    this.#sql.deleteMessages.run(userId, change.threadId);
    this.#dropAttachments(userId, change.threadId);
    this.#remember(threadKey(userId, change.threadId), "deleted");
  }

  thread(userId: string, threadId: string): string | undefined {
    return bodyOf(this.#sql.thread.get(userId, threadId));
  }

  threads(userId: string, page: Page): readonly string[] {
    if (page.before === undefined) return bodies(this.#sql.threads.all(userId, pageLimit(page)));
    const before = this.#sql.thread.get(userId, page.before);
    if (!before) return [];
    const { updated_at: updatedAt = 0, offset = 0 } = before;
    return bodies(this.#sql.threadsBefore.all(userId, updatedAt, offset, pageLimit(page)));
  }

  keepMessage(userId: string, { threadId, id, offset, json, attachmentIds }: KeptMessage): void {
    if (this.threadState(userId, threadId) !== "live") return;
    this.#sql.putMessage.run(userId, threadId, id, offset, json);
    for (const attachmentId of attachmentIds) this.#sql.putUse.run(userId, attachmentId, threadId);
  }

  hasMessage(userId: string, threadId: string, messageId: string): boolean {
    return this.#sql.message.get(userId, threadId, messageId) !== undefined;
  }

  messages(userId: string, threadId: string, page: Page): readonly string[] {
    let before: number | bigint = Number.MAX_SAFE_INTEGER;
    if (page.before !== undefined) {
      const row = this.#sql.message.get(userId, threadId, page.before);
      if (!row) return [];
      before = Number(row.offset);
    }
    return bodies(this.#sql.messages.all(userId, threadId, before, pageLimit(page))).reverse();
  }

  command(userId: string, id: string): { readonly fingerprint: string; readonly result: Json } | undefined {
    const row = this.#sql.command.get(userId, id);
    return row && { fingerprint: String(row.fingerprint), result: JSON.parse(String(row.result)) as Json };
  }

  putCommand(userId: string, id: string, fingerprint: string, result: Json, at: number): void {
    this.#sql.putCommand.run(userId, id, fingerprint, JSON.stringify(result), at);
  }

  /** Commands, and attachments that no message names, of before `oldest`. */
  forgetOld(userId: string, oldest: number): void {
    this.#sql.forgetCommands.run(userId, oldest);
    this.#sql.forgetAttachments.run(userId, oldest);
  }

  putAttachment(userId: string, attachment: Attachment, totalMax: number): "stored" | "too_large" {
    const { id, name, mediaType, at, bytes } = attachment;
    const others = this.#sql.attachmentSizes.get(userId, id);
    const kept = Number(others?.bytes ?? 0) + attachmentCost(0) * Number(others?.count ?? 0);
    if (!attachmentFits(kept, bytes.byteLength, totalMax)) return "too_large";
    this.#sql.dropAttachment.run(userId, id);
    this.#sql.putAttachment.run(userId, id, name, mediaType, at, bytes.byteLength, bytes);
    return "stored";
  }

  attachmentHead(userId: string, attachmentId: string): AttachmentHead | undefined {
    const row = this.#sql.attachmentHead.get(userId, attachmentId);
    if (!row) return undefined;
    return { name: String(row.name), mediaType: String(row.media_type), sizeBytes: Number(row.size) };
  }

  attachment(userId: string, attachmentId: string): Attachment | undefined {
    const row = this.#sql.attachment.get(userId, attachmentId);
    if (!row || !(row.bytes instanceof Uint8Array)) return undefined;
    const { name, media_type: mediaType, at, bytes } = row;
    return { id: attachmentId, name: String(name), mediaType: String(mediaType), at: Number(at), bytes };
  }

  /** Those that no other thread's messages name go with the thread. */
  #dropAttachments(userId: string, threadId: string): void {
    const used = this.#sql.usedBy.all(userId, threadId);
    this.#sql.dropUses.run(userId, threadId);
    for (const { attachment_id: id = "" } of used) this.#sql.dropUnused.run(userId, id);
  }

  #remember(key: string, state: ThreadState): void {
    if (this.#threadStates.size >= threadStatesCachedMax) this.#threadStates.clear();
    this.#threadStates.set(key, state);
  }
}

function bodyOf(row: Record<string, unknown> | undefined): string | undefined {
  return typeof row?.body === "string" ? row.body : undefined;
}

function bodies(rows: readonly Record<string, unknown>[]): string[] {
  return rows.flatMap((row) => (typeof row.body === "string" ? [row.body] : []));
}

type StatementName =
  | "thread"
  | "threads"
  | "threadsBefore"
  | "putThread"
  | "touchThread"
  | "deleteThread"
  | "deleteMessages"
  | "message"
  | "messages"
  | "putMessage"
  | "command"
  | "putCommand"
  | "forgetCommands"
  | "attachment"
  | "attachmentHead"
  | "attachmentSizes"
  | "putAttachment"
  | "dropAttachment"
  | "dropUnused"
  | "forgetAttachments"
  | "usedBy"
  | "putUse"
  | "dropUses";

function statements(database: DatabaseSync): { readonly [name in StatementName]: StatementSync } {
  const prepare = (sql: string) => database.prepare(sql);
  const newest = "ORDER BY updated_at DESC, offset DESC LIMIT ?";
  const unused =
    "NOT EXISTS (SELECT 1 FROM gp_attachment_use u WHERE u.user_id = a.user_id AND u.attachment_id = a.attachment_id)";
  return {
    thread: prepare("SELECT updated_at, offset, body FROM gp_thread WHERE user_id = ? AND thread_id = ?"),
    threads: prepare(`SELECT body FROM gp_thread WHERE user_id = ? AND body IS NOT NULL ${newest}`),
    threadsBefore: prepare(
      `SELECT body FROM gp_thread WHERE user_id = ? AND (updated_at, offset) < (?, ?) AND body IS NOT NULL ${newest}`,
    ),
    putThread: prepare(
      "INSERT OR REPLACE INTO gp_thread (user_id, thread_id, updated_at, offset, body) VALUES (?, ?, ?, ?, ?)",
    ),
    touchThread: prepare(
      `UPDATE gp_thread SET body = json_set(body, '$.updatedAt', max(updated_at, ?)),
         updated_at = max(updated_at, ?), offset = ?
       WHERE user_id = ? AND thread_id = ? AND body IS NOT NULL`,
    ),
    deleteThread: prepare("UPDATE gp_thread SET body = NULL, offset = ? WHERE user_id = ? AND thread_id = ?"),
    deleteMessages: prepare("DELETE FROM gp_message WHERE user_id = ? AND thread_id = ?"),
    message: prepare("SELECT offset FROM gp_message WHERE user_id = ? AND thread_id = ? AND message_id = ?"),
    messages: prepare(
      "SELECT body FROM gp_message WHERE user_id = ? AND thread_id = ? AND offset < ? ORDER BY offset DESC LIMIT ?",
    ),
    putMessage: prepare(
      "INSERT INTO gp_message (user_id, thread_id, message_id, offset, body) VALUES (?, ?, ?, ?, ?)",
    ),
    command: prepare("SELECT fingerprint, result FROM gp_command WHERE user_id = ? AND command_id = ?"),
    putCommand: prepare(
      "INSERT INTO gp_command (user_id, command_id, fingerprint, result, at) VALUES (?, ?, ?, ?, ?)",
    ),
    forgetCommands: prepare("DELETE FROM gp_command WHERE user_id = ? AND at < ?"),
    attachment: prepare(
      "SELECT name, media_type, at, bytes FROM gp_attachment WHERE user_id = ? AND attachment_id = ?",
    ),
    attachmentHead: prepare(
      "SELECT name, media_type, size FROM gp_attachment WHERE user_id = ? AND attachment_id = ?",
    ),
    attachmentSizes: prepare(
      "SELECT sum(size) AS bytes, count(*) AS count FROM gp_attachment WHERE user_id = ? AND attachment_id <> ?",
    ),
    putAttachment: prepare(
      "INSERT INTO gp_attachment (user_id, attachment_id, name, media_type, at, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    dropAttachment: prepare("DELETE FROM gp_attachment WHERE user_id = ? AND attachment_id = ?"),
    dropUnused: prepare(
      `DELETE FROM gp_attachment AS a WHERE user_id = ? AND attachment_id = ? AND ${unused}`,
    ),
    forgetAttachments: prepare(`DELETE FROM gp_attachment AS a WHERE user_id = ? AND at < ? AND ${unused}`),
    usedBy: prepare("SELECT attachment_id FROM gp_attachment_use WHERE user_id = ? AND thread_id = ?"),
    putUse: prepare(
      "INSERT OR IGNORE INTO gp_attachment_use (user_id, attachment_id, thread_id) VALUES (?, ?, ?)",
    ),
    dropUses: prepare("DELETE FROM gp_attachment_use WHERE user_id = ? AND thread_id = ?"),
  };
}

/** Asked for with every event; the length keeps two pairs of ids apart. */
function threadKey(userId: string, threadId: string): string {
  return `${userId.length}:${userId}${threadId}`;
}
