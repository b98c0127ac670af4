/**
 * What one group of commits writes, as the rows that `goldenpath.commit_group` takes: gathered draft by draft, so
 * that each user's events are one row and each thread and run is written once.
 */
import type { Draft } from "./draft.ts";
import type { CommitOutcome, Run } from "./journal.ts";
import { judge, type ThreadChange } from "./judge.ts";
import type { KnownUser } from "./postgres-facts.ts";
import { rowOf } from "./run-row.ts";

/** What became of a draft, once its group is written. */
export type Judged =
  | { readonly is: "threw"; readonly error: TypeError }
  | { readonly is: "answered"; readonly outcome: Exclude<CommitOutcome, { readonly is: "committed" }> }
  | {
      readonly is: "appended";
      readonly first: number;
      readonly head: number;
      /** Stored bytes of the events that were kept. */
      readonly tails: readonly string[];
      readonly outcome: Omit<Extract<CommitOutcome, { readonly is: "committed" }>, "epoch">;
    };

/** By which it can be seen whether the group was written: one of its events or commands. */
export interface Witness {
  readonly userId: string;
  readonly events?: { readonly last: number; readonly body: string };
  readonly command?: { readonly id: string; readonly fingerprint: string };
}

type Row = Readonly<Record<string, unknown>>;

interface UserRow {
  readonly user: KnownUser;
  readonly version: number;
  readonly first: number;
  readonly tails: string[];
  bytes: number;
  atMin: number;
  atMax: number;
  changed: boolean;
}

interface ThreadRow {
  readonly is: "put" | "touch" | "delete";
  readonly user_id: string;
  readonly thread_id: string;
  readonly updated_at: number;
  readonly offset: number;
  readonly body: string | null;
}

interface MessageRow {
  readonly user_id: string;
  readonly thread_id: string;
  readonly message_id: string;
  readonly offset: number;
  readonly body: string;
}

export class PostgresGroup {
  readonly #userById = new Map<string, UserRow>();
  readonly #threads = new Map<string, ThreadRow>();
  readonly #messages: MessageRow[] = [];
  readonly #runs = new Map<string, readonly [string, Run]>();
  readonly #commands: Row[] = [];
  #witness: Witness | undefined;

  /** Judges the draft after those before it, and notes what it changes. */
  take(draft: Draft, user: KnownUser): Judged {
    const row = this.#user(user);
    let verdict: ReturnType<typeof judge>;
    try {
      verdict = judge(draft, user);
    } catch (error) {
      if (error instanceof TypeError) return { is: "threw", error };
      throw error;
    }
    if (verdict.is !== "append") return { is: "answered", outcome: verdict };
    const { changes } = verdict;
    const { first, head, keep, result } = changes;
    const tails = keep ? keep.map((index) => draft.tails[index] ?? "") : draft.tails;
    for (const index of keep ?? draft.marks.keys()) {
      const at = draft.marks[index]?.at ?? 0;
      row.atMin = Math.min(row.atMin, at);
      row.atMax = Math.max(row.atMax, at);
    }
    for (const tail of tails) {
      row.tails.push(tail);
      row.bytes += Buffer.byteLength(tail);
    }
    for (const change of changes.threads) this.#changeThread(draft.userId, change);
    for (const { threadId, id, offset, json } of changes.messages) {
      const message = { user_id: draft.userId, thread_id: threadId, message_id: id, offset, body: json };
      this.#messages.push(message);
    }
    for (const run of changes.runs) this.#runs.set(keyOf(draft.userId, run.runId), [draft.userId, run]);
    if (draft.command) this.#putCommand(draft, draft.command);
    if (tails.length > 0 || draft.command) row.changed = true;
    user.apply(draft, changes);
    return { is: "appended", first, head, tails, outcome: { is: "committed", first, head, result } };
  }

