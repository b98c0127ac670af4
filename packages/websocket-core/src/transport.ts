/**
 * One socket as a connection sees it. The real one is a WebSocket over TCP (`ws-transport.ts`); a
 * simulation brings its own.
 */
export interface Transport {
  /** Called once, before anything else; nothing is read from the peer earlier. */
  open(events: TransportEvents): void;
  /** All of it in one write. Never blocks; what the peer does not take in is counted in `bufferedBytes`. */
  write(messages: readonly Outgoing[]): void;
  readonly bufferedBytes: number;
  /** Says goodbye with a code; `terminate` follows if the peer does not answer. */
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface TransportEvents {
  text(text: string): void;
  binary(): void;
  /** The bytes that waited were taken by the peer. */
  drained(): void;
  /** Called once; nothing is called afterwards. */
  closed(code: number): void;
}

/** A message to a peer; its frame is made once, however many sockets it goes to. */
export class Outgoing {
  readonly text: string;
  #frame: Frame | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get frame(): Frame {
    this.#frame ??= textFrame(this.text);
    return this.#frame;
  }
}

/**
 * A whole RFC 6455 text frame: FIN, unmasked, as a server sends it. As `chars` each unit is one byte: a string
 * is written to a socket at less cost than a buffer, and most frames are ASCII.
 */
export type Frame =
  | { readonly is: "chars"; readonly chars: string; readonly length: number }
  | { readonly is: "bytes"; readonly bytes: Buffer; readonly length: number };

function textFrame(text: string): Frame {
  const length = Buffer.byteLength(text);
  const head = frameHead(length);
  if (length === text.length) {
    const chars = head + text;
    return { is: "chars", chars, length: chars.length };
  }
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.write(head, "latin1");
  bytes.write(text, head.length, "utf8");
  return { is: "bytes", bytes, length: bytes.length };
}

/** One unit for each byte. */
function frameHead(length: number): string {
  if (length < 126) return String.fromCharCode(0x81, length);
  if (length < 65_536) return String.fromCharCode(0x81, 126, length >> 8, length & 0xff);
  const low = length >>> 0;
  const high = (length - low) / 2 ** 32;
  const units = [high, low].flatMap((word) => [
    word >>> 24,
    (word >> 16) & 0xff,
    (word >> 8) & 0xff,
    word & 0xff,
  ]);
  return String.fromCharCode(0x81, 127, ...units);
}
