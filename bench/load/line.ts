/**
 * One client's socket, read as cheaply as can be and checked all the same: every event's offset continues the
 * one before (D1–D3), or the line says what is wrong. It knows four dialects: ours, bare WebSocket messages
 * of events, Socket.IO's, and server-sent events.
 */
import { connect, type Socket } from "node:net";
import { subprotocol } from "@goldenpath/protocol";

export interface LineOptions {
  readonly port: number;
  readonly dialect: "goldenpath" | "bare" | "Socket.IO" | "SSE";
  readonly user: number;
  /** Continue after this offset; absent: from the beginning. */
  readonly cursor?: { readonly epoch: string; readonly offset: number };
  /** The time that each stamped event was on its way, in milliseconds. */
  readonly onDelay?: (delayMs: number) => void;
  readonly onEvents: (count: number) => void;
  readonly onJoined: () => void;
  readonly onFailed: (why: string) => void;
}

/** All sockets read into this one: what is in it is used before the next is read. */
const shared = Buffer.allocUnsafeSlow(256 * 1024);
const offsetMarker = Buffer.from('{"offset":');
const stampMarker = Buffer.from('"text":"@');
const headEnd = Buffer.from("\r\n\r\n");
const digit0 = 0x30;
const digit9 = 0x39;

export class Line {
  readonly #options: LineOptions;
  readonly #socket: Socket;
  #phase: "upgrading" | "joining" | "live" | "ended" = "upgrading";
  /** Live from the chunk's first byte on: its events are looked for in all of it at once. */
  #scans = false;
  /** The beginning of a frame whose end is still to come. */
  #rest: Buffer | undefined;
  /** Offset of the last event. */
  offset: number;
  epoch = "";

  constructor(options: LineOptions) {
    this.#options = options;
    this.offset = options.cursor?.offset ?? 0;
    this.#socket = connect({
      port: options.port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (bytes) => {
          this.#read(shared.subarray(0, bytes));
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => this.#fail(String(error)));
    this.#socket.on("close", () => this.#fail("the server closed the socket"));
    if (options.dialect === "SSE") {
      this.#socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: user=${options.user}\r\n\r\n`);
      return;
    }
    const path = options.dialect === "Socket.IO" ? "/socket.io/?EIO=4&transport=websocket" : "/ws";
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
        (options.dialect === "goldenpath" ? `Sec-WebSocket-Protocol: ${subprotocol}\r\n` : "") +
        `Cookie: user=${options.user}\r\n\r\n`,
    );
  }

  get user(): number {
    return this.#options.user;
  }

  /** While it is paused nothing is read, as by a browser that sleeps; until just now it was awake. */
  pause(): void {
    if (this.#options.dialect === "goldenpath") this.#say('{"type":"pong"}');
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#phase = "ended";
    this.#socket.destroy();
  }

  #fail(why: string): void {
    if (this.#phase === "ended") return;
    const phase = this.#phase;
    this.end();
    this.#options.onFailed(`user ${this.#options.user}, ${phase}, offset ${this.offset}: ${why}`);
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    if (this.#phase === "upgrading") {
      const end = bytes.indexOf(headEnd);
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        return;
      }
      const status = bytes.toString("latin1", 9, 12);
      if (status !== (this.#options.dialect === "SSE" ? "200" : "101")) {
        this.#fail(`the upgrade was answered with ${bytes.toString("latin1", 0, 200)}`);
        return;
      }
      bytes = bytes.subarray(end + 4);
      this.#upgraded();
    }
    this.#scans = this.#phase === "live";
    const whole = this.#options.dialect === "SSE" ? wholeEvents(bytes) : this.#frames(bytes);
    if (this.#scans && whole > 0) this.#events(bytes.subarray(0, whole));
    if (whole < bytes.length) this.#rest = Buffer.from(bytes.subarray(whole));
  }

  #upgraded(): void {
    this.#phase = "joining";
    const { dialect, cursor } = this.#options;
    if (dialect === "goldenpath") this.#say(JSON.stringify({ type: "hello", client: "bench", cursor }));
    else if (dialect !== "Socket.IO") this.#join();
  }

  #join(): void {
    this.#phase = "live";
    this.#options.onJoined();
  }

