import { type Client, createClient } from "@goldenpath/client";
import { ClientProvider } from "@goldenpath/client/react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { type Account, loadAccount, type User } from "./account/account.ts";
import { SignInScreen } from "./account/sign-in-screen.tsx";
import { useEndedSession } from "./account/use-ended-session.ts";
import { Mark } from "./icons.tsx";
import type { Failure } from "./request.ts";
import { Shell } from "./shell/shell.tsx";

type Page = { readonly is: "loading" } | { readonly is: "failed"; readonly failure: Failure } | Account;

const retryMs = 4_000;

/** Asks who is signed in, then shows the sign-in screen or the conversation. */
export function App(): ReactNode {
  const [page, setPage] = useState<Page>({ is: "loading" });

  const load = useCallback(async (signal?: AbortSignal): Promise<Page | undefined> => {
    const result = await loadAccount(signal);
    if (signal?.aborted) return undefined;
    const next: Page = result.ok ? result.value : { is: "failed", failure: result.failure };
    setPage(next);
    return next;
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    void load(stop.signal);
    return () => stop.abort();
  }, [load]);

  // A server that restarts is back in seconds; nobody should have to press a button for that.
  useEffect(() => {
    if (page.is !== "failed") return;
    const again = () => void load();
    const handle = setTimeout(again, retryMs);
    addEventListener("online", again);
    return () => {
      clearTimeout(handle);
      removeEventListener("online", again);
    };
  }, [page, load]);

  switch (page.is) {
    case "loading":
      return (
        <main className="gate" aria-busy="true">
          <p className="gate-wait">Goldenpath is loading …</p>
        </main>
      );
    case "failed":
      return (
        <main className="gate">
          <div className="gate-card">
            <Mark />
            <h1 className="gate-title">No answer from the server</h1>
            <p className="gate-lead">{page.failure.message} This page tries again by itself.</p>
            <button type="button" className="button button-strong" onClick={() => void load()}>
              Try again
            </button>
          </div>
        </main>
      );
    case "signed_out":
      return <SignInScreen gate={page.gate} onSignedIn={() => void load()} />;
    case "signed_in":
      return <Connected key={page.user.id} user={page.user} onAccountChanged={() => void load()} />;
  }
}

function makeClient(userId: string): Client {
  return createClient({
    userId,
    url: location.origin,
    name: "goldenpath-chat",
    // Once a frame; a hidden page draws no frames, and must still keep its title and view current.
    notify: (flush) => {
      if (document.hidden) setTimeout(flush, 100);
      else requestAnimationFrame(() => flush());
    },
  });
}

interface ConnectedProps {
  readonly user: User;
  readonly onAccountChanged: () => void;
}

/** Owns the client of one signed-in user: made with the component, closed with it. */
function Connected({ user, onAccountChanged }: ConnectedProps): ReactNode {
  const [client, setClient] = useState<Client>();

  useEffect(() => {
    const made = makeClient(user.id);
    setClient(made);
    made.connect();
    return () => made.close();
  }, [user.id]);

  const ended = useEndedSession(client, user.id, onAccountChanged);

  if (!client) return null;
  return (
    <ClientProvider client={client}>
      <Shell user={user} ended={ended} onAccountChanged={onAccountChanged} />
    </ClientProvider>
  );
}
