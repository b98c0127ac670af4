/**
 * The tables in PostgreSQL, all in the schema `goldenpath`. Every table of users' things leads with the user's
 * id in its primary key (D4), sorted by bytes, so that every node locks users in the same order.
 *
 * Row-level security is the second wall under D4. It is on, and forced, for every table of users' things:
 *
 *  - `own`: a query sees the rows of the user named by the setting `goldenpath.user_id`, and none without it. It writes
 *    none.
 *  - `node`: what goes across users (a commit group, orphans, trimming) is done by the functions of
 *    `postgres-function.ts` alone. They belong to the role that made the tables, and only that role may pass by
 *    `goldenpath.node`. A node's own role, where it is another one, can read its users' rows and call functions.
 *
 * The settings are asked for in a SELECT of their own, so that they are looked up once for a statement, not for each
 * row.
 *
 * A migration is never changed once it has been released; a new one is added at the end. Nodes of the version
 * before go on while one migrates, so a migration leaves what they call in place.
 */
import { groupFunctions } from "./postgres-group-functions.ts";
import { keepingFunctions } from "./postgres-keeping-functions.ts";
import { nodeFunctions } from "./postgres-node-functions.ts";

const tables = `
-- epoch belongs to identity: the cluster, its timeline, the database in it, and this very table. A dump that was restored,
-- in place or elsewhere, and a standby that was promoted have another identity and get another epoch, because their logs
-- may lack what clients have seen.
CREATE TABLE goldenpath.meta (key text PRIMARY KEY, value text NOT NULL);

-- Which nodes live, by this database's clock. Holds nothing of users.
CREATE TABLE goldenpath.lease (node_id text PRIMARY KEY, until timestamptz NOT NULL);

-- version counts every change of the user's things. What a node knows of a user is true while version is the
-- same; a group is written only then. bytes counts the stored events.
CREATE TABLE goldenpath.log (
  user_id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL, floor bigint NOT NULL, head bigint NOT NULL, bytes bigint NOT NULL
) WITH (fillfactor = 50);

-- Events first … last of one user, one per line, each without its offset: what one group had of that user.
CREATE TABLE goldenpath.event (
  user_id text COLLATE "C" NOT NULL, last bigint NOT NULL, first bigint NOT NULL,
  at_min bigint NOT NULL, at_max bigint NOT NULL, bytes bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (user_id, last)
);

-- body is null once the thread is deleted. updated_at is newer than what stands in body.
CREATE TABLE goldenpath.thread (
  user_id text COLLATE "C" NOT NULL, thread_id text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL, "offset" bigint NOT NULL, body text,
  PRIMARY KEY (user_id, thread_id)
);
CREATE INDEX thread_newest ON goldenpath.thread (user_id, updated_at, "offset");

CREATE TABLE goldenpath.message (
  user_id text COLLATE "C" NOT NULL, thread_id text COLLATE "C" NOT NULL, message_id text COLLATE "C" NOT NULL,
  "offset" bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (user_id, thread_id, message_id)
);
CREATE INDEX message_place ON goldenpath.message (user_id, thread_id, "offset");

-- Half of each page is left free: a run that advances is rewritten in place, without touching an index.
CREATE TABLE goldenpath.run (
  user_id text COLLATE "C" NOT NULL, run_id text COLLATE "C" NOT NULL, thread_id text NOT NULL,
  agent text NOT NULL, message_id text NOT NULL, attempt bigint NOT NULL, owner text NOT NULL,
  state text NOT NULL, first_offset bigint NOT NULL, last_offset bigint NOT NULL, seq bigint NOT NULL,
  started_at bigint NOT NULL, ended_at bigint,
  PRIMARY KEY (user_id, run_id)
) WITH (fillfactor = 50);
CREATE INDEX run_active ON goldenpath.run (user_id, first_offset) WHERE state = 'active';
CREATE INDEX run_oldest ON goldenpath.run (started_at, user_id, first_offset) WHERE state = 'active';

CREATE TABLE goldenpath.command (
  user_id text COLLATE "C" NOT NULL, command_id text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL, result text NOT NULL, at bigint NOT NULL,
  PRIMARY KEY (user_id, command_id)
);
CREATE INDEX command_age ON goldenpath.command (user_id, at);

CREATE TABLE goldenpath.attachment (
  user_id text COLLATE "C" NOT NULL, attachment_id text COLLATE "C" NOT NULL,
  name text NOT NULL, media_type text NOT NULL, at bigint NOT NULL, size bigint NOT NULL, bytes bytea NOT NULL,
  PRIMARY KEY (user_id, attachment_id)
);
-- Pictures and archives do not get smaller by another compression.
ALTER TABLE goldenpath.attachment ALTER COLUMN bytes SET STORAGE EXTERNAL;
`;

const firstTables = ["log", "event", "thread", "message", "run", "command", "attachment"] as const;

/** The tables with rows of users. */
export const userTables = [...firstTables, "attachment_use"] as const;

const walls = (names: readonly string[]): string =>
  names
    .map(
      (table) => `
ALTER TABLE goldenpath.${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON goldenpath.${table} FOR SELECT
  USING (user_id = (SELECT current_setting('goldenpath.user_id', true)));
CREATE POLICY node ON goldenpath.${table} TO CURRENT_USER
  USING ((SELECT current_setting('goldenpath.node', true)) = 'on');
`,
    )
    .join("");

const attachmentUse = `
-- Which threads have a message that names an attachment. One that none names is forgotten in time.
CREATE TABLE goldenpath.attachment_use (
  user_id text COLLATE "C" NOT NULL, attachment_id text COLLATE "C" NOT NULL, thread_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, attachment_id, thread_id)
);
CREATE INDEX attachment_use_thread ON goldenpath.attachment_use (user_id, thread_id);
SELECT set_config('goldenpath.node', 'on', true);
INSERT INTO goldenpath.attachment_use
  SELECT DISTINCT m.user_id, p ->> 'attachmentId', m.thread_id
  FROM goldenpath.message m, json_array_elements(m.body::json -> 'parts') AS p WHERE p ->> 'type' = 'attachment';
SELECT set_config('goldenpath.node', '', true);
`;

const functions = [...nodeFunctions, ...groupFunctions, ...keepingFunctions].join("");

export const migrations: readonly string[] = [
  [tables, walls(firstTables), functions].join(""),
  [attachmentUse, walls(["attachment_use"]), functions].join(""),
];

export const schemaVersion = migrations.length;
