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

/** A message to a peer; its bytes are made once, however many sockets it goes to. */
export class Outgoing {
  readonly text: string;
  #frame: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The whole RFC 6455 text frame: FIN, unmasked, as a server sends it. */
  get frame(): Buffer {
    this.#frame ??= textFrame(this.text);
    return this.#frame;
  }
}

function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const header = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + bytes);
  frame[0] = 0x81;
  if (header === 2) frame[1] = bytes;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(bytes), 2);
  }
  frame.write(text, header, "utf8");
  return frame;
}
