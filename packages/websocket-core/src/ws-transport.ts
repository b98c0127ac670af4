import type { Duplex } from "node:stream";
import type { Clock, Timer } from "@goldenpath/protocol";
import type { RawData, WebSocket } from "ws";
import type { Frame, Outgoing, Transport, TransportEvents } from "./transport.ts";

/** Time for the peer to answer a close frame before the socket is cut. */
const closeMsMax = 2_000;

/** How the listeners, which all sockets share, find what a socket carries. */
const carried = Symbol("transport");

type Carrying<T> = T & { [carried]?: WebSocketTransport };

/**
 * A WebSocket as a transport. `ws` reads frames and speaks the control frames; data frames are built by
 * us and go to the TCP socket directly, all of a tick in one write: a socket write is what costs.
 * That is sound because compression is off, so `ws` never holds a frame back.
 */
export class WebSocketTransport implements Transport {
  static readonly #onMessage = function (this: Carrying<WebSocket>, data: RawData, isBinary: boolean) {
    const { [carried]: transport } = this;
    if (!transport) return;
    if (isBinary) transport.#events?.binary();
    else transport.#events?.text(data.toString());
  };

  /**
   * A protocol error (bad UTF-8, a frame over the hard limit) is followed by "close" with its code.
   * A peer that goes on sending after it, and never says goodbye, is cut like any other.
   */
  static readonly #onError = function (this: Carrying<WebSocket>) {
    const { [carried]: transport } = this;
    if (!transport) return;
    transport.#socket.resume();
    transport.#closing ??= transport.#clock.timer(closeMsMax, () => transport.terminate());
  };

  static readonly #onClose = function (this: Carrying<WebSocket>, code: number) {
    const { [carried]: transport } = this;
    if (!transport) return;
    transport.#closing?.cancel();
    transport.#socket.off("drain", WebSocketTransport.#onDrain);
    transport.#events?.closed(code);
  };

  static readonly #onDrain = function (this: Carrying<Duplex>) {
    const { [carried]: transport } = this;
    if (transport) transport.#events?.drained();
  };

  readonly #websocket: WebSocket;
  readonly #socket: Duplex;
  readonly #clock: Clock;
  #events: TransportEvents | undefined;
  #closing: Timer | undefined;

  constructor(websocket: WebSocket, socket: Duplex, clock: Clock) {
    this.#websocket = websocket;
    this.#socket = socket;
    this.#clock = clock;
  }

  open(events: TransportEvents): void {
    this.#events = events;
    const websocket: Carrying<WebSocket> = this.#websocket;
    const socket: Carrying<Duplex> = this.#socket;
    websocket[carried] = this;
    socket[carried] = this;
    websocket.on("message", WebSocketTransport.#onMessage);
    websocket.on("error", WebSocketTransport.#onError);
    websocket.on("close", WebSocketTransport.#onClose);
    socket.on("drain", WebSocketTransport.#onDrain);
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
