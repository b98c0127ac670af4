import { createHash } from "node:crypto";
import type { AttachmentHead } from "@goldenpath/journal";
import { type ErrorCode, limits, type SendFrame, type UserPart } from "@goldenpath/protocol";

export interface SendRefusal {
  readonly is: "refused";
  readonly code: ErrorCode;
  readonly message?: string;
}

/** What is wrong with a message's parts, before anything is looked up. */
export function judgeParts(parts: readonly UserPart[]): SendRefusal | undefined {
  if (parts.length > limits.messagePartsMax) {
    return refuse("message_too_large", `A message may have ${limits.messagePartsMax} parts.`);
  }
  let chars = 0;
  let something = false;
  for (const part of parts) {
    if (part.type === "text") {
      chars += part.text.length;
      something ||= part.text.trim() !== "";
    } else something = true;
  }
  if (chars > limits.messageCharsMax) {
    const max = limits.messageCharsMax.toLocaleString("en");
    return refuse("message_too_large", `A message may have ${max} characters; attach longer text as a file.`);
  }
  return something ? undefined : refuse("empty_message", "Write something, or attach a file.");
}

/** Whether an attachment part is what it says. `found` is what the user (and nobody else) stored by that id. */
export function judgeAttachment(
  part: Extract<UserPart, { type: "attachment" }>,
  found: AttachmentHead | undefined,
): SendRefusal | undefined {
  if (!found)
    return refuse("not_found", `There is no attachment ${part.attachmentId}; upload the file again.`);
  const wrong = [
    part.name === found.name ? "" : "name",
    part.mediaType === found.mediaType ? "" : "type",
    part.bytes === found.sizeBytes ? "" : "size",
  ].filter((field) => field !== "");
  if (wrong.length === 0) return undefined;
  const fields = wrong.join(", ");
  return refuse(
    "attachment_invalid",
    `The attachment ${part.attachmentId} has another ${fields} than the message says.`,
  );
}

/** J3: two sends are the same command when these are equal. */
export function fingerprintOf(frame: SendFrame): string {
  const content = JSON.stringify([frame.threadId ?? null, frame.agent ?? null, frame.parts.map(contentOf)]);
  return createHash("sha256").update(content).digest("hex");
}

function contentOf(part: UserPart): readonly unknown[] {
  if (part.type === "text") return ["text", part.text];
  return ["attachment", part.attachmentId, part.name, part.mediaType, part.bytes];
}

const titleCharsMax = 80;

/** A thread's title: the beginning of its first message, cut between words. */
export function titleOf(parts: readonly UserPart[]): string {
  const text = parts
    .map((part) => (part.type === "text" ? part.text : ""))
    .join(" ")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (text === "") {
    const file = parts.find((part) => part.type === "attachment");
    return file?.type === "attachment" ? file.name.slice(0, limits.titleCharsMax) : "New thread";
  }
  if (text.length <= titleCharsMax) return text.toWellFormed();
  const cut = text.slice(0, titleCharsMax);
  const space = cut.lastIndexOf(" ");
  return `${(space > titleCharsMax / 2 ? cut.slice(0, space) : cut).toWellFormed()} …`;
}

function refuse(code: ErrorCode, message: string): SendRefusal {
  return { is: "refused", code, message };
}
