/** What a file claims to be, and whether its bytes agree. */

/** Maps, because the keys are what a caller wrote: `x.constructor` names nothing here. */
const typeByExtension: ReadonlyMap<string, string> = new Map(
  Object.entries({
    csv: "text/csv",
    tsv: "text/tab-separated-values",
    json: "application/json",
    jsonl: "application/jsonl",
    ndjson: "application/jsonl",
    txt: "text/plain",
    log: "text/plain",
    md: "text/markdown",
    pdf: "application/pdf",
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    gif: "image/gif",
    webp: "image/webp",
  }),
);

const signatures: ReadonlyMap<string, (bytes: Uint8Array) => boolean> = new Map(
  Object.entries({
    "application/pdf": (bytes: Uint8Array) => ascii(bytes, 0, 5) === "%PDF-",
    "image/png": (bytes: Uint8Array) => bytes[0] === 0x89 && ascii(bytes, 1, 4) === "PNG",
    "image/jpeg": (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
    "image/gif": (bytes: Uint8Array) => ascii(bytes, 0, 4) === "GIF8",
    "image/webp": (bytes: Uint8Array) => ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP",
  }),
);

const jsonLines = new Set(["application/jsonl", "application/x-ndjson", "application/x-jsonlines"]);

/** The type by the file's extension where that says more than the browser did; Excel claims every CSV. */
export function mediaTypeOf(name: string, claimed: string | undefined): string {
  const essence = (claimed ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const byName = typeByExtension.get(name.split(".").at(-1)?.toLowerCase() ?? "");
  if (byName !== undefined) return byName;
  if (jsonLines.has(essence)) return "application/jsonl";
  return /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(essence) && essence.length <= 127
    ? essence
    : "application/octet-stream";
}

export type ContentVerdict = { readonly is: "fits" } | { readonly is: "refused"; readonly message: string };

/** Judges by the bytes: text has to be UTF-8 without NUL, JSON has to parse, images and PDF have their marks. */
export function judgeContent(mediaType: string, bytes: Uint8Array): ContentVerdict {
  if (bytes.byteLength === 0) return { is: "refused", message: "The file is empty." };
  const signature = signatures.get(mediaType);
  if (signature) {
    return signature(bytes)
      ? { is: "fits" }
      : { is: "refused", message: `The file claims to be ${mediaType}, but its content is something else.` };
  }
  if (mediaType === "application/json") return judgeJson(mediaType, bytes);
  if (mediaType.startsWith("text/") || jsonLines.has(mediaType)) {
    const text = utf8(bytes);
    return text === undefined ? notText(mediaType) : { is: "fits" };
  }
  return { is: "fits" };
}

function judgeJson(mediaType: string, bytes: Uint8Array): ContentVerdict {
  const text = utf8(bytes);
  if (text === undefined) return notText(mediaType);
  try {
    JSON.parse(text);
    return { is: "fits" };
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.slice(0, 200) : "not JSON";
    return { is: "refused", message: `The file claims to be JSON, but does not parse: ${reason}` };
  }
}

function notText(mediaType: string): ContentVerdict {
  return {
    is: "refused",
    message: `The file claims to be ${mediaType}, but it is not UTF-8 text. A spreadsheet has to be saved as "CSV UTF-8" first.`,
  };
}

/** Without its byte order mark; undefined when the bytes are not UTF-8 or hold a NUL, as binaries do. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
