/**
 * JSON-RPC as language servers speak it: a header with the length, then the body. Input comes from an
 * editor, yet it is bounded and checked like any other: a frame that is too large or no JSON ends the stream,
 * because what follows it cannot be told apart any more.
 */

const HEADER_BYTES_MAX = 4_096;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export type Message = {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
};

export type Reading =
  | { readonly is: "messages"; readonly messages: readonly Message[] }
  | { readonly is: "broken"; readonly why: string };

/** Collects bytes until whole messages are there. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  read(chunk: Uint8Array): Reading {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const end = this.#pending.indexOf("\r\n\r\n");
      if (end < 0) {
        if (this.#pending.length > HEADER_BYTES_MAX) return { is: "broken", why: "a header without an end" };
        return { is: "messages", messages };
      }
      const length = Number(/content-length: *(\d+)/i.exec(this.#pending.toString("latin1", 0, end))?.[1]);
      if (!(length >= 0 && length <= BODY_BYTES_MAX)) return { is: "broken", why: "a length that is none" };
      const start = end + 4;
      if (this.#pending.length < start + length) return { is: "messages", messages };
      const message = parse(this.#pending.toString("utf8", start, start + length));
      this.#pending = this.#pending.subarray(start + length);
      if (message === undefined) return { is: "broken", why: "a body that is no JSON object" };
      messages.push(message);
    }
  }
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Message)
      : undefined;
  } catch {
    return undefined;
  }
}

export function frame(message: Message): string {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
