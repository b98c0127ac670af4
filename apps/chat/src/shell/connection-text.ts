import type { ConnectionState } from "@goldenpath/client";

/** How the connection is shown: what is true, what happens next, and what the person can do about it. */
export interface ConnectionText {
  /** `live` is quiet; `working` mends itself; `broken` needs the person or the network. */
  readonly tone: "live" | "working" | "broken";
  readonly label: string;
  readonly detail: string;
  readonly action?: "connect_now" | "connect_again";
}

/**
 * What a screen reader should hear when the connection changed: that it was lost and that it is back, not
 * each attempt and no counting down. Undefined when there is nothing new to say.
 */
export function connectionAnnouncement(before: ConnectionText, now: ConnectionText): string | undefined {
  if (before.tone === now.tone) return undefined;
  if (now.tone === "live") return "Connected again.";
  if (now.tone === "broken") return `${now.label}. ${now.detail}`;
  return before.tone === "live" ? `Connection lost. ${now.detail}` : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  connection_lost: "The line to the server broke.",
  no_answer: "The server did not answer.",
  silent: "Nothing came from the server for too long.",
  gap: "An event was missing; reconnecting fetches it.",
  garbled: "The server sent something unreadable.",
  ticket_failed: "The server gave no ticket to connect with.",
  going_away: "The server is restarting. Nothing is lost.",
  heartbeat_timeout: "This device was silent for too long.",
  slow_reader: "The line was too slow for a moment.",
  try_later: "The server asks to come back later.",
  flooding: "Too many requests at once.",
};

export function connectionText(state: ConnectionState, online: boolean, nowMs: number): ConnectionText {
  switch (state.is) {
    case "live":
      return { tone: "live", label: "Live", detail: "Connected. What you see is what the server knows." };
    case "catching_up":
      return {
        tone: "working",
        label: "Catching up",
        detail: "Connected; fetching what happened meanwhile.",
      };
    case "idle":
      return { tone: "working", label: "Not connected", detail: "The connection has not been opened yet." };
    case "connecting":
      if (!online) return offline;
      return {
        tone: "working",
        label: state.attempt > 1 ? "Reconnecting" : "Connecting",
        detail: state.attempt > 1 ? `Attempt ${state.attempt}.` : "Opening the connection.",
      };
    case "waiting": {
      if (!online) return offline;
      const inS = Math.max(0, Math.ceil((state.retryAt - nowMs) / 1_000));
      const label =
        state.why === "going_away" ? `Server restarting, back in ${inS} s` : `Reconnecting in ${inS} s`;
      return {
        tone: "working",
        label,
        detail: reasons[state.why] ?? "The connection is being opened again.",
        action: "connect_now",
      };
    }
    case "signed_out":
      return { tone: "broken", label: "Signed out", detail: "This session was ended. Sign in to go on." };
    case "stopped":
      return { tone: "broken", label: "Disconnected", detail: stoppedText(state), action: "connect_again" };
  }
}

const offline: ConnectionText = {
  tone: "broken",
  label: "Offline",
  detail: "This device has no network. Goldenpath reconnects when it is back.",
};

function stoppedText(state: Extract<ConnectionState, { is: "stopped" }>): string {
  if (state.code === 4503)
    return "This account has too many open tabs and devices. Close one, then connect again.";
  return `${state.message} (${state.code})`;
}
