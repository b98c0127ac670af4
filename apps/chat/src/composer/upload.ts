import { type AttachmentPart, limits } from "@goldenpath/protocol";
import { type Failure, isRecord, type Parse, type Result, readAnswer, unreachable } from "../request.ts";
import { attachmentName } from "./draft.ts";

const parseAttachment: Parse<AttachmentPart> = (body) => {
  if (!isRecord(body)) return undefined;
  const { attachmentId, name, mediaType, bytes } = body;
  if (typeof attachmentId !== "string" || typeof name !== "string") return undefined;
  if (typeof mediaType !== "string" || typeof bytes !== "number") return undefined;
  return { type: "attachment", attachmentId, name, mediaType, bytes };
};

/**
 * Sends one file. XMLHttpRequest, because `fetch` does not tell how far an upload got. `onProgress` gets a
 * share from 0 to 1. Never rejects; after an abort it answers `aborted`.
 */
export function upload(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Result<AttachmentPart>> {
  return new Promise((resolve) => {
    const fail = (failure: Failure) => resolve({ ok: false, failure });
    const request = new XMLHttpRequest();
    request.open("POST", "/api/attachments");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.setRequestHeader(
      "x-file-name",
      encodeURIComponent(attachmentName(file.name, limits.attachmentNameCharsMax)),
    );
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () =>
      resolve(readAnswer(request.status, request.responseText, parseAttachment)),
    );
    request.addEventListener("error", () => fail(unreachable));
    request.addEventListener("abort", () =>
      fail({ status: 0, code: "aborted", message: "The upload was stopped." }),
    );
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
