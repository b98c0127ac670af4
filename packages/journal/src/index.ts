export {
  type Attachment,
  type AttachmentHead,
  type Claim,
  type Commit,
  type CommitOutcome,
  type CommitRefusal,
  type Committed,
  commitBytesMax,
  defaultTrimLimits,
  type Extent,
  extentsMax,
  type Journal,
  type Page,
  type ReadOutcome,
  type Run,
  type RunState,
  type TrimLimits,
} from "./journal.ts";
export { createMemoryJournal, type MemoryJournalOptions } from "./memory.ts";
export { openPostgresJournal, type PostgresJournalOptions, type PostgresOpened } from "./postgres.ts";
export type { PostgresFailure, PostgresFailureCode } from "./postgres-failure.ts";
export { openSqliteJournal, type SqliteJournalOptions, type SqliteOpened } from "./sqlite.ts";
export type { OpenFailure, OpenFailureCode } from "./sqlite-failure.ts";
