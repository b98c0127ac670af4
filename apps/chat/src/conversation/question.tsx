import { type AttachmentPart, type Message, messageText, type UserPart } from "@goldenpath/protocol";
import { memo, type ReactNode, useState } from "react";
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
        <QuestionText key={index} text={part.type === "text" ? part.text : ""} />
      ))}
    </>
  );
}

/** Long text, as of a pasted log, is folded: what was asked matters less than what was answered. */
function QuestionText({ text }: { readonly text: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const folds = isLong(text);
  return (
    <>
      <p className="question-text" dir="auto" data-folded={folds && !open}>
        {text}
      </p>
      {folds ? (
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen((was) => !was)}>
          {open ? "Show less" : "Show all of it"}
        </button>
      ) : null}
    </>
  );
}

const charsShown = 1_200;
const linesShown = 12;

function isLong(text: string): boolean {
  return text.length > charsShown || text.split("\n", linesShown + 1).length > linesShown;
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
