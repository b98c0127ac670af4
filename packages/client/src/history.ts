/**
 * History by HTTP: pages of messages and threads, fed to the reducer as inputs.
 *
 *  H1  One load at a time for a thread; whoever asks meanwhile gets the same answer.
 *  H2  A page is asked for after the snapshot that the view stands on. When a snapshot comes meanwhile, the
 *      page is of the past and is asked for again: the view does not call it loading any more.
 *  H3  A thread that was opened stays open over a snapshot: the last reopenedMax of them are loaded again.
 *  H4  Every request ends within loadMsMax; at most loadsMax loads are under way.
 */
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

export interface HistoryLoader {
  openThread(threadId: string): Promise<Loaded>;
  /** The next page of older items; of the list of threads with undefined. */
  loadOlder(threadId: string | undefined): Promise<Loaded>;
  /** A snapshot replaced the view (H2, H3). */
  replaced(): void;
  /** Another user, or the end: what is under way is of no use any more. */
  stop(): void;
}

export function createHistoryLoader(
  options: ResolvedOptions,
  getView: () => View,
  dispatch: (input: Input) => void,
): HistoryLoader {
  const { clock, fetch, apiUrl } = options;
  /** By thread; undefined stands for the list of threads. */
  const loads = new Map<string | undefined, Promise<Loaded>>();
  let opened: readonly string[] = [];
  let requests = 0;
  let stopping = new AbortController();

  const loader: HistoryLoader = {
    async openThread(threadId) {
      opened = [...opened.filter((other) => other !== threadId), threadId].slice(-reopenedMax);
      return historyOf(getView(), threadId).is === "partial" ? { ok: true } : loader.loadOlder(threadId);
    },
    async loadOlder(threadId) {
      const loading = loads.get(threadId);
      if (loading !== undefined) return loading; // H1
      if (historyOf(getView(), threadId).is === "complete") return { ok: true };
      if (loads.size >= loadsMax) return refusal("queue_full", "Too many wait.", "later"); // H4
      const load = loadPage(threadId, stopping.signal).finally(() => {
        if (loads.get(threadId) === load) loads.delete(threadId);
      });
      loads.set(threadId, load);
      return load;
    },
    replaced() {
      // The view holds the outcome, and whoever waits for it shares this load.
      for (const threadId of opened) void loader.openThread(threadId);
    },
    stop() {
      opened = [];
      loads.clear();
      stopping.abort();
      stopping = new AbortController();
    },
  };
  return loader;

  async function loadPage(threadId: string | undefined, stop: AbortSignal): Promise<Loaded> {
    const path = `/threads${threadId === undefined ? "" : `/${encodeURIComponent(threadId)}`}`;
    for (;;) {
      const request = ++requests;
      const view = getView();
      const history = historyOf(view, threadId);
      const before = "before" in history ? history.before : undefined;
      const query = `?limit=${pageItemsMax}${before ? `&before=${encodeURIComponent(before)}` : ""}`;
      dispatch({ is: "loading", threadId, request, before });
      const paths = threadId === undefined ? [path + query] : [`${path}/messages${query}`];
      if (threadId !== undefined && !view.threadById.has(threadId)) paths.push(path);
      const answers = await Promise.all(paths.map((part) => get(part, stop)));
      // Without an end the view would say for ever that it is loading; another user's does not know this load.
      const closed = stop.aborted && refusal("client_closed", "Client closed.", "never");
      if (!closed && historyOf(getView(), threadId).is !== "loading") continue; // H2
      const failed = closed || answers.find((answer) => !answer.ok);
      if (failed) {
        dispatch({ is: "load_failed", threadId, request, refusal: failed });
        return failed;
      }
      const bodies = answers.filter((answer) => answer.ok);
      const threads = bodies.flatMap((body) => body.threads);
      const messages = bodies.flatMap((body) => body.messages);
      const complete = (threadId === undefined ? threads : messages).length < pageItemsMax;
      dispatch({ is: "page", threadId, request, threads, messages, complete });
      return { ok: true };
    }
  }

  async function get(
    path: string,
    stop: AbortSignal,
  ): Promise<({ readonly ok: true } & HistoryBody) | Refusal> {
    const abort = new AbortController();
    const deadline = clock.timer(loadMsMax, () => abort.abort());
    try {
      const signal = AbortSignal.any([stop, abort.signal]);
      const response = await fetch(apiUrl + path, { credentials: "include", signal });
      const body: unknown = await response.json();
      const found = response.ok && readHistory(body);
      return found ? { ok: true, ...found } : readRefusal(body, response.status);
    } catch (error) {
      return refusal("unreachable", String(error), "later");
    } finally {
      deadline.cancel();
    }
  }
}
