/**
 * What a node knows of a user, so that judging a commit needs no round trip to the database.
 *
 *  K1  Everything known is true of one `version` of the user. A group is written only while the version is that
 *      one (F2); when somebody else was faster, what was known is forgotten and read again.
 *  K2  What is not known is read before a commit is judged: `lacks` names it. To know that there is no such
 *      thread or command is knowledge as well.
 *  K3  Bounded: between groups only heads, active runs and the state of their threads are kept, of at most
 *      `usersKnownMax` users.
 */
import type { Json } from "@goldenpath/protocol";
import type { Draft } from "./draft.ts";
import type { Run } from "./journal.ts";
import type { Changes, Facts, ThreadState } from "./judge.ts";
import { runOf } from "./run-row.ts";

const usersKnownMax = 20_000;

interface KnownCommand {
  readonly fingerprint: string;
  readonly result: Json;
}

/** K2: what has to be read. */
export interface Lacking {
  readonly users: string[];
  readonly runs: { readonly user_id: string; readonly run_id: string }[];
  readonly threads: { readonly user_id: string; readonly thread_id: string }[];
  readonly messages: { readonly user_id: string; readonly thread_id: string; readonly message_id: string }[];
  readonly commands: { readonly user_id: string; readonly command_id: string }[];
}

/** The answer of `goldenpath.facts`. */
export interface FactsAnswer {
  readonly logs: readonly (readonly [string, number, number])[] | null;
  readonly runs: readonly Readonly<Record<string, unknown>>[] | null;
  readonly others: readonly Readonly<Record<string, unknown>>[] | null;
  readonly threads: readonly (readonly [string, string, boolean])[] | null;
  readonly messages: readonly (readonly [string, string, string])[] | null;
  readonly commands: readonly (readonly [string, string, string, string])[] | null;
}

/** The users a node knows, by id. */
export class KnownUsers {
  readonly #userById = new Map<string, KnownUser>();

  of(userId: string): KnownUser {
    const known = this.#userById.get(userId);
    if (known) return known;
    const user = new KnownUser(userId);
    this.#userById.set(userId, user);
    return user;
  }

  forget(userIds: Iterable<string>): void {
    for (const userId of userIds) this.#userById.delete(userId);
  }

  /** What the drafts need and nobody knows; undefined when all is known. */
  lacking(drafts: readonly Draft[]): Lacking | undefined {
    const lacking: Lacking = { users: [], runs: [], threads: [], messages: [], commands: [] };
    for (const draft of drafts) this.of(draft.userId).lacks(draft, lacking);
    return Object.values(lacking).some((list) => list.length > 0) ? lacking : undefined;
  }

  /** Takes in what was read. Should it be newer than what was known before, the version shows it when writing (K1). */
  learn(lacking: Lacking, answer: FactsAnswer): void {
    const logs = new Map((answer.logs ?? []).map(([userId, version, head]) => [userId, { version, head }]));
    for (const userId of lacking.users) this.of(userId).begin(logs.get(userId) ?? { version: 0, head: 0 });
    for (const { user_id, thread_id } of lacking.threads) this.of(user_id).setThread(thread_id, undefined);
    for (const { user_id, run_id } of lacking.runs) this.of(user_id).setRun(run_id, undefined);
    for (const { user_id, thread_id, message_id } of lacking.messages)
      this.of(user_id).setMessage(thread_id, message_id, false);
    for (const { user_id, command_id } of lacking.commands)
      this.of(user_id).setCommand(command_id, undefined);
    for (const row of [...(answer.runs ?? []), ...(answer.others ?? [])]) {
      this.of(String(row.user_id)).setRun(String(row.run_id), runOf(row));
    }
    for (const [userId, threadId, live] of answer.threads ?? [])
      this.of(userId).setThread(threadId, live ? "live" : "deleted");
    for (const [userId, threadId, messageId] of answer.messages ?? [])
      this.of(userId).setMessage(threadId, messageId, true);
    for (const [userId, commandId, fingerprint, result] of answer.commands ?? [])
      this.of(userId).setCommand(commandId, { fingerprint, result: JSON.parse(result) as Json });
  }

  /** K3: after a group of these users was written. */
  written(userIds: Iterable<string>, changed: ReadonlySet<string>): void {
    for (const userId of userIds) {
      const user = this.of(userId);
      user.written(changed.has(userId));
      // The most recently used stand last.
      this.#userById.delete(userId);
      this.#userById.set(userId, user);
    }
    for (const userId of this.#userById.keys()) {
      if (this.#userById.size <= usersKnownMax) return;
      this.#userById.delete(userId);
    }
  }
}

export class KnownUser implements Facts {
  readonly userId: string;
  version = 0;
  head = 0;
  #known = false;
  readonly #runs = new Map<string, Run | undefined>();
  readonly #threads = new Map<string, ThreadState | undefined>();
  readonly #messages = new Map<string, boolean>();
  readonly #commands = new Map<string, KnownCommand | undefined>();
  /** By run and seq: of the events that are asked for again. */
  readonly #eventIds = new Map<string, Map<number, string>>();

