/**
 * Judges what one page shows, each time it would be drawn, and what its event stream yields.
 *
 *  D1-D3  The view is the fold of its log up to its cursor: running answers exactly, ended ones as they ended,
 *         no deleted thread, no message twice. A page of history may be ahead of the cursor; it may not lie.
 *  D4  It is one user's log, whose name `welcome` gave.
 *  The stream yields every event once, in order, until it says that it lost some.
 */
import type { Counters, View } from "@goldenpath/client";
import type { Event, Message } from "@goldenpath/protocol";
import type { Witness } from "./history.ts";
import { type LogModel, LogModels, type Stored } from "./log-model.ts";
import { isSameJson } from "./same-json.ts";

export interface ViewCheckOptions {
  /** Of the page, for what is told. */
  readonly name: string;
  readonly stored: Stored;
  readonly history: Witness;
  /** Default: models of its own, which only go forward while the page does. */
  readonly models?: LogModels;
}

export class ViewCheck {
  readonly #name: string;
  readonly #disk: Stored;
  readonly #models: LogModels;
  readonly #history: Witness;
  /** Messages that were equal to an ended one: neither of the two changes any more. */
  readonly #settled = new WeakSet<Message>();
  #streamed: { readonly userId: string | undefined; readonly offset: number } | undefined;
  #seen: View | undefined;

  constructor({ name, stored, history, models = new LogModels(stored) }: ViewCheckOptions) {
    this.#name = name;
    this.#disk = stored;
    this.#history = history;
    this.#models = models;
  }

  look(view: View, counters: Counters): void {
    const seen = this.#seen;
    if (view === seen) return;
    this.#seen = view;
    const { userId, cursor } = view;
    if (!cursor || userId === undefined) return;
    this.#history.note("shown", `${this.#name} ${userId} ${cursor.offset} ${view.threads.length}`);
    const log = this.#disk.logs.get(userId) ?? [];
    if (cursor.offset > log.length) {
      this.#fail("J2", `the cursor is ${cursor.offset}, the store has ${log.length}`);
      return;
    }
    const model = this.#models.at(userId, cursor.offset);
    if (counters.gaps > 0) this.#fail("D3", "the client met a gap");
    this.#checkThreads(model, view);
    for (const [threadId, messages] of view.messagesByThread) {
      if (seen?.messagesByThread.get(threadId) !== messages) this.#checkMessages(model, threadId, messages);
    }
    this.#checkRuns(model, view);
  }

  streamBegins(): void {
    this.#streamed = undefined;
  }

  streamed(userId: string | undefined, event: Event): void {
    const last = this.#streamed;
    if (last && (last.userId !== userId || event.offset !== last.offset + 1)) {
      const rule = event.offset <= last.offset ? "D2" : "D3";
      this.#fail(
        rule,
        `the stream yields ${event.offset} of ${userId} after ${last.offset} of ${last.userId}`,
      );
    }
    const stored = this.#disk.logs.get(userId ?? "")?.[event.offset - 1];
    if (stored !== JSON.stringify(event))
      this.#fail("D1", `the stream's event ${event.offset} is not the log's`);
    this.#streamed = { userId, offset: event.offset };
  }

  #checkThreads(model: LogModel, view: View): void {
    for (const id of view.threadById.keys()) {
      if (model.deleted.has(id)) this.#fail("D1", `shows the deleted thread ${id}`);
    }
    if (view.threads.length !== view.threadById.size)
      this.#fail("D1", "the list of threads is not the threads");
  }

  #checkMessages(model: LogModel, threadId: string, messages: readonly Message[]): void {
    const ids = new Set<string>();
    if (model.deleted.has(threadId) && messages.length > 0) {
      this.#fail("D1", `shows messages of the deleted thread ${threadId}`);
    }
    for (const message of messages) {
      if (ids.has(message.id)) this.#fail("D2", `shows the message ${message.id} twice`);
      ids.add(message.id);
      if (this.#settled.has(message)) continue;
      const expected = model.message(threadId, message.id);
      if (!expected) {
        // A page was ahead of the cursor.
        if (message.status === "streaming") this.#fail("D1", `shows ${message.id} streaming before it began`);
      } else if (expected.status === message.status) {
        if (!isSameJson(expected, message)) this.#fail("D1", `the message ${message.id} is not the log's`);
        else if (message.status !== "streaming") this.#settled.add(message);
      } else if (expected.status !== "streaming") {
        this.#fail("D1", `shows ${message.id} as ${message.status}; it is ${expected.status}`);
      }
    }
  }

  #checkRuns(model: LogModel, view: View): void {
    for (const [runId, message] of view.activeRuns) {
      if (!isSameJson(model.runs.get(runId)?.message, message)) {
        this.#fail("D1", `the run ${runId} is not the log's up to ${view.cursor?.offset}`);
      }
    }
    for (const run of model.active()) {
      if (view.activeRuns.has(run.runId)) continue;
      const messages = view.messagesByThread.get(run.threadId) ?? [];
      const isAhead = messages.some(({ id, status }) => id === run.message.id && status !== "streaming");
      // A snapshot leaves out the runs of a thread that was deleted while it was taken; that event follows.
      const log = this.#disk.logs.get(view.userId ?? "") ?? [];
      const isDoomed = log.some(
        (json) => json.includes('"thread_deleted"') && json.includes(`"${run.threadId}"`),
      );
      if (!isAhead && !isDoomed && view.threadById.has(run.threadId))
        this.#fail("D3", `the run ${run.runId} is not shown`);
    }
  }

  #fail(rule: string, detail: string): void {
    this.#history.violated(rule, `${this.#name}: ${detail}`);
  }
}
