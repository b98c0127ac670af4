/**
 * What must hold of everything that any server sends, whatever a case is about. Every line of every case is
 * judged: shapes and codes by the tables of SPEC.md, P6 (the order of a beginning), P8 (dense, each once),
 * P22 (the head of a run's event), P26 (the reason of a close).
 */
import { isFields, shown } from "../pattern.ts";
import type { Shape, Spec } from "../spec.ts";

/** Close codes of RFC 6455 that a server may use. */
const ownCloses = [1000, 1001, 1006, 1007, 1009, 1011, 1012, 1013];

export class WireJudge {
  readonly #spec: Spec;
  #asked: number | undefined;
  #phase: "greeting" | "welcomed" | "replaying" | "live" = "greeting";
  #epoch: unknown;
  #offset: number | undefined;
  /** What is wrong, the first of it. */
  fault: string | undefined;

  constructor(spec: Spec) {
    this.#spec = spec;
  }

  /** What the client says: the cursor in its hello is what the first event has to continue. */
  said(frame: unknown): void {
    if (!isFields(frame) || frame.type !== "hello" || !isFields(frame.cursor)) return;
    if (typeof frame.cursor.offset === "number") this.#asked = frame.cursor.offset;
  }

  text(text: string): unknown {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#broken("P2", `a frame is not JSON: ${text.slice(0, 100)}`);
      return undefined;
    }
    if (!isFields(frame) || typeof frame.type !== "string") {
      this.#broken("P2", `a frame is no object with a type: ${text.slice(0, 100)}`);
      return frame;
    }
    const shape = this.#spec.serverFrames.get(frame.type);
    if (!shape) this.#broken("P2", `there is no server frame ${frame.type}`);
    else this.#shape("P2", frame.type, frame, shape);
    this.#order(frame);
    if (frame.type === "error") this.#error(frame);
    return frame;
  }

  binary(): void {
    this.#broken("P2", "the server sent a binary message");
  }

  closed(code: number, reason: string): void {
    const named = this.#spec.reasonByClose.get(code);
    if (named === undefined && !ownCloses.includes(code))
      this.#broken("P26", `there is no close code ${code}`);
    if (named !== undefined && named !== reason)
      this.#broken("P26", `close ${code} says "${reason}", not ${named}`);
  }

  #order(frame: { readonly [key: string]: unknown }): void {
    const { type } = frame;
    if (this.#phase === "greeting" && type !== "welcome" && type !== "error") {
      this.#broken("P6", `${type} came before welcome`);
    }
    if (type === "welcome") {
      if (this.#phase !== "greeting") this.#broken("P6", "welcome came twice");
      this.#phase = "welcomed";
      this.#epoch = frame.epoch;
      this.#offset = this.#asked;
    } else if (type === "snapshot") {
      const { asOf } = frame;
      if (!isFields(asOf) || typeof asOf.offset !== "number") this.#broken("P6", "asOf is no cursor");
      else this.#offset = asOf.offset;
      if (isFields(asOf) && asOf.epoch !== this.#epoch)
        this.#broken("P7", "asOf is of another epoch than welcome");
      this.#phase = "replaying";
    } else if (type === "events") {
      if (Array.isArray(frame.events)) this.#events(frame.events);
    } else if (type === "caught_up") {
      if (this.#phase === "live") this.#broken("P6", "caught_up came twice");
      this.#phase = "live";
      if (frame.head !== this.#offset) {
        this.#broken("P6", `caught_up says ${frame.head}, but ${this.#offset} was sent`);
      }
    }
  }

  #events(events: readonly unknown[]): void {
    if (events.length === 0) this.#broken("P2", "an events frame is empty");
    if (events.length > (this.#spec.limits.eventsPerFrameMax ?? 0)) {
      this.#broken("P6", `${events.length} events in one frame`);
    }
    for (const event of events) {
      if (!isFields(event) || typeof event.type !== "string") {
        this.#broken("P2", `this is no event: ${shown(event)}`);
        continue;
      }
      const { offset, type, data } = event;
      if (this.#offset === undefined) this.#broken("P7", "events without a cursor and without a snapshot");
      else if (offset !== this.#offset + 1) this.#broken("P8", `offset ${offset} came after ${this.#offset}`);
      if (typeof offset === "number") this.#offset = offset;
      const shape = this.#spec.eventData.get(type);
      if (!shape) this.#broken("P22", `there is no event ${type}`);
      else if (isFields(data)) this.#shape("P22", type, data, shape);
      for (const [field, kind] of Object.entries({ id: "string", at: "number", threadId: "string" })) {
        if (typeof event[field] !== kind) this.#broken("P22", `${type} has no ${field}`);
      }
      if (/^(agent|tool|text|approval|usage)_/.test(type) && !(event.runId && event.seq && event.agent)) {
        this.#broken("P22", `${type} lacks runId, seq or agent`);
      }
    }
  }

  #error({ code, retry, message }: { readonly [key: string]: unknown }): void {
    const expected = this.#spec.retryByCode.get(String(code));
    if (expected === undefined) this.#broken("P9", `there is no error code ${shown(code)}`);
    else if (retry !== expected) this.#broken("P9", `${code} says retry ${shown(retry)}, not ${expected}`);
    if (typeof message !== "string" || message === "") this.#broken("P9", `${code} has no message`);
  }

  #shape(rule: string, what: string, fields: { readonly [key: string]: unknown }, shape: Shape): void {
    for (const name of shape.required) {
      if (fields[name] === undefined) this.#broken(rule, `${what} has no ${name}`);
    }
  }

  #broken(rule: string, what: string): void {
    this.fault ??= `${rule}: ${what}`;
  }
}
