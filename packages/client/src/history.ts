/**
 * History by HTTP: pages of messages and threads, fed to the reducer as inputs.
 *
 *  H1  One load at a time for a thread; whoever asks meanwhile gets the same answer.
 *  H2  A page is asked for after the snapshot that the view stands on. When a snapshot comes meanwhile, the
 *      page is of the past and is asked for again.
 *  H3  A thread that was opened stays open over a snapshot: the last reopenedMax of them are loaded again.
 *  H4  Every load ends within loadMsMax; at most loadsMax are under way.
 */
import type { ErrorCode, Message, Retry, Thread, Timer } from "@goldenpath/protocol";
import { refusal } from "./commands.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Input } from "./reduce.ts";
import { isFields, isListOf, isMessage, isThread } from "./server-frame.ts";
import type { Loaded, Refusal } from "./state.ts";
import type { View } from "./view.ts";

/** Messages or threads in one page; servers give up to 200. */
export const pageItemsMax = 50;
const loadMsMax = 30_000;
const loadsMax = 32;
const reopenedMax = 8;

type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;

export class HistoryLoader {
  readonly #options: ResolvedOptions;
  readonly #view: () => View;
  readonly #dispatch: (input: Input) => void;
  readonly #loads = new Map<string, Promise<Loaded>>();
  readonly #aborts = new Set<AbortController>();
  #opened: string[] = [];
  #requests = 0;
  #snapshots = 0;
  #stops = 0;

  constructor(options: ResolvedOptions, view: () => View, dispatch: (input: Input) => void) {
    this.#options = options;
    this.#view = view;
    this.#dispatch = dispatch;
  }

  openThread(threadId: string): Promise<Loaded> {
    this.#opened = [...this.#opened.filter((other) => other !== threadId), threadId].slice(-reopenedMax);
    const history = this.#view().historyByThread.get(threadId)?.is;
    if (history === "partial" || history === "complete") return Promise.resolve({ ok: true });
    return this.#once(`thread ${threadId}`, () => this.#loadThread(threadId));
  }

  loadOlder(threadId: string): Promise<Loaded> {
    const history = this.#view().historyByThread.get(threadId)?.is;
    if (history === "complete") return Promise.resolve({ ok: true });
    return this.#once(`thread ${threadId}`, () => this.#loadThread(threadId));
  }

