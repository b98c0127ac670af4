/**
 * What of a tool call may stand in the log: JSON only, bounded, without secrets. This is the one place
 * where inputs, outputs and error texts are cleaned.
 *
 *  L1  The value of a declared key never passes, at any depth; nor does that value inside another text.
 *  L2  What JSON cannot say is written as people expect (a Date as ISO text, a bigint as its digits);
 *      what has no honest form (a cycle, endless depth, a getter that throws) is invalid.
 *  L3  Above `bytesMax` a preview stands for the value and says so; the work is bounded by the same number.
 */
import { type Json, limits } from "@goldenpath/protocol";

export type Loggable =
  | { readonly is: "json"; readonly json: Json }
  | { readonly is: "invalid"; readonly detail: string };

/** Stands for an output or input above `toolOutputBytesMax`. */
export interface ToolOutputPreview {
  readonly truncated: true;
  readonly note: string;
  /** The beginning of its JSON text. */
  readonly preview: string;
}

export const redacted = "[redacted]";
/** Whether the log holds less of this input than there was: a secret was taken out, or it was too large. */
export function isHidden(logged: Json): boolean {
  if (logged === redacted) return true;
  if (typeof logged !== "object" || logged === null) return false;
  if ("truncated" in logged && logged.truncated === true && "preview" in logged) return true;
  return Object.values(logged).some((value: Json) => isHidden(value));
}

const depthMax = 64;
const previewCharsMax = 4_000;
const errorCharsMax = 2_000;
const secretValuesMax = 1_000;
/** Shorter secrets are not searched for inside longer texts: they would be found everywhere. */
const searchableCharsMin = 4;

/** The cleaning of one tool call: it learns the secrets from the input. */
export class Redactor {
  readonly #keys: ReadonlySet<string>;
  readonly #values = new Set<string>();

  constructor(secretKeys: readonly string[]) {
    this.#keys = new Set(secretKeys.map((key) => key.toLowerCase()));
  }

