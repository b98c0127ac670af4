import { limits, type Thread } from "@goldenpath/protocol";
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { Icon } from "../icons.tsx";
import { navigate, pathOf } from "../route.ts";
import { formatWhen } from "../text/figures.ts";
import { renameThread } from "./thread-api.ts";
import { titleOf } from "./thread-groups.ts";

export interface ThreadRowProps {
  readonly thread: Thread;
  readonly current: boolean;
  readonly running: boolean;
  readonly onDelete: (thread: Thread) => void;
  readonly onOpened: () => void;
}

export const ThreadRow = memo(function ThreadRow(props: ThreadRowProps): ReactNode {
  const { thread, current, running, onDelete, onOpened } = props;
  const [renaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  const title = titleOf(thread);

  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate({ is: "thread", threadId: thread.id });
    onOpened();
  };

  if (renaming) {
    const close = () => {
      setRenaming(false);
      requestAnimationFrame(() => rename.current?.focus());
    };
    return (
      <li className="thread" data-current={current}>
        <RenameForm thread={thread} onClose={close} />
      </li>
    );
  }
  return (
    <li className="thread" data-current={current}>
      <a
        className="thread-link"
        href={pathOf({ is: "thread", threadId: thread.id })}
        aria-current={current ? "page" : undefined}
        onClick={open}
        title={title}
      >
        <span className="thread-title">{title}</span>
        {running ? (
          <span className="thread-running" data-testid="thread-running">
            <span className="sr-only">answering</span>
          </span>
        ) : (
          <span className="thread-when">{formatWhen(thread.updatedAt, Date.now())}</span>
        )}
      </a>
      <span className="thread-actions">
        <button
          ref={rename}
          type="button"
          className="icon-button"
          aria-label={`Rename ${title}`}
          title="Rename"
          onClick={() => setRenaming(true)}
        >
          <Icon name="pencil" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Delete ${title}`}
          title="Delete"
          onClick={() => onDelete(thread)}
        >
          <Icon name="bin" />
        </button>
      </span>
    </li>
  );
});

function RenameForm({
  thread,
  onClose,
}: {
  readonly thread: Thread;
  readonly onClose: () => void;
}): ReactNode {
  const [title, setTitle] = useState(thread.title);
  const [error, setError] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => input.current?.select(), []);

  const save = async () => {
    if (done.current) return;
    done.current = true;
    if (title.trim() === "" || title.trim() === thread.title) return onClose();
    const result = await renameThread(thread.id, title);
    if (result.ok) return onClose();
    done.current = false;
    setError(result.failure.message);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void save();
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      done.current = true;
      onClose();
    }
  };

  return (
    <div className="thread-rename">
      <input
        ref={input}
        aria-label="Thread title"
        value={title}
        maxLength={limits.titleCharsMax}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => void save()}
      />
      {error ? (
        <p role="alert" className="form-error">
          {error}
        </p>
      ) : null}
    </div>
  );
}
