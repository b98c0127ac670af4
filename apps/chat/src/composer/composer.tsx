import { useClient } from "@goldenpath/client/react";
import type { Message, UserPart } from "@goldenpath/protocol";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Icon } from "../icons.tsx";
import type { AgentInfo, Agents } from "../shell/agents.ts";
import { AttachmentChips } from "./attachment-chips.tsx";
import { type DraftVerdict, fitsMessage, judgeDraft } from "./draft.ts";
import { useAttachments } from "./use-attachments.ts";
import { useDraft } from "./use-draft.ts";
import { useFileDrop } from "./use-file-drop.ts";

export interface ComposerHandle {
  /** Puts a message that was not sent back into the field. */
  readonly restore: (parts: readonly UserPart[]) => void;
}

export interface ComposerProps {
  readonly ref: Ref<ComposerHandle>;
  /** Each user's each thread keeps its own unfinished text. */
  readonly draftKey: string;
  readonly agents: Agents | undefined;
  readonly agent: AgentInfo | undefined;
  readonly onAgent: (name: string) => void;
  /** Answers being written in this thread. */
  readonly active: readonly Message[];
  /** Why messages have to wait; undefined while they do not. */
  readonly waitingFor: string | undefined;
  readonly onSend: (parts: readonly UserPart[]) => void;
}

const heightPxMax = 240;

/** Where a message is written: text, files, who answers, send and stop. */
export function Composer(props: ComposerProps): ReactNode {
  const { agents, agent, onAgent, active, waitingFor, onSend } = props;
  const client = useClient();
  const [text, setText] = useDraft(props.draftKey);
  const attachments = useAttachments();
  const dropping = useFileDrop(attachments.add);
  const [note, setNote] = useState<string>();
  const [stopping, setStopping] = useState<ReadonlySet<string>>(new Set());
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const field = area.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, heightPxMax)}px`;
  }, [text]);

  useImperativeHandle(props.ref, () => ({
    restore: (parts) => {
      setText(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"));
      attachments.restore(parts.filter((part) => part.type === "attachment"));
      area.current?.focus();
    },
  }));

  const uploading = attachments.files.some((file) => file.state.is === "uploading");
  const failed = attachments.files.some((file) => file.state.is === "failed");
  const verdict = judgeDraft(text, attachments.files.length);
  const ready = verdict.is === "ready" && !uploading && !failed;

  // A hint holds until the draft changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: clears with every change of the draft
  useEffect(() => setNote(undefined), [text, attachments.files.length]);

  const send = () => {
    if (!ready) {
      setNote(whyNot(verdict, uploading, failed));
      return;
    }
    const parts: UserPart[] = attachments.files.flatMap((file) =>
      file.state.is === "ready" ? [file.state.part] : [],
    );
    if (text.trim() !== "") parts.push({ type: "text", text: text.trim() });
    onSend(parts);
    setText("");
    attachments.clear();
    area.current?.focus();
  };

  const stop = () => {
    for (const message of active) {
      const { runId } = message;
      if (runId === undefined || stopping.has(runId)) continue;
      setStopping((ids) => new Set(ids).add(runId));
      void client.cancel(runId).then((answer) => {
        if (answer.ok || answer.code === "run_ended") return;
        setStopping((ids) => new Set([...ids].filter((id) => id !== runId)));
        setNote(`It could not be stopped: ${answer.message}`);
      });
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  const fileText = (body: string) => {
    attachments.add([new File([body], "pasted-text.txt", { type: "text/plain" })]);
  };

  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    const pasted = event.clipboardData.getData("text/plain");
    if (files.length > 0 && pasted === "") {
      event.preventDefault();
      attachments.add(files);
    } else if (pasted !== "" && !fitsMessage(text + pasted)) {
      event.preventDefault();
      fileText(pasted);
    }
  };

  const allStopping = active.length > 0 && active.every((message) => stopping.has(message.runId ?? ""));

  return (
    <form
      className="composer"
      aria-label="New message"
      data-dropping={dropping}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AttachmentChips attachments={attachments} />
      <textarea
        id="composer"
        ref={area}
        rows={1}
        aria-label="Message"
        dir="auto"
        aria-describedby="composer-note"
        placeholder={dropping ? "Drop the files here" : "Ask a question"}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-tools">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="file-input"
          onChange={(event) => {
            attachments.add([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <button
          type="button"
          className="icon-button"
          aria-label="Attach files"
          title="Attach files"
          onClick={() => picker.current?.click()}
        >
          <Icon name="clip" />
        </button>
        {agents && agents.agents.length > 1 ? (
          <label className="agent-choice">
            <span className="sr-only">Agent</span>
            <select
              value={agent?.name}
              onChange={(event) => onAgent(event.target.value)}
              title={agent?.description}
            >
              {agents.agents.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <p id="composer-note" className="composer-note" role="status">
          {note ?? waitingFor ?? ""}
          {verdict.is === "file_it" ? (
            <>
              {note ? "" : verdict.why}{" "}
              <button
                type="button"
                className="link"
                onClick={() => {
                  fileText(text);
                  setText("");
                }}
              >
                Attach it as a file
              </button>
            </>
          ) : null}
        </p>
        {active.length > 0 ? (
          <button id="stop" type="button" className="button stop" onClick={stop} aria-disabled={allStopping}>
            <Icon name="stop" />
            {allStopping ? "Stopping …" : "Stop"}
          </button>
        ) : null}
        <button
          type="submit"
          className="button button-strong send"
          aria-label="Send"
          aria-disabled={!ready}
          title="Send"
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function whyNot(verdict: DraftVerdict, uploading: boolean, failed: boolean): string {
  if (verdict.is === "empty") return "Write something, or attach a file.";
  if (verdict.is === "too_many_files") return `A message takes ${verdict.max} files.`;
  if (verdict.is === "file_it") return verdict.why;
  if (uploading) return "The files are still on their way.";
  return failed ? "Remove the file that failed, or try it again." : "";
}
