import { type ErrorCode, errorCodes } from "./codes.ts";
import type { ClientFrame, ErrorFrame, ServerFrame } from "./frame.ts";
import { limits } from "./limits.ts";
import { clientFrameSchemas } from "./schema.ts";

export type Decoded =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly error: ErrorFrame };

/**
 * Reads one client frame. Never throws, whatever the text holds: a bad frame is an answer with a code,
 * a text that says where it is wrong, and the command's id where it could be read.
 */
export function decodeClientFrame(text: string): Decoded {
  if (utf8BytesOver(text, limits.frameBytesMax)) {
    return refuse("frame_too_large", `A frame may have ${limits.frameBytesMax} bytes.`);
  }
  if (depthOver(text, limits.frameDepthMax)) {
    return refuse("bad_frame", `A frame may nest ${limits.frameDepthMax} levels deep.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("bad_frame", "The frame is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("bad_frame", "A frame is a JSON object with a type.");
  }
  const id = "id" in value && typeof value.id === "string" ? value.id.slice(0, limits.idCharsMax) : undefined;
  const type = "type" in value ? value.type : undefined;
  if (typeof type !== "string" || !isClientFrameType(type)) {
    const known = Object.keys(clientFrameSchemas).join(", ");
    return refuse("unknown_type", `Unknown frame type; known are ${known}.`, id);
  }
  const parsed = clientFrameSchemas[type].safeParse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? issue.path.join(".") : type;
  return refuse("bad_frame", `${where}: ${issue?.message ?? "does not fit its schema"}`, id);
}

export function encodeServerFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** An `events` frame around events that are already serialised. */
export function eventsFrame(events: readonly string[]): string {
  return `{"type":"events","events":[${events.join(",")}]}`;
}

export function errorFrame(code: ErrorCode, message?: string, id?: string, afterMs?: number): ErrorFrame {
  const entry = errorCodes[code];
  return {
    type: "error",
    ...(id === undefined ? {} : { id }),
    code,
    message: message ?? entry.meaning,
    retry: entry.retry,
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}

function refuse(code: ErrorCode, message: string, id?: string): Decoded {
  return { ok: false, error: errorFrame(code, message, id) };
}

function isClientFrameType(type: string): type is ClientFrame["type"] {
  return Object.hasOwn(clientFrameSchemas, type);
}

/** Counts only when the text could be over: a UTF-16 unit takes at most three bytes. */
function utf8BytesOver(text: string, max: number): boolean {
  if (text.length > max) return true;
  if (text.length * 3 <= max) return false;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes > max;
}

/** Brackets outside strings; a bound on what JSON.parse is given to recurse into. */
function depthOver(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth++;
      if (depth > max) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}
