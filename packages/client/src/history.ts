/**
 * History by HTTP: pages of messages and threads, fed to the reducer as inputs.
 *
 *  H1  One load at a time for a thread; whoever asks meanwhile gets the same answer.
 *  H2  A page is asked for after the snapshot that the view stands on. When a snapshot comes meanwhile, the
 *      page is of the past and is asked for again.
 *  H3  A thread that was opened stays open over a snapshot: the last reopenedMax of them are loaded again.
 *  H4  Every request ends within loadMsMax; at most loadsMax loads are under way.
 */
import type { Message, Thread } from "@goldenpath/protocol";
import type { ResolvedOptions } from "./options.ts";
import type { Input } from "./reduce.ts";
import { type HistoryBody, readHistory, readRefusal } from "./server-answer.ts";
import { type Loaded, type Refusal, refusal } from "./state.ts";
import { historyOf, type View } from "./view.ts";

/** Messages or threads in one page; servers give up to 200. */
export const pageItemsMax = 50;
const loadMsMax = 30_000;
const loadsMax = 32;
const reopenedMax = 8;

export class HistoryLoader {
  readonly #options: ResolvedOptions;
  readonly #view: () => View;
  readonly #dispatch: (input: Input) => void;
  /** By thread; undefined stands for the list of threads. */
  readonly #loads = new Map<string | undefined, Promise<Loaded>>();
  #opened: readonly string[] = [];
  #requests = 0;
  #snapshots = 0;
  /** Aborted when what is under way is of no use any more. */
  #stop = new AbortController();

  constructor(options: ResolvedOptions, view: () => View, dispatch: (input: Input) => void) {
    this.#options = options;
    this.#view = view;
    this.#dispatch = dispatch;
  }

  openThread(threadId: string): Promise<Loaded> {
    this.#opened = [...this.#opened.filter((other) => other !== threadId), threadId].slice(-reopenedMax);
    const history = historyOf(this.#view(), threadId).is;
    return history === "partial" ? Promise.resolve({ ok: true }) : this.loadOlder(threadId);
  }

  /** The next page of older items; of the list of threads with undefined. */
  loadOlder(threadId: string | undefined): Promise<Loaded> {
    const loading = this.#loads.get(threadId);
    if (loading !== undefined) return loading; // H1
    if (historyOf(this.#view(), threadId).is === "complete") return Promise.resolve({ ok: true });
    if (this.#loads.size >= loadsMax) {
      return Promise.resolve(refusal("queue_full", "Too many loads are under way.", "later")); // H4
    }
    const load = this.#load(threadId, this.#stop.signal).finally(() => {
      if (this.#loads.get(threadId) === load) this.#loads.delete(threadId);
    });
    this.#loads.set(threadId, load);
    return load;
  }

  /** A snapshot replaced the view (H2, H3). */
  replaced(): void {
    this.#snapshots++;
    // The view holds the outcome, and whoever waits for it shares this load.
    for (const threadId of this.#opened) void this.openThread(threadId);
  }

  /** Another user, or the end. */
  stop(): void {
    this.#opened = [];
    this.#loads.clear();
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  async #load(threadId: string | undefined, stop: AbortSignal): Promise<Loaded> {
    const path = threadId === undefined ? "/threads" : `/threads/${encodeURIComponent(threadId)}`;
    for (;;) {
      const snapshots = this.#snapshots;
      const request = ++this.#requests;
      const view = this.#view();
      const history = historyOf(view, threadId);
      const before = "before" in history ? history.before : undefined;
      const query = `limit=${pageItemsMax}${before ? `&before=${encodeURIComponent(before)}` : ""}`;
      this.#dispatch({ is: "loading", threadId, request });
      const answers = await Promise.all(
        threadId === undefined
          ? [this.#get(`${path}?${query}`, stop)]
          : [
              this.#get(`${path}/messages?${query}`, stop),
              ...(view.threadById.has(threadId) ? [] : [this.#get(path, stop)]),
            ],
      );
      if (stop.aborted) return refusal("client_closed", "The client was closed.", "never");
      const isVoid = threadId === undefined && this.#view().threadsHistory.is !== "loading";
      if (isVoid || snapshots !== this.#snapshots) continue; // H2
      const threads: Thread[] = [];
      const messages: Message[] = [];
      for (const answer of answers) {
        if (!answer.ok) {
          this.#dispatch({ is: "load_failed", threadId, request, refusal: answer });
          return answer;
        }
        threads.push(...answer.threads);
        messages.push(...answer.messages);
      }
      const complete = (threadId === undefined ? threads : messages).length < pageItemsMax;
      this.#dispatch({ is: "page", threadId, request, threads, messages, complete });
      return { ok: true };
    }
  }

  async #get(path: string, stop: AbortSignal): Promise<({ readonly ok: true } & HistoryBody) | Refusal> {
    const { fetch, apiUrl, clock } = this.#options;
    const abort = new AbortController();
    const deadline = clock.timer(loadMsMax, () => abort.abort());
    try {
      const signal = AbortSignal.any([stop, abort.signal]);
      const response = await fetch(apiUrl + path, { credentials: "include", signal });
      const body: unknown = await response.json();
      const found = response.ok ? readHistory(body) : undefined;
      return found ? { ok: true, ...found } : readRefusal(body, response.status);
    } catch (error) {
      return refusal("unreachable", String(error), "later");
    } finally {
      deadline.cancel();
    }
  }
}
