import { type ClientLimits, clientLimits } from "@goldenpath/protocol";

/** What a message may hold, judged before it is sent. `file_it`: the text has to become an attachment. */
export type DraftVerdict =
  | { readonly is: "empty" }
  | { readonly is: "ready" }
  | { readonly is: "file_it"; readonly why: string }
  | { readonly is: "too_many_files"; readonly max: number };

/** Room for a frame's own fields and for up to `messagePartsMax` attachment parts with long names. */
const frameRestBytes = 32 * 1_024;

export function judgeDraft(text: string, files: number, limits: ClientLimits = clientLimits): DraftVerdict {
  if (text.trim() === "" && files === 0) return { is: "empty" };
  const filesMax = limits.messagePartsMax - 1;
  if (files > filesMax) return { is: "too_many_files", max: filesMax };
  if (!fitsMessage(text, limits)) {
    return {
      is: "file_it",
      why: `This text has ${text.length.toLocaleString("en-US")} characters; a message takes ${limits.messageCharsMax.toLocaleString("en-US")}.`,
    };
  }
  return { is: "ready" };
}

/** A text counts in characters, and its frame in bytes of JSON: a text of wide characters meets that bound first. */
export function fitsMessage(text: string, limits: ClientLimits = clientLimits): boolean {
  if (text.length > limits.messageCharsMax) return false;
  if (text.length * 6 <= limits.frameBytesMax - frameRestBytes) return true;
  return new TextEncoder().encode(JSON.stringify(text)).length <= limits.frameBytesMax - frameRestBytes;
}

/** Whether a file can be attached, judged before a byte of it is sent. */
export function judgeFile(
  file: { readonly name: string; readonly size: number },
  limits: ClientLimits = clientLimits,
): string | undefined {
  if (file.size === 0) return "The file is empty.";
  if (file.size > limits.attachmentBytesMax) {
    return `The file is larger than ${limits.attachmentBytesMax / 1_048_576} MiB.`;
  }
  return undefined;
}

/** A name that the server takes: not longer than it may be, with its ending kept. */
export function attachmentName(name: string, charsMax: number): string {
  const clean = name.trim() === "" ? "file" : name.trim();
  if (clean.length <= charsMax) return clean;
  const dot = clean.lastIndexOf(".");
  const ending = dot > 0 && clean.length - dot <= 12 ? clean.slice(dot) : "";
  return clean.slice(0, charsMax - ending.length) + ending;
}
