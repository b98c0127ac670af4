import { type AttachmentPart, type Message, messageText, type UserPart } from "@goldenpath/protocol";
import { memo, type ReactNode } from "react";
import { Icon } from "../icons.tsx";
import { formatBytes } from "../text/figures.ts";
import { CopyButton } from "./copy-button.tsx";

/** What the person asked. Their text is shown as they wrote it. */
export const Question = memo(function Question({ message }: { readonly message: Message }): ReactNode {
  return (
    <article className="question" aria-label="Your message" data-testid="question">
      <UserParts parts={message.parts.filter((part) => part.type === "text" || part.type === "attachment")} />
      <div className="question-tools">
        <CopyButton what="message" text={() => messageText(message)} />
      </div>
    </article>
  );
});

export function UserParts({ parts }: { readonly parts: readonly UserPart[] }): ReactNode {
  const texts = parts.filter((part) => part.type === "text" && part.text !== "");
  const files = parts.filter((part) => part.type === "attachment");
  return (
    <>
      {files.length > 0 ? (
        <ul className="chips" aria-label="Attachments">
          {files.map((file) => (
            <AttachmentLink key={file.attachmentId} file={file} />
          ))}
        </ul>
      ) : null}
      {texts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sent message never change
        <p key={index} className="question-text">
          {part.type === "text" ? part.text : ""}
        </p>
      ))}
    </>
  );
}

function AttachmentLink({ file }: { readonly file: AttachmentPart }): ReactNode {
  return (
    <li className="chip">
      <Icon name="file" />
      <a href={`/api/attachments/${encodeURIComponent(file.attachmentId)}`} download={file.name}>
        {file.name}
      </a>
      <span className="muted">{formatBytes(file.bytes)}</span>
    </li>
  );
}
