import { useSyncExternalStore } from "react";

/** Where the page is: a thread, or the place where a new one begins. */
export type Route = { readonly is: "new" } | { readonly is: "thread"; readonly threadId: string };

export function parseRoute(pathname: string): Route {
  const match = /^\/t\/([^/]+)\/?$/.exec(pathname);
  if (!match?.[1]) return { is: "new" };
  try {
    return { is: "thread", threadId: decodeURIComponent(match[1]) };
  } catch {
    return { is: "new" };
  }
}

export function pathOf(route: Route): string {
  return route.is === "new" ? "/" : `/t/${encodeURIComponent(route.threadId)}`;
}

const navigated = "goldenpath:navigated";

/** Goes there without loading the page; `replace` leaves no step in the history. */
export function navigate(route: Route, replace = false): void {
  go(pathOf(route), replace, null);
}

const begunState = "begun";

/** Goes to a thread that this page's own message has begun. */
export function navigateToBegun(threadId: string): void {
  go(pathOf({ is: "thread", threadId }), true, begunState);
}

/** Whether the person came here by beginning this thread; true once, and not after a reload. */
export function takeBegun(): boolean {
  if (history.state !== begunState) return false;
  history.replaceState(null, "");
  return true;
}

function go(path: string, replace: boolean, state: string | null): void {
  if (path === location.pathname) return;
  if (replace) history.replaceState(state, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(navigated));
}

function subscribe(changed: () => void): () => void {
  addEventListener("popstate", changed);
  addEventListener(navigated, changed);
  return () => {
    removeEventListener("popstate", changed);
    removeEventListener(navigated, changed);
  };
}

/** The current path; parse it with `parseRoute`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}