  /** Walks over whole frames; answers where the first incomplete one begins. */
  #frames(bytes: Buffer): number {
    let at = 0;
    while (at + 2 <= bytes.length) {
      let length = (bytes[at + 1] ?? 0) & 0x7f;
      let head = 2;
      if (length === 126) {
        if (at + 4 > bytes.length) break;
        length = bytes.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        if (at + 10 > bytes.length) break;
        length = Number(bytes.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (at + head + length > bytes.length) break;
      const opcode = (bytes[at] ?? 0) & 0x0f;
      if (opcode === 8)
        this.#fail(`closed with ${bytes.toString("latin1", at + head + 2, at + head + length)}`);
      else if (opcode === 1) this.#control(bytes, at + head, length);
      at += head + length;
    }
    return at;
  }

  /** What is no event: handshakes and heartbeats. */
  #control(bytes: Buffer, at: number, length: number): void {
    if (this.#options.dialect === "Socket.IO") {
      if (length === 1 && bytes[at] === digit0 + 2) this.#say("3");
      else if (bytes[at] === digit0) this.#say("40");
      else if (this.#phase === "joining" && bytes[at] === digit0 + 4 && bytes[at + 1] === digit0)
        this.#join();
    } else if (this.#options.dialect === "goldenpath") {
      // `{"type":"…`: events frames begin with ev.
      if (bytes[at + 9] === 0x65 && bytes[at + 10] === 0x76) {
        if (!this.#scans) this.#events(bytes.subarray(at, at + length));
        return;
      }
      const frame = JSON.parse(bytes.toString("utf8", at, at + length)) as {
        readonly type: string;
        readonly epoch?: string;
        readonly asOf?: { readonly offset: number };
      };
      if (frame.type === "ping") this.#say('{"type":"pong"}');
      else if (frame.type === "welcome") this.epoch = frame.epoch ?? "";
      else if (frame.type === "snapshot") {
        // Who comes back with a cursor gets what follows it; a snapshot would hide what was lost.
        if (this.#options.cursor) this.#fail("the server had lost the place");
        else this.offset = frame.asOf?.offset ?? 0;
      } else if (frame.type === "caught_up" && this.#phase === "joining") this.#join();
      else if (frame.type === "error") this.#fail(JSON.stringify(frame));
    }
  }

  #events(bytes: Buffer): void {
    const { onDelay } = this.#options;
    let count = 0;
    for (let at = bytes.indexOf(offsetMarker); at >= 0; at = bytes.indexOf(offsetMarker, at)) {
      at += offsetMarker.length;
      const offset = digits(bytes, at);
      if (offset !== this.offset + 1) {
        this.#fail(`after offset ${this.offset} came ${offset}: lost, repeated or out of order`);
        return;
      }
      this.offset = offset;
      count++;
      if (onDelay) {
        const stamp = bytes.indexOf(stampMarker, at);
        if (stamp < 0) continue;
        const next = bytes.indexOf(offsetMarker, at);
        if (next >= 0 && next < stamp) continue;
        onDelay(nowUs() / 1_000 - digits(bytes, stamp + stampMarker.length) / 1_000);
      }
    }
    this.#options.onEvents(count);
  }

  /** A client's frame is masked; a mask of zeros leaves the text as it is. */
  #say(text: string): void {
    const payload = Buffer.from(text);
    const head =
      payload.length < 126
        ? [0x81, 0x80 | payload.length]
        : [0x81, 0xfe, payload.length >> 8, payload.length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]));
  }
}

/** Server-sent events end with an empty line; the sizes of HTTP's chunks stand between them. */
function wholeEvents(bytes: Buffer): number {
  const end = bytes.lastIndexOf("\n\n");
  return end < 0 ? 0 : end + 2;
}

/** Microseconds on the machine's monotonic clock, which all processes share. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function digits(bytes: Buffer, from: number): number {
  let value = 0;
  for (let at = from; ; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < digit0 || byte > digit9) return value;
    value = value * 10 + byte - digit0;
  }
}
