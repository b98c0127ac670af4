/**
 * The tables, all named `gp_…`: the file is shared with the login's own tables. The version stands in
 * `gp_meta` and not in `user_version`, which belongs to whoever else uses the file.
 *
 * Every table of users' things leads with the user's id (D4). Attachments stand apart from what every
 * commit touches. A migration is never changed once it has been released; a new one is added at the end.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Event } from "@goldenpath/protocol";
import { GroupRow } from "./sqlite-group.ts";

const migrations: readonly (string | ((database: DatabaseSync) => void))[] = [
  `
  -- The newest commits as they came, users mixed: one row for each transaction. They are folded into
  -- gp_chunk in time, so this table stays small; at open it is read into memory.
  CREATE TABLE gp_group (id INTEGER PRIMARY KEY, body TEXT NOT NULL);

  -- Events floor + 1 … head of a user stand in gp_chunk; what lies after head stands in gp_group.
  CREATE TABLE gp_log (
    user_id TEXT PRIMARY KEY, floor INTEGER NOT NULL, head INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Events first … last of one user, one per line, each without its offset.
  CREATE TABLE gp_chunk (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    bytes INTEGER NOT NULL, at_min INTEGER NOT NULL, at_max INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX gp_chunk_place ON gp_chunk (user_id, last, first, bytes, at_min, at_max);

  -- body is null once the thread is deleted.
  CREATE TABLE gp_thread (
    user_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL, offset INTEGER NOT NULL, body TEXT,
    PRIMARY KEY (user_id, thread_id)
  ) WITHOUT ROWID;
  CREATE INDEX gp_thread_newest ON gp_thread (user_id, updated_at, offset);

  CREATE TABLE gp_message (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, thread_id TEXT NOT NULL, message_id TEXT NOT NULL,
    offset INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE UNIQUE INDEX gp_message_id ON gp_message (user_id, thread_id, message_id);
  CREATE INDEX gp_message_place ON gp_message (user_id, thread_id, offset);

  -- last_offset and seq of an active run may lag behind gp_group; the rest is exact.
  CREATE TABLE gp_run (
    user_id TEXT NOT NULL, run_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    agent TEXT NOT NULL, message_id TEXT NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL,
    first_offset INTEGER NOT NULL, last_offset INTEGER NOT NULL, seq INTEGER NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER,
    PRIMARY KEY (user_id, run_id)
  ) WITHOUT ROWID;
  CREATE INDEX gp_run_active ON gp_run (user_id) WHERE state = 'active';

  CREATE TABLE gp_command (
    user_id TEXT NOT NULL, command_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL, result TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (user_id, command_id)
  ) WITHOUT ROWID;

  CREATE TABLE gp_attachment (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, attachment_id TEXT NOT NULL,
    name TEXT NOT NULL, media_type TEXT NOT NULL, at INTEGER NOT NULL,
    size INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX gp_attachment_id ON gp_attachment (user_id, attachment_id, size);
  `,
  `
  -- The node that has the run. Of a run that began before there were leases nobody is the owner.
  ALTER TABLE gp_run ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  `,
  markGroups,
  `
  -- Which threads have a message that names an attachment. One that none names is forgotten in time.
  CREATE TABLE gp_attachment_use (
    user_id TEXT NOT NULL, attachment_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    PRIMARY KEY (user_id, attachment_id, thread_id)
  ) WITHOUT ROWID;
  CREATE INDEX gp_attachment_use_thread ON gp_attachment_use (user_id, thread_id);
  INSERT OR IGNORE INTO gp_attachment_use
    SELECT m.user_id, p.value ->> 'attachmentId', m.thread_id FROM gp_message m, json_each(m.body, '$.parts') p
    WHERE p.value ->> 'type' = 'attachment';
  `,
];

export const schemaVersion = migrations.length;

/** 0 for a file without our tables. Reads only. */
export function storedVersion(database: DatabaseSync): number {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'gp_meta'")
    .get();
  if (!table) return 0;
  return Number(metaOf(database, "version") ?? 0);
}

/** Brings the tables from `from` to `schemaVersion`, inside the caller's transaction. */
export function migrate(database: DatabaseSync, from: number): void {
  if (from === schemaVersion) return;
  database.exec(
    "CREATE TABLE IF NOT EXISTS gp_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  );
  for (const migration of migrations.slice(from)) {
    if (typeof migration === "string") database.exec(migration);
    else migration(database);
  }
  setMeta(database, "version", String(schemaVersion));
}

export function metaOf(database: DatabaseSync, key: string): string | undefined {
  const row = database.prepare("SELECT value FROM gp_meta WHERE key = ?").get(key);
  return row === undefined ? undefined : String(row.value);
}

export function setMeta(database: DatabaseSync, key: string, value: string): void {
  database.prepare("INSERT OR REPLACE INTO gp_meta (key, value) VALUES (?, ?)").run(key, value);
}

/** Groups get beside their events what was a line among them, or had to be parsed (`sqlite-group.ts`). */
function markGroups(database: DatabaseSync): void {
  const rows = database.prepare("SELECT id, body FROM gp_group ORDER BY id").all();
  database.exec(`
    DROP TABLE gp_group;
    CREATE TABLE gp_group (id INTEGER PRIMARY KEY, names TEXT NOT NULL, marks BLOB NOT NULL, body TEXT NOT NULL);
  `);
  const put = database.prepare("INSERT INTO gp_group (id, names, marks, body) VALUES (?, ?, ?, ?)");
  for (const { id = 0, body } of rows) {
    const lines = String(body).split("\n");
    const group = new GroupRow();
    for (let line = 0; line < lines.length; ) {
      const [userId, first, count] = JSON.parse(lines[line++] ?? "") as [string, number, number];
      for (let offset = first; offset < first + count; offset++) {
        const tail = lines[line++] ?? "";
        const { runId = "", seq = 0, at } = JSON.parse(`{${tail}`) as Event;
        group.add({ userId, runId, seq, ats: [at], tails: [tail] }, offset);
      }
    }
    put.run(id, group.names, group.marks, group.body);
  }
}
