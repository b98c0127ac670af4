import type { Client } from "@goldenpath/client";
import { useEffect, useState } from "react";
import { closedGate, type Gate, loadAccount } from "./account.ts";

/** A connection refused again this soon after the page saw a session is not tried again by itself. */
const secondTryMs = 5_000;

/**
 * Whether the person has to sign in again, and what they may do so with. A session that ended may have been
 * replaced at once (a password change does that, and so does a sign-in in another tab), so the server is
 * asked before anybody is bothered, and again when the page gets the focus back.
 */
export function useEndedSession(
  client: Client | undefined,
  userId: string,
  onAccountChanged: () => void,
): Gate | undefined {
  const [gate, setGate] = useState<Gate>();

  useEffect(() => {
    if (!client) return;
    let stopped = false;
    let asking = false;
    let told = false;
    let triedAt = Number.NEGATIVE_INFINITY;

    const tell = (next: Gate | undefined) => {
      told = next !== undefined;
      setGate(next);
    };
    const ask = async () => {
      asking = true;
      const result = await loadAccount();
      asking = false;
      if (stopped || client.state.is !== "signed_out") return;
      if (result.ok && result.value.is === "signed_in") {
        if (result.value.user.id !== userId) return onAccountChanged();
        if (performance.now() - triedAt > secondTryMs) {
          triedAt = performance.now();
          return client.connect();
        }
      }
      tell(result.ok && result.value.is === "signed_out" ? result.value.gate : closedGate);
    };
    const onChange = () => {
      if (client.state.is !== "signed_out") {
        if (told) tell(undefined);
      } else if (!asking && !told) void ask();
    };
    const onFocus = () => {
      if (told && !asking) void ask();
    };
    onChange();
    const unsubscribe = client.subscribe(onChange);
    addEventListener("focus", onFocus);
    return () => {
      stopped = true;
      unsubscribe();
      removeEventListener("focus", onFocus);
    };
  }, [client, userId, onAccountChanged]);

  return gate;
}
