import { useThreads, useView } from "@goldenpath/client/react";
import type { Thread } from "@goldenpath/protocol";
import { type ReactNode, type RefObject, useCallback, useMemo, useState } from "react";
import { Icon } from "../icons.tsx";
import { refusalText } from "../text/failure-text.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { filterThreads, groupThreads } from "./thread-groups.ts";
import { ThreadRow } from "./thread-row.tsx";

/** From this many threads on, a list needs a search field. */
const filterFrom = 6;

export interface ThreadListProps {
  readonly currentId: string | undefined;
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onOpened: () => void;
}

export function ThreadList({ currentId, filterRef, onOpened }: ThreadListProps): ReactNode {
  const { threads, history, loadOlder } = useThreads();
  const { activeRuns, userId } = useView();
  const [filter, setFilter] = useState("");
  const [deleting, setDeleting] = useState<Thread>();
  const onDelete = useCallback((thread: Thread) => setDeleting(thread), []);

  const running = useMemo(() => {
    const ids = new Set<string>();
    for (const message of activeRuns.values()) ids.add(message.threadId);
    return ids;
  }, [activeRuns]);
  const groups = useMemo(() => groupThreads(filterThreads(threads, filter), Date.now()), [threads, filter]);

  const waiting = userId === undefined;
  return (
    <>
      {threads.length >= filterFrom || filter !== "" ? (
        <div className="thread-filter">
          <Icon name="search" />
          <input
            ref={filterRef}
            type="search"
            aria-label="Search threads"
            placeholder="Search threads"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </div>
      ) : null}
      <nav aria-label="Threads" className="thread-list" aria-busy={waiting}>
        {waiting ? <p className="thread-note">Loading threads …</p> : null}
        {!waiting && threads.length === 0 ? (
          <p className="thread-note">No threads yet. Your first question begins one.</p>
        ) : null}
        {threads.length > 0 && groups.length === 0 ? (
          <p className="thread-note">No title holds “{filter.trim()}”.</p>
        ) : null}
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h2 className="thread-group">{group.name}</h2>
            <ul>
              {group.threads.map((thread) => (
                <ThreadRow
                  key={thread.id}
                  thread={thread}
                  current={thread.id === currentId}
                  running={running.has(thread.id)}
                  onDelete={onDelete}
                  onOpened={onOpened}
                />
              ))}
            </ul>
          </section>
        ))}
        {history.is === "failed" ? (
          <p role="alert" className="thread-note">
            Older threads did not load: {refusalText(history)}
          </p>
        ) : null}
        {history.is === "partial" || history.is === "loading" || history.is === "failed" ? (
          <button
            type="button"
            className="button button-wide thread-more"
            aria-disabled={history.is === "loading"}
            onClick={() => void loadOlder()}
          >
            {history.is === "loading" ? "Loading …" : "Show older threads"}
          </button>
        ) : null}
      </nav>
      {deleting ? (
        <DeleteDialog
          thread={deleting}
          running={running.has(deleting.id)}
          current={deleting.id === currentId}
          onClose={() => setDeleting(undefined)}
        />
      ) : null}
    </>
  );
}
