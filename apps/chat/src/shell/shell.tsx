import { useClient, useConnection, useThreads, useView } from "@goldenpath/client/react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { type Gate, loadAccount, signOut, type User } from "../account/account.ts";
import { AccountDialog } from "../account/account-dialog.tsx";
import { Conversation } from "../conversation/conversation.tsx";
import { Icon, Mark } from "../icons.tsx";
import { navigate, parseRoute, usePath } from "../route.ts";
import { neighbour, titleOf } from "../threads/thread-groups.ts";
import { ThreadList } from "../threads/thread-list.tsx";
import { useAgents } from "./agents.ts";
import { ConnectionStatus } from "./connection-status.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { shortcutOf } from "./shortcuts.ts";
import { SignedOutDialog } from "./signed-out-dialog.tsx";
import { phoneWidth, useMedia } from "./use-media.ts";

export interface ShellProps {
  readonly user: User;
  /** The session is over: how to sign in again. */
  readonly ended: Gate | undefined;
  /** Another user may be signed in now, or nobody. */
  readonly onAccountChanged: () => void;
}

/** The frame around the conversation: threads on the left (a drawer on a phone), what is open on the right. */
export function Shell({ user, ended, onAccountChanged }: ShellProps): ReactNode {
  const client = useClient();
  const connection = useConnection();
  const { threadById, activeRuns } = useView();
  const { threads } = useThreads();
  const agents = useAgents();
  const route = parseRoute(usePath());
  const threadId = route.is === "thread" ? route.threadId : undefined;
  const thread = threadId === undefined ? undefined : threadById.get(threadId);
  const [dialog, setDialog] = useState<"account" | "help">();
  const [drawer, setDrawer] = useState(false);
  const [signOutError, setSignOutError] = useState<string>();
  const filter = useRef<HTMLInputElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const closer = useRef<HTMLButtonElement>(null);
  const phone = useMedia(phoneWidth);
  const covered = drawer && phone;
  const title = thread ? titleOf(thread) : threadId === undefined ? "New thread" : "Thread";

  useEffect(() => {
    document.title = `${activeRuns.size > 0 ? "● " : ""}${title} · Goldenpath`;
  }, [title, activeRuns.size]);

  useEffect(() => {
    if (!covered) return;
    closer.current?.focus();
    return () => menu.current?.focus();
  }, [covered]);

  const { state: agentsState, reload: reloadAgents } = agents;
  useEffect(() => {
    if (connection.is === "live" && agentsState.is === "failed") reloadAgents();
  }, [connection.is, agentsState.is, reloadAgents]);

  const closeDrawer = useCallback(() => setDrawer(false), []);

  const startThread = useCallback(() => {
    navigate({ is: "new" });
    setDrawer(false);
    requestAnimationFrame(() => document.getElementById("composer")?.focus());
  }, []);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const name = shortcutOf({
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        shiftKey: event.shiftKey,
        writing: event.target instanceof Element && event.target.closest("input, textarea, select") !== null,
      });
      if (!name) {
        if (event.key === "Escape") setDrawer(false);
        return;
      }
      event.preventDefault();
      if (name === "help") setDialog("help");
      else if (name === "compose") document.getElementById("composer")?.focus();
      else if (name === "new_thread") startThread();
      else if (name === "search") {
        setDrawer(matchMedia(phoneWidth).matches);
        requestAnimationFrame(() => filter.current?.focus());
      }
      // The button shows that it stops, and says why when it cannot.
      else if (name === "stop") document.getElementById("stop")?.click();
      else {
        const next = neighbour(threads, threadId, name === "next" ? 1 : -1);
        if (next) navigate({ is: "thread", threadId: next.id });
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [threads, threadId, startThread]);

  const leave = async () => {
    const result = await signOut();
    if (!result.ok && result.failure.status !== 401) {
      setSignOutError(result.failure.message);
      return;
    }
    client.close();
    navigate({ is: "new" }, true);
    onAccountChanged();
  };

  const returned = async () => {
    const result = await loadAccount();
    if (result.ok && result.value.is === "signed_in" && result.value.user.id === user.id) client.connect();
    else onAccountChanged();
  };

  return (
    <div className="shell" data-drawer={drawer}>
      <a className="skip-link" href="#composer">
        Skip to the message field
      </a>
      <aside className="sidebar" aria-label="Threads and account">
        <div className="sidebar-head">
          <span className="brand">
            <Mark />
            Goldenpath
          </span>
          <button
            ref={closer}
            type="button"
            className="icon-button drawer-only"
            aria-label="Close threads"
            onClick={closeDrawer}
          >
            <Icon name="cross" />
          </button>
        </div>
        <button type="button" className="button new-thread" onClick={startThread}>
          <Icon name="plus" />
          New thread
        </button>
        <ThreadList currentId={threadId} filterRef={filter} onOpened={closeDrawer} />
        <div className="sidebar-foot">
          <button type="button" className="account-button" onClick={() => setDialog("account")}>
            <span className="account-initial" aria-hidden="true">
              {user.name.charAt(0).toUpperCase()}
            </span>
            <span className="sr-only">Account of </span>
            <span className="account-name">{user.name}</span>
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts"
            onClick={() => setDialog("help")}
          >
            ?
          </button>
        </div>
      </aside>
      <button
        type="button"
        className="drawer-shade"
        aria-label="Close threads"
        tabIndex={-1}
        onClick={closeDrawer}
      />
      <main className="main" inert={covered}>
        <header className="main-head">
          <button
            ref={menu}
            type="button"
            className="icon-button drawer-only"
            aria-label="Open threads"
            aria-expanded={drawer}
            onClick={() => setDrawer(true)}
          >
            <Icon name="menu" />
          </button>
          <h1 className="main-title">{title}</h1>
          <ConnectionStatus />
        </header>
        <Conversation key={threadId ?? "new"} userId={user.id} threadId={threadId} agents={agents} />
      </main>
      {dialog === "account" ? (
        <AccountDialog
          user={user}
          onClose={() => setDialog(undefined)}
          onSignOut={() => void leave()}
          signOutError={signOutError}
        />
      ) : null}
      {dialog === "help" ? <HelpDialog onClose={() => setDialog(undefined)} /> : null}
      {ended ? <SignedOutDialog user={user} gate={ended} onSignedIn={() => void returned()} /> : null}
    </div>
  );
}
