import type { Duplex } from "node:stream";
import type { Clock, Timer } from "@goldenpath/protocol";
import type { WebSocket } from "ws";
import type { Frame, Outgoing, Transport, TransportEvents } from "./transport.ts";

/** Time for the peer to answer a close frame before the socket is cut. */
const closeMsMax = 2_000;

/**
 * A WebSocket as a transport. `ws` reads frames and speaks the control frames; data frames are built by
 * us and go to the TCP socket directly, all of a tick in one write: a socket write is what costs.
 * That is sound because compression is off, so `ws` never holds a frame back.
 */
export class WebSocketTransport implements Transport {
  readonly #websocket: WebSocket;
  readonly #socket: Duplex;
  readonly #clock: Clock;
  #closing: Timer | undefined;

  constructor(websocket: WebSocket, socket: Duplex, clock: Clock) {
    this.#websocket = websocket;
    this.#socket = socket;
    this.#clock = clock;
  }

  open(events: TransportEvents): void {
    this.#websocket.on("message", (data, isBinary) => {
      if (isBinary) events.binary();
      else events.text(data.toString());
    });
    // A protocol error (bad UTF-8, a frame over the hard limit) is followed by "close" with its code.
    // A peer that goes on sending after it, and never says goodbye, is cut like any other.
    this.#websocket.on("error", () => {
      this.#socket.resume();
      this.#closing ??= this.#clock.timer(closeMsMax, () => this.terminate());
    });
    this.#websocket.on("close", (code) => {
      this.#closing?.cancel();
      this.#socket.off("drain", events.drained);
      events.closed(code);
    });
    this.#socket.on("drain", events.drained);
  }

  write(messages: readonly Outgoing[]): void {
    if (this.#websocket.readyState !== this.#websocket.OPEN) return;
    let chars = "";
    for (const { frame } of messages) {
      if (frame.is === "chars") chars += frame.chars;
      else {
        this.#socket.write(Buffer.concat(messages.map((message) => bytesOf(message.frame))));
        return;
      }
    }
    this.#socket.write(chars, "latin1");
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = this.#clock.timer(closeMsMax, () => this.terminate());
    this.#websocket.close(code, reason);
  }

  terminate(): void {
    this.#websocket.terminate();
  }
}

function bytesOf(frame: Frame): Buffer {
  return frame.is === "bytes" ? frame.bytes : Buffer.from(frame.chars, "latin1");
}
