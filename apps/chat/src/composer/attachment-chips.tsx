import type { ReactNode } from "react";
import { Icon } from "../icons.tsx";
import { formatBytes } from "../text/figures.ts";
import type { Attachments } from "./use-attachments.ts";

export function AttachmentChips({ attachments }: { readonly attachments: Attachments }): ReactNode {
  if (attachments.files.length === 0) return null;
  return (
    <ul className="chips" aria-label="Files to send">
      {attachments.files.map((file) => (
        <li key={file.key} className="chip" data-state={file.state.is} data-testid="attachment">
          <Icon name={file.state.is === "failed" ? "warning" : "file"} />
          <span className="chip-name">{file.name}</span>
          {file.state.is === "uploading" ? (
            <progress max={1} value={file.state.share} aria-label={`Uploading ${file.name}`} />
          ) : null}
          {file.state.is === "ready" ? <span className="muted">{formatBytes(file.bytes)}</span> : null}
          {file.state.is === "failed" ? (
            <span className="chip-error" role="alert">
              {file.state.message}
            </span>
          ) : null}
          {file.state.is === "failed" && file.state.file ? (
            <button type="button" className="link" onClick={() => attachments.retry(file.key)}>
              Try again
            </button>
          ) : null}
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove ${file.name}`}
            onClick={() => attachments.remove(file.key)}
          >
            <Icon name="cross" />
          </button>
        </li>
      ))}
    </ul>
  );
}