  loadOlderThreads(): Promise<Loaded> {
    if (this.#view().threadsHistory.is === "complete") return Promise.resolve({ ok: true });
    return this.#once("threads", () => this.#loadThreads());
  }

  /** A snapshot replaced the view (H2, H3). */
  replaced(): void {
    this.#snapshots++;
    for (const threadId of this.#opened) {
      // The view holds the outcome, and the hooks and callers that wait for it share this load.
      void this.openThread(threadId);
    }
  }

  /** Another user, or the end: what is under way is of no use to anybody. */
  stop(): void {
    this.#stops++;
    this.#opened = [];
    this.#loads.clear();
    for (const abort of this.#aborts) abort.abort();
  }

  /** H1, H4. */
  #once(key: string, load: () => Promise<Loaded>): Promise<Loaded> {
    const under = this.#loads.get(key);
    if (under !== undefined) return under;
    if (this.#loads.size >= loadsMax) {
      return Promise.resolve(refusal("queue_full", `${loadsMax} loads are under way already.`, "later"));
    }
    const loading = load().finally(() => {
      if (this.#loads.get(key) === loading) this.#loads.delete(key);
    });
    this.#loads.set(key, loading);
    return loading;
  }

  async #loadThread(threadId: string): Promise<Loaded> {
    const path = `/threads/${encodeURIComponent(threadId)}`;
    const stops = this.#stops;
    for (;;) {
      const snapshots = this.#snapshots;
      const request = ++this.#requests;
      const query = `limit=${pageItemsMax}${beforeOldest(this.#view(), threadId)}`;
      this.#dispatch({ is: "thread_loading", threadId, request });
      const [thread, page] = await Promise.all([
        this.#view().threadById.has(threadId) ? undefined : this.#get(path, readThread),
        this.#get(`${path}/messages?${query}`, readMessages),
      ]);
      if (stops !== this.#stops) return stopped;
      if (snapshots !== this.#snapshots) continue; // H2
      const refused = thread?.ok === false ? thread : page;
      if (!refused.ok) {
        this.#dispatch({ is: "thread_failed", threadId, request, refusal: refused });
        return refused;
      }
      const messages = page.ok ? page.value : [];
      const complete = messages.length < pageItemsMax;
      const found = thread?.ok ? { thread: thread.value } : {};
      this.#dispatch({ is: "thread_page", threadId, request, messages, complete, ...found });
      return { ok: true };
    }
  }

  async #loadThreads(): Promise<Loaded> {
    const stops = this.#stops;
    for (;;) {
      const snapshots = this.#snapshots;
      const request = ++this.#requests;
      const oldest = this.#view().threads.at(-1);
      const before = oldest ? `&before=${encodeURIComponent(oldest.id)}` : "";
      this.#dispatch({ is: "threads_loading", request });
      const page = await this.#get(`/threads?limit=${pageItemsMax}${before}`, readThreads);
      if (stops !== this.#stops) return stopped;
      if (snapshots !== this.#snapshots) continue; // H2
      if (!page.ok) {
        this.#dispatch({ is: "threads_failed", request, refusal: page });
        return page;
      }
      const complete = page.value.length < pageItemsMax;
      this.#dispatch({ is: "threads_page", request, threads: page.value, complete });
      return { ok: true };
    }
  }

  async #get<T>(path: string, read: (body: unknown) => T | undefined): Promise<Answer<T>> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    const deadline: Timer = this.#options.clock.timer(loadMsMax, () => abort.abort());
    try {
      const url = `${this.#options.apiUrl}${path}`;
      const response = await this.#options.fetch(url, { credentials: "include", signal: abort.signal });
      const body = await response.json();
      const value = response.ok ? read(body) : undefined;
      if (value !== undefined) return { ok: true, value };
      return readRefusal(body) ?? unreachable(`The server answered with status ${response.status}.`);
    } catch (error) {
      return unreachable(`History could not be loaded: ${error instanceof Error ? error.message : error}`);
    } finally {
      deadline.cancel();
      this.#aborts.delete(abort);
    }
  }
}

const stopped = refusal("client_closed", "The client was closed, or another user signed in.", "never");

/**
 * Where the next page ends. Only ended messages are in pages, so only those can be the mark; and until a
 * page is here, an answer that began long ago may stand far before the rest, so the newest page comes first.
 */
function beforeOldest(view: View, threadId: string): string {
  const history = view.historyByThread.get(threadId);
  const paged = history?.is === "partial" || (history?.is === "failed" && history.paged);
  const known = paged ? view.messagesByThread.get(threadId) : undefined;
  const oldest = known?.find((message) => message.status !== "streaming");
  return oldest ? `&before=${encodeURIComponent(oldest.id)}` : "";
}

function unreachable(message: string): Refusal {
  return refusal("unreachable", message, "later");
}

function readThread(body: unknown): Thread | undefined {
  return isFields(body) && isThread(body.thread) ? (body.thread as Thread) : undefined;
}

function readThreads(body: unknown): readonly Thread[] | undefined {
  return isFields(body) && isListOf(body.threads, isThread) ? (body.threads as readonly Thread[]) : undefined;
}

function readMessages(body: unknown): readonly Message[] | undefined {
  return isFields(body) && isListOf(body.messages, isMessage)
    ? (body.messages as readonly Message[])
    : undefined;
}

function readRefusal(body: unknown): Refusal | undefined {
  if (!isFields(body) || !isFields(body.error)) return undefined;
  const { code, message, retry, afterMs } = body.error;
  if (typeof code !== "string" || typeof message !== "string" || typeof retry !== "string") return undefined;
  const answer = refusal(code as ErrorCode, message, retry as Retry);
  return typeof afterMs === "number" ? { ...answer, afterMs } : answer;
}