  constructor(userId: string) {
    this.userId = userId;
  }

  command(id: string): KnownCommand | undefined {
    return this.#commands.get(id);
  }

  thread(threadId: string): ThreadState | undefined {
    return this.#threads.get(threadId);
  }

  hasMessage(threadId: string, messageId: string): boolean {
    return this.#messages.get(JSON.stringify([threadId, messageId])) ?? false;
  }

  run(runId: string): Run | undefined {
    return this.#runs.get(runId);
  }

  activeRunCount(): number {
    let count = 0;
    for (const run of this.#runs.values()) if (run?.state === "active") count++;
    return count;
  }

  eventId(run: Run, seq: number): string | undefined {
    return this.#eventIds.get(run.runId)?.get(seq);
  }

  /** K2: adds what judging this draft needs. */
  lacks(draft: Draft, lacking: Lacking): void {
    const user_id = this.userId;
    if (!this.#known && lacking.users.at(-1) !== user_id && !lacking.users.includes(user_id))
      lacking.users.push(user_id);
    const { command, run, marks } = draft;
    if (command && !this.#commands.has(command.id))
      lacking.commands.push({ user_id, command_id: command.id });
    if (run && !this.#runs.has(run.runId)) lacking.runs.push({ user_id, run_id: run.runId });
    for (const { threadId, runId, message } of marks) {
      if (!this.#threads.has(threadId)) lacking.threads.push({ user_id, thread_id: threadId });
      if (runId !== undefined && runId !== run?.runId && !this.#runs.has(runId))
        lacking.runs.push({ user_id, run_id: runId });
      if (message) lacking.messages.push({ user_id, thread_id: threadId, message_id: message.id });
    }
  }

  /** The runs of which the draft repeats events whose ids are not at hand. */
  repeated(draft: Draft): readonly Run[] {
    const runs = new Set<Run>();
    for (const { runId, seq } of draft.marks) {
      const run = runId === undefined ? undefined : this.#runs.get(runId);
      if (!run || seq === undefined || seq > run.seq || run.state !== "active") continue;
      if (this.#eventIds.get(run.runId)?.has(seq) !== true) runs.add(run);
    }
    return [...runs];
  }

  begin({ version, head }: { readonly version: number; readonly head: number }): void {
    this.#known = true;
    this.version = version;
    this.head = head;
  }

  setRun(runId: string, run: Run | undefined): void {
    this.#runs.set(runId, run);
  }

  setThread(threadId: string, state: ThreadState | undefined): void {
    this.#threads.set(threadId, state);
  }

  setMessage(threadId: string, messageId: string, there: boolean): void {
    this.#messages.set(JSON.stringify([threadId, messageId]), there);
  }

  setCommand(id: string, command: KnownCommand | undefined): void {
    this.#commands.set(id, command);
  }

  setEventIds(runId: string, idBySeq: ReadonlyMap<number, string>): void {
    const known = this.#eventIds.get(runId) ?? new Map<number, string>();
    this.#eventIds.set(runId, known);
    for (const [seq, id] of idBySeq) known.set(seq, id);
  }

  /** What the draft changes, for the drafts behind it in the same group. */
  apply(draft: Draft, { head, keep, threads, messages, runs }: Changes): void {
    this.head = head;
    for (const change of threads) {
      if (change.is === "put") this.#threads.set(change.thread.id, "live");
      else if (change.is === "delete") this.#threads.set(change.threadId, "deleted");
    }
    for (const { threadId, id } of messages) this.setMessage(threadId, id, true);
    for (const run of runs) this.#runs.set(run.runId, run);
    if (draft.command) this.#commands.set(draft.command.id, draft.command);
    for (const index of keep ?? draft.marks.keys()) {
      const mark = draft.marks[index];
      if (mark?.runId !== undefined && mark.seq !== undefined)
        this.setEventIds(mark.runId, new Map([[mark.seq, mark.id]]));
    }
  }

  /** K3 */
  written(changed: boolean): void {
    if (changed) this.version++;
    this.#messages.clear();
    this.#commands.clear();
    this.#eventIds.clear();
    const threads = new Set<string>();
    for (const [runId, run] of this.#runs) {
      if (run?.state === "active") threads.add(run.threadId);
      else this.#runs.delete(runId);
    }
    for (const [threadId, state] of this.#threads) {
      if (state === undefined || !threads.has(threadId)) this.#threads.delete(threadId);
    }
  }
}