  get userIds(): readonly string[] {
    return [...this.#userById.keys()];
  }

  get changedUsers(): ReadonlySet<string> {
    return new Set([...this.#userById].filter(([, row]) => row.changed).map(([userId]) => userId));
  }

  /** Undefined when the group changes nothing. */
  get witness(): Witness | undefined {
    for (const [userId, { tails, user }] of this.#userById) {
      if (tails.length > 0) return { userId, events: { last: user.head, body: tails.join("\n") } };
    }
    return this.#witness;
  }

  /** The arguments of `commit_group`, in their order. */
  rows(): readonly unknown[] {
    const all = [...this.#userById];
    const changed = all.filter(([, row]) => row.changed);
    const unchanged = all.filter(([, row]) => !row.changed);
    const advanced: (readonly [string, Run])[] = [];
    const begun: Row[] = [];
    const ended: Row[] = [];
    for (const [userId, run] of this.#runs.values()) {
      // What began before this group has a row already.
      if (run.firstOffset >= (this.#userById.get(userId)?.first ?? 0)) begun.push(rowOf(userId, run));
      else if (run.state === "active") advanced.push([userId, run]);
      else ended.push(rowOf(userId, run));
    }
    return [
      changed.map(([userId]) => userId),
      bigints(changed.map(([, { version }]) => version)),
      bigints(changed.map(([, { user }]) => user.head)),
      bigints(changed.map(([, { bytes }]) => bytes)),
      bigints(changed.map(([, { first }]) => first)),
      bigints(changed.map(([, { atMin }]) => atMin)),
      bigints(changed.map(([, { atMax }]) => atMax)),
      changed.map(([, { tails }]) => (tails.length === 0 ? null : tails.join("\n"))),
      ...(unchanged.length === 0
        ? [null, null]
        : [unchanged.map(([userId]) => userId), bigints(unchanged.map(([, { version }]) => version))]),
      ...(advanced.length === 0
        ? [null, null, null, null]
        : [
            advanced.map(([userId]) => userId),
            advanced.map(([, { runId }]) => runId),
            bigints(advanced.map(([, { lastOffset }]) => lastOffset)),
            bigints(advanced.map(([, { seq }]) => seq)),
          ]),
      ...[begun, ended, [...this.#threads.values()], this.#keptMessages(), this.#commands].map(jsonOrNull),
    ];
  }

  #user(user: KnownUser): UserRow {
    const found = this.#userById.get(user.userId);
    if (found) return found;
    const { version, head } = user;
    const row: UserRow = {
      user,
      version,
      first: head + 1,
      tails: [],
      bytes: 0,
      atMin: Number.MAX_SAFE_INTEGER,
      atMax: 0,
      changed: false,
    };
    this.#userById.set(user.userId, row);
    return row;
  }

  /** Several changes of one thread become the one that they amount to. */
  #changeThread(user_id: string, change: ThreadChange): void {
    const thread_id = change.is === "put" ? change.thread.id : change.threadId;
    const key = keyOf(user_id, thread_id);
    const before = this.#threads.get(key);
    const place = { user_id, thread_id, offset: change.offset };
    if (change.is === "put") {
      const { thread } = change;
      this.#threads.set(key, {
        ...place,
        is: "put",
        updated_at: thread.updatedAt,
        body: JSON.stringify(thread),
      });
    } else if (change.is === "touch") {
      const updated_at = Math.max(before?.updated_at ?? 0, change.at);
      this.#threads.set(key, { ...place, is: before?.is ?? "touch", updated_at, body: before?.body ?? null });
    } else {
      const { is, updated_at } = before ?? { is: "delete", updated_at: 0 };
      // One that was made in this very group has no row yet that could be changed.
      this.#threads.set(key, { ...place, is: is === "put" ? "put" : "delete", updated_at, body: null });
    }
  }

  /** Without those of threads that were deleted further on in the group. */
  #keptMessages(): readonly MessageRow[] {
    return this.#messages.filter(({ user_id, thread_id }) => {
      const thread = this.#threads.get(keyOf(user_id, thread_id));
      return !thread || thread.is === "touch" || thread.body !== null;
    });
  }

  #putCommand({ userId, at }: Draft, command: NonNullable<Draft["command"]>): void {
    const { id, fingerprint, result } = command;
    this.#witness ??= { userId, command: { id, fingerprint } };
    this.#commands.push({
      user_id: userId,
      command_id: id,
      fingerprint,
      result: JSON.stringify(result),
      at,
    });
  }
}

function keyOf(userId: string, id: string): string {
  return JSON.stringify([userId, id]);
}

/** As PostgreSQL reads them; the client would quote each number. */
function bigints(list: readonly number[]): string {
  return `{${list.join(",")}}`;
}

function jsonOrNull(rows: readonly unknown[]): string | null {
  return rows.length === 0 ? null : JSON.stringify(rows);
}
