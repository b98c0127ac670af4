import { WebSocket } from "ws";
import { Broken, Inbox } from "../inbox.ts";
import { mismatch, type Names, shown } from "../pattern.ts";
import type { Spec } from "../spec.ts";
import { WireJudge } from "./wire-judge.ts";

export interface LineOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly spec: Spec;
}

type Opened =
  | { readonly is: "open" }
  | { readonly is: "refused"; readonly status: number; readonly body: string; readonly headers: object };

/** One socket to the server under test: everything it said, in order, judged as it came. */
export class Line {
  readonly frames: unknown[] = [];
  readonly events: { readonly [key: string]: unknown }[] = [];
  readonly opened: Promise<Opened>;
  readonly #socket: WebSocket;
  readonly #judge: WireJudge;
  readonly #inbox = new Inbox();
  #framesRead = 0;
  #eventsRead = 0;
  #closed: { readonly code: number; readonly reason: string; readonly atMs: number } | undefined;
  readonly #openedMs = performance.now();

  constructor({ url, headers, protocols, spec }: LineOptions) {
    this.#judge = new WireJudge(spec);
    this.#socket = new WebSocket(url, [...protocols], { headers, maxPayload: 0 });
    this.#socket.on("message", (data, isBinary) => {
      if (isBinary) this.#judge.binary();
      else this.#take(this.#judge.text(String(data)));
      this.#inbox.wake();
    });
    this.#socket.on("close", (code, reason) => {
      this.#judge.closed(code, String(reason));
      this.#closed = { code, reason: String(reason), atMs: performance.now() - this.#openedMs };
      this.#inbox.wake();
    });
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once("open", () => resolve({ is: "open" }));
      this.#socket.once("unexpected-response", (_request, response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += String(chunk);
        });
        response.on("end", () =>
          resolve({ is: "refused", status: response.statusCode ?? 0, body, headers: response.headers }),
        );
      });
      this.#socket.on("error", (error) => reject(new Broken(`the socket: ${error.message}`)));
    });
    // Whoever waits for the opening hears of the failure there; an error after it is told by the close.
    this.opened.catch(() => this.#inbox.wake());
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  say(frame: unknown): void {
    this.#judge.said(frame);
    this.text(JSON.stringify(frame));
  }

  text(text: string | Uint8Array): void {
    this.#socket.send(text, { binary: false });
  }

  binary(bytes: Uint8Array): void {
    this.#socket.send(bytes, { binary: true });
  }

  /** The next frame that fits, skipping others; with `next` it has to be the very next one. */
  async expect(pattern: unknown, names: Names, withinMs: number, next = false): Promise<unknown> {
    let last = "nothing came";
    const found = await this.#inbox.until(
      () => {
        for (; this.#framesRead < this.frames.length; this.#framesRead++) {
          const frame = this.frames[this.#framesRead];
          const tried = new Map(names);
          const wrong = mismatch(pattern, frame, tried);
          if (wrong === undefined) {
            this.#framesRead++;
            for (const [name, value] of tried) names.set(name, value);
            return { frame };
          }
          last = `${wrong} in ${shown(frame)}`;
          if (next) throw new Broken(`the next frame: ${last}`);
        }
        if (this.#closed)
          throw new Broken(`closed with ${this.#closed.code} instead of ${shown(pattern)}; ${last}`);
        return undefined;
      },
      withinMs,
      () => `${shown(pattern)}; ${last}`,
    );
    return found.frame;
  }

  async expectEvent(pattern: unknown, names: Names, withinMs: number): Promise<void> {
    await this.#inbox.until(
      () => {
        for (; this.#eventsRead < this.events.length; this.#eventsRead++) {
          const tried = new Map(names);
          if (mismatch(pattern, this.events[this.#eventsRead], tried) !== undefined) continue;
          this.#eventsRead++;
          for (const [name, value] of tried) names.set(name, value);
          return true;
        }
        if (this.#closed) throw new Broken(`closed with ${this.#closed.code} before event ${shown(pattern)}`);
        return undefined;
      },
      withinMs,
      () => `event ${shown(pattern)}`,
    );
  }

  /** Whatever came so far, and for `forMs` more, fits `pattern` nowhere. */
  async never(pattern: unknown, names: Names, forMs: number, what: "frames" | "events"): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const found = this[what].find((one) => mismatch(pattern, one, new Map(names)) === undefined);
    if (found !== undefined) throw new Broken(`this must never come: ${shown(found)}`);
  }

  async expectClose(
    withinMs: number,
  ): Promise<{ readonly code: number; readonly reason: string; readonly atMs: number }> {
    return this.#inbox.until(
      () => this.#closed,
      withinMs,
      () => "a close",
    );
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  eventsOf(runId: unknown): readonly { readonly [key: string]: unknown }[] {
    return this.events.filter((event) => event.runId === runId);
  }

  /** Takes nothing from the socket any more; the peer's bytes wait. */
  stall(stalled: boolean): void {
    if (stalled) this.#socket.pause();
    else this.#socket.resume();
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  cut(): void {
    this.#socket.terminate();
  }

  /** What was wrong in itself, of everything that came. */
  get fault(): string | undefined {
    return this.#judge.fault;
  }

  #take(frame: unknown): void {
    this.frames.push(frame);
    if (typeof frame === "object" && frame !== null && "events" in frame && Array.isArray(frame.events)) {
      this.events.push(...frame.events);
    }
  }
}
