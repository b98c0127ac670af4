/**
 * JSON as `tsconfig.json` has it: comments and trailing commas are allowed. Hand-written because the
 * files come from strangers: a wrong byte is an answer with a position, never an exception.
 */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonReading =
  | { readonly is: "read"; readonly value: JsonValue }
  | { readonly is: "broken"; readonly offset: number; readonly message: string };

/** Nesting beyond this is hostile, not configuration. */
const DEPTH_MAX = 200;

class Broken extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Parses JSON with comments, trailing commas and a byte order mark. */
export function readJsonWithComments(text: string): JsonReading {
  try {
    return { is: "read", value: JSON.parse(text) as JsonValue };
  } catch {
    // Plain JSON is the fast way; what it refuses is read by the tolerant reader below.
  }
  const reader = new Reader(text);
  try {
    return { is: "read", value: reader.document() };
  } catch (error) {
    if (error instanceof Broken) return { is: "broken", offset: error.offset, message: error.message };
    throw error;
  }
}

/** The value when it is an object, undefined otherwise: most callers want exactly that. */
export function asObject(value: JsonValue | undefined): { readonly [key: string]: JsonValue } | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: JsonValue })
    : undefined;
}

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("unexpected text after the value");
    return value;
  }

  #fail(message: string): never {
    throw new Broken(this.#at, message);
  }

  #skip(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 32 || (code >= 9 && code <= 13) || code === 0xfeff || code === 0xa0) this.#at++;
      else if (code === 47 && text[this.#at + 1] === "/") {
        const end = text.indexOf("\n", this.#at);
        this.#at = end < 0 ? text.length : end + 1;
      } else if (code === 47 && text[this.#at + 1] === "*") {
        const end = text.indexOf("*/", this.#at + 2);
        if (end < 0) this.#fail("comment without an end");
        this.#at = end + 2;
      } else return;
    }
  }

  #value(depth: number): JsonValue {
    if (depth > DEPTH_MAX) this.#fail(`nested deeper than ${DEPTH_MAX}`);
    this.#skip();
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#array(depth);
    if (first === '"') return this.#string();
    return this.#word();
  }

  #object(depth: number): JsonValue {
    const object: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
    this.#at++;
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === "}") break;
      if (this.#text[this.#at] !== '"') this.#fail("expected a quoted key");
      const key = this.#string();
      this.#skip();
      if (this.#text[this.#at] !== ":") this.#fail("expected a colon");
      this.#at++;
      object[key] = this.#value(depth + 1);
      this.#skip();
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== "}") this.#fail("expected a comma or a closing brace");
    }
    this.#at++;
    return object;
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.#at++;
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === "]") break;
      items.push(this.#value(depth + 1));
      this.#skip();
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== "]") this.#fail("expected a comma or a closing bracket");
    }
    this.#at++;
    return items;
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === 10) break;
      else if (code === 34) {
        this.#at = at + 1;
        try {
          return JSON.parse(this.#text.slice(start, at + 1)) as string;
        } catch {
          this.#at = start;
          this.#fail("string with a bad escape");
        }
      }
    }
    this.#fail("string without an end");
  }

  #word(): JsonValue {
    const match = /[-+.\w]+/y;
    match.lastIndex = this.#at;
    const word = match.exec(this.#text)?.[0] ?? "";
    this.#at += word.length;
    if (word === "true") return true;
    if (word === "false") return false;
    if (word === "null") return null;
    const number = Number(word);
    if (word === "" || Number.isNaN(number)) this.#fail("expected a value");
    return number;
  }
}
