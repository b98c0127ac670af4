/** What must hold of everything that any client sends: P2, P16 (fields), C1 (the beginning), C10 (acks). */
import { isFields } from "../pattern.ts";
import type { Spec } from "../spec.ts";

export class ClientJudge {
  readonly #spec: Spec;
  #phase: "silent" | "greeted" | "welcomed" = "silent";
  #sentOffset = 0;
  fault: string | undefined;

  constructor(spec: Spec) {
    this.#spec = spec;
  }

  upgrade(url: string, offered: string | undefined): void {
    if (url !== "/ws") this.#broken("P3", `the upgrade asks for ${url}`);
    if (!(offered ?? "").split(/,\s*/).includes("goldenpath.v1"))
      this.#broken("P1", "goldenpath.v1 is not offered");
  }

  /** What the server said. */
  said(frame: unknown): void {
    if (!isFields(frame)) return;
    if (frame.type === "welcome") this.#phase = "welcomed";
    if (frame.type === "snapshot" && isFields(frame.asOf)) this.#sent(frame.asOf.offset);
    if (frame.type === "events" && Array.isArray(frame.events)) {
      for (const event of frame.events) if (isFields(event)) this.#sent(event.offset);
    }
  }

  text(text: string): unknown {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#broken("P2", `not JSON: ${text.slice(0, 100)}`);
      return undefined;
    }
    if (!isFields(frame) || typeof frame.type !== "string") {
      this.#broken("P2", `no object with a type: ${text.slice(0, 100)}`);
      return frame;
    }
    const { type } = frame;
    const shape = this.#spec.clientFrames.get(type);
    if (!shape) this.#broken("P16", `there is no client frame ${type}`);
    else {
      for (const name of shape.required)
        if (frame[name] === undefined) this.#broken("P16", `${type} has no ${name}`);
      const known = ["type", ...shape.required, ...shape.optional];
      const unknown = Object.keys(frame).find((name) => !known.includes(name));
      if (unknown !== undefined) this.#broken("P16", `${type} has ${unknown}, which is not listed`);
    }
    if (this.#phase === "silent" && type !== "hello") this.#broken("C1", `${type} came before hello`);
    if (this.#phase === "greeted") this.#broken("C1", `${type} came before welcome`);
    if (this.#phase === "welcomed" && type === "hello") this.#broken("C1", "hello came twice");
    if (this.#phase === "silent") this.#phase = "greeted";
    if (type === "ack" && Number(frame.offset) > this.#sentOffset) {
      this.#broken("C10", `ack ${frame.offset}, but ${this.#sentOffset} was sent`);
    }
    return frame;
  }

  binary(): void {
    this.#broken("P2", "the client sent a binary message");
  }

  #sent(offset: unknown): void {
    if (typeof offset === "number") this.#sentOffset = Math.max(this.#sentOffset, offset);
  }

  #broken(rule: string, what: string): void {
    this.fault ??= `${rule}: ${what}`;
  }
}
