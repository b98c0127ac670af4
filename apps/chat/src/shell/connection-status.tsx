import { useClient, useConnection } from "@goldenpath/client/react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type ConnectionText, connectionAnnouncement, connectionText } from "./connection-text.ts";
import { useNow } from "./use-now.ts";
import { useOnline } from "./use-online.ts";

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