  /** The input as it may be logged. Text where an object was due may hold anything, so it is hidden whole. */
  input(value: unknown): Loggable {
    if (this.#keys.size > 0 && (typeof value !== "object" || value === null)) {
      this.#learn(value, 0);
      return { is: "json", json: value === undefined || value === null ? null : redacted };
    }
    const learned = convert(value, { keys: this.#keys, learn: (secret) => this.#learn(secret, 0) });
    // A second pass, because a secret may also stand under another key that came before its own.
    if (learned.is === "invalid" || this.#values.size === 0) return learned;
    return convert(value, { keys: this.#keys, clean: (text) => this.#clean(text) });
  }

  output(value: unknown): Loggable {
    return convert(value, { clean: (text) => this.#clean(text) });
  }

  /** An error text, for the log and for the agent. */
  text(message: string): string {
    const short = [...this.#values].some(
      (value) => value.length < searchableCharsMin && value !== "" && message.includes(value),
    );
    if (short) return "The text of this error held a secret and is not shown.";
    const clean = this.#clean(message);
    return clean.length > errorCharsMax ? `${clean.slice(0, errorCharsMax)} …` : clean;
  }

  #learn(secret: unknown, depth: number): void {
    if (this.#values.size >= secretValuesMax || depth > depthMax) return;
    if (typeof secret === "string" || typeof secret === "number" || typeof secret === "bigint") {
      const text = String(secret);
      this.#values.add(text);
      this.#values.add(encodeURIComponent(text.toWellFormed()));
      this.#values.add(JSON.stringify(text).slice(1, -1));
    } else if (typeof secret === "object" && secret !== null) {
      for (const value of Object.values(secret)) this.#learn(value, depth + 1);
    }
  }

  #clean(text: string): string {
    if (this.#values.has(text) && text !== "") return redacted;
    let clean = text;
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) {
      if (value.length >= searchableCharsMin) clean = clean.replaceAll(value, redacted);
    }
    return clean;
  }
}

interface Cleaning {
  readonly keys?: ReadonlySet<string>;
  readonly learn?: (secret: unknown) => void;
  readonly clean?: (text: string) => string;
}

function convert(value: unknown, cleaning: Cleaning): Loggable {
  const conversion = new Conversion(cleaning);
  try {
    const json = conversion.take(value, "$", 0) ?? null;
    const text = JSON.stringify(json);
    if (!conversion.overflown && Buffer.byteLength(text) <= limits.toolOutputBytesMax)
      return { is: "json", json };
    return { is: "json", json: { ...previewOf(text) } };
  } catch (error) {
    if (error instanceof NotJson) return { is: "invalid", detail: error.message };
    // A getter, a toJSON or a proxy threw: its text is not ours to show.
    return { is: "invalid", detail: "Reading the value threw an error." };
  }
}

function previewOf(text: string): ToolOutputPreview {
  const max = limits.toolOutputBytesMax.toLocaleString("en");
  const preview = text.slice(0, previewCharsMax);
  return {
    truncated: true,
    note: `More than ${max} bytes; these are the first ${preview.length.toLocaleString("en")} characters.`,
    preview,
  };
}

class NotJson extends Error {
  override readonly name = "NotJson";
}

class Conversion {
  overflown = false;
  readonly #cleaning: Cleaning;
  readonly #above = new Set<object>();
  #chars = 0;

  constructor(cleaning: Cleaning) {
    this.#cleaning = cleaning;
  }

  /** Undefined for what JSON leaves out: undefined, functions, symbols. */
  take(value: unknown, path: string, depth: number): Json | undefined {
    this.#spend(2);
    if (this.overflown) return null;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        if (!Number.isFinite(value)) return null;
        // JSON has one zero.
        return this.#cleaning.clean?.(String(value)) === redacted ? redacted : value + 0;
      case "bigint":
        return this.#text(String(value));
      case "boolean":
        return value;
      case "object":
        return value === null ? null : this.#object(value, path, depth);
      default:
        return undefined;
    }
  }

  #object(value: object, path: string, depth: number): Json | undefined {
    if (depth >= depthMax)
      throw new NotJson(`The value is nested more than ${depthMax} levels deep, at ${path}.`);
    if (this.#above.has(value)) throw new NotJson(`The value refers to itself, at ${path}.`);
    this.#above.add(value);
    try {
      return this.#entered(value, path, depth + 1);
    } finally {
      this.#above.delete(value);
    }
  }

  #entered(value: object, path: string, depth: number): Json | undefined {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if ("toJSON" in value && typeof value.toJSON === "function") {
      return this.take(value.toJSON(""), path, depth);
    }
    if (value instanceof Error)
      return this.#fields({ name: value.name, message: value.message }, path, depth);
    if (value instanceof Set) return this.#items(value, path, depth);
    if (value instanceof Map) {
      const named = [...value.keys()].every((key) => typeof key === "string");
      return named ? this.#fields(Object.fromEntries(value), path, depth) : this.#items(value, path, depth);
    }
    return Array.isArray(value) ? this.#items(value, path, depth) : this.#fields(value, path, depth);
  }

  #items(values: Iterable<unknown>, path: string, depth: number): Json {
    const items: Json[] = [];
    for (const value of values) {
      items.push(this.take(value, `${path}[${items.length}]`, depth) ?? null);
      if (this.overflown) break;
    }
    return items;
  }

  #fields(value: object, path: string, depth: number): Json {
    const { keys, learn } = this.#cleaning;
    const fields: [string, Json][] = [];
    for (const [key, field] of Object.entries(value)) {
      if (keys?.has(key.toLowerCase())) {
        learn?.(field);
        fields.push([key, redacted]);
        continue;
      }
      const name = this.#text(key);
      const taken = this.take(field, `${path}.${name.slice(0, 64)}`, depth);
      if (taken !== undefined) fields.push([name, taken]);
      if (this.overflown) break;
    }
    return Object.fromEntries(fields);
  }

  #text(text: string): string {
    const clean = this.#cleaning.clean?.(text) ?? text;
    const room = Math.max(0, limits.toolOutputBytesMax - this.#chars);
    this.#spend(clean.length);
    return clean.length > room ? clean.slice(0, room) : clean;
  }

  #spend(chars: number): void {
    this.#chars += chars;
    if (this.#chars > limits.toolOutputBytesMax) this.overflown = true;
  }
}
