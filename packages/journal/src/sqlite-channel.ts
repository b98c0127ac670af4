/**
 * What the journal and its worker thread say to each other. Events travel as one text, a line for each, as
 * they are stored: without their offsets. The thread needs nothing but SQLite, so that it starts fast.
 */
import type { Attachment, AttachmentHead, Claim, Extent, Page, Run, TrimLimits } from "./journal.ts";
import type { OpenFailure } from "./sqlite-failure.ts";
import type { OpenRequest } from "./sqlite-open.ts";
import type { PackedGroup, PackedOutcome } from "./sqlite-pack.ts";

export interface WorkerOptions extends OpenRequest {
  readonly attachmentBytesTotalMax: number;
  readonly unfoldedEventsMax: number;
}

/** Each request and its answer. */
export interface Calls {
  group: { request: PackedGroup; answer: readonly PackedOutcome[] };
  extent: { request: { readonly userId: string }; answer: Extent };
  read: {
    request: {
      readonly userId: string;
      readonly after: number;
      readonly eventsMax: number;
      readonly bytesMax: number;
    };
    answer:
      | { readonly is: "events"; readonly count: number; readonly body: string; readonly head: number }
      | { readonly is: "trimmed"; readonly floor: number; readonly head: number };
  };
  threads: { request: { readonly userId: string; readonly page: Page }; answer: readonly string[] };
  thread: { request: { readonly userId: string; readonly threadId: string }; answer: string | undefined };
  messages: {
    request: { readonly userId: string; readonly threadId: string; readonly page: Page };
    answer: readonly string[];
  };
  run: { request: { readonly userId: string; readonly runId: string }; answer: Run | undefined };
  activeRuns: { request: { readonly userId: string }; answer: readonly Run[] };
  runEvents: {
    request: { readonly userId: string; readonly runId: string };
    answer: readonly { readonly offset: number; readonly tail: string }[];
  };
  /** `living`: the nodes whose runs are no orphans. */
  orphanedRuns: {
    request: { readonly living: readonly string[]; readonly limit: number };
    answer: readonly { readonly userId: string; readonly run: Run }[];
  };
  claimRun: {
    request: { readonly userId: string; readonly runId: string; readonly claim: Claim };
    answer: Run | undefined;
  };
  putAttachment: {
    request: { readonly userId: string; readonly attachment: Attachment };
    answer: "stored" | "too_large" | "storage_full" | "unavailable";
  };
  attachment: {
    request: { readonly userId: string; readonly attachmentId: string };
    answer: Attachment | undefined;
  };
  attachmentHead: {
    request: { readonly userId: string; readonly attachmentId: string };
    answer: AttachmentHead | undefined;
  };
  /** One slice of the users; `next` is where the following slice begins. */
  trim: {
    request: { readonly after: string; readonly now: number; readonly limits: TrimLimits };
    answer: { readonly users: number; readonly events: number; readonly next?: string };
  };
  close: { request: Record<never, never>; answer: undefined };
}

export type CallName = keyof Calls;

export type Request = {
  [N in CallName]: { readonly id: number; readonly call: N } & Calls[N]["request"];
}[CallName];

export type Reply =
  | { readonly is: "opened"; readonly epoch: string }
  | OpenFailure
  | { readonly is: "answer"; readonly id: number; readonly answer: Calls[CallName]["answer"] }
  /** The database did not let itself be read; the text is the database's own. */
  | { readonly is: "broken"; readonly id: number; readonly message: string };
