import { useClient, useConnection } from "@goldenpath/client/react";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { type ConnectionText, connectionAnnouncement, connectionText } from "./connection-text.ts";

/** The truth about the connection, in one line; losing it and getting it back is read out. */
export function ConnectionStatus(): ReactNode {
  const client = useClient();
  const state = useConnection();
  const online = useOnline();
  const nowMs = useNow(state.is === "waiting");
  const text = connectionText(state, online, nowMs);
  const said = useConnectionAnnouncement(text);

  return (
    <fieldset className="connection" data-testid="connection" data-state={state.is} data-tone={text.tone}>
      <legend className="sr-only">Connection</legend>
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-label" title={text.detail}>
        {text.label}
      </span>
      {text.action ? (
        <button
          type="button"
          className="link"
          aria-label={text.action === "connect_now" ? "Reconnect now" : "Connect again"}
          title={text.detail}
          onClick={() => client.connect()}
        >
          {text.action === "connect_now" ? "Now" : "Connect"}
        </button>
      ) : null}
      <span className="sr-only" role="status">
        {said}
      </span>
    </fieldset>
  );
}

function useConnectionAnnouncement(text: ConnectionText): string {
  const before = useRef<ConnectionText>(undefined);
  const wasLive = useRef(false);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const news = before.current && connectionAnnouncement(before.current, text);
    before.current = text;
    // The first connection of a page is no news.
    if (news && wasLive.current) setSaid(news);
    if (text.tone === "live") wasLive.current = true;
  });
  return said;
}

function subscribeOnline(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

export function useOnline(): boolean {
  return useSyncExternalStore(subscribeOnline, () => navigator.onLine);
}

/** The time, moving while `ticking`. */
export function useNow(ticking: boolean, everyMs = 500): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    setNowMs(Date.now());
    const handle = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(handle);
  }, [ticking, everyMs]);
  return nowMs;
}
