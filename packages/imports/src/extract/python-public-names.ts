import type { Place, PublicNames } from "../model.ts";
import type { PythonSource } from "./python-source.ts";

type Names = (Place & { readonly name: string })[];

/** Collects what a module says in and about `__all__`. What is computed makes the whole unknown. */
export class PublicNamesReader {
  #isKnown = true;
  #isMentioned = false;
  #names: Names = [];

  result(): PublicNames | undefined {
    return this.#isMentioned ? { isKnown: this.#isKnown, names: this.#names } : undefined;
  }

  /**
   * One statement that begins with `__all__`; `start` is behind that word and `end` behind the statement.
   * `line` and `lineStart` speak of `start`. Statements under a condition only add, and leave it unknown.
   */
  read(
    source: PythonSource,
    start: number,
    end: number,
    line: number,
    lineStart: number,
    isAlways: boolean,
  ): void {
    const { bytes } = source;
    const cursor = new Cursor(source, start, end, line, lineStart);
    cursor.skip();
    let action: "set" | "add" | "remove" | "other" = "other";
    if (bytes[cursor.at] === 0x3a) {
      while (cursor.at < end && bytes[cursor.at] !== 0x3d) cursor.step();
    }
    if (bytes[cursor.at] === 0x3d) {
      action = "set";
      cursor.step();
    } else if (bytes[cursor.at] === 0x2b && bytes[cursor.at + 1] === 0x3d) {
      action = "add";
      cursor.step();
      cursor.step();
    } else if (bytes[cursor.at] === 0x2e) {
      const paren = bytes.indexOf(0x28, cursor.at);
      const method = paren > 0 && paren < end ? source.text(cursor.at + 1, paren).trim() : "";
      if (method === "extend" || method === "append") action = "add";
      if (method === "remove") action = "remove";
      // A plain mention such as `__all__.sort()` changes no names.
      if (method === "sort" || method === "reverse" || method === "index" || method === "count") return;
      while (cursor.at < paren) cursor.step();
    } else if (cursor.at >= end) return;
    this.#isMentioned = true;
    const names: Names = [];
    const isLiteral = action !== "other" && cursor.readNames(names);
    if (action === "set" && isAlways) {
      this.#names = names;
      this.#isKnown = isLiteral;
      return;
    }
    if (!isLiteral || !isAlways) this.#isKnown = false;
    if (action === "remove") {
      const removed = new Set(names.map((each) => each.name));
      this.#names = this.#names.filter((each) => !removed.has(each.name));
      return;
    }
    for (const each of names) this.#names.push(each);
  }
}

class Cursor {
  at: number;
  readonly #source: PythonSource;
  readonly #end: number;
  #line: number;
  #lineStart: number;

  constructor(source: PythonSource, start: number, end: number, line: number, lineStart: number) {
    this.#source = source;
    this.at = start;
    this.#end = end;
    this.#line = line;
    this.#lineStart = lineStart;
  }

  step(): void {
    const { bytes } = this.#source;
    if (bytes[this.at] === 0x0a || (bytes[this.at] === 0x0d && bytes[this.at + 1] !== 0x0a)) {
      this.#line++;
      this.#lineStart = this.at + 1;
    }
    this.at++;
  }

  skip(): void {
    const { bytes } = this.#source;
    while (this.at < this.#end) {
      const byte = bytes[this.at] as number;
      if (byte === 0x23)
        while (this.at < this.#end && bytes[this.at] !== 0x0a && bytes[this.at] !== 0x0d) this.at++;
      else if (
        byte === 0x20 ||
        byte === 0x09 ||
        byte === 0x0a ||
        byte === 0x0d ||
        byte === 0x5c ||
        byte === 0x0c
      )
        this.step();
      else return;
    }
  }

  /** Takes brackets, commas, `+` and string literals; false as soon as there is anything else. */
  readNames(names: Names): boolean {
    const { bytes } = this.#source;
    let wasLiteral = false;
    for (;;) {
      this.skip();
      if (this.at >= this.#end) return true;
      const byte = bytes[this.at] as number;
      if (byte === 0x22 || byte === 0x27) {
        const start = this.at;
        const line = this.#line;
        const lineStart = this.#lineStart;
        const isTriple = bytes[start + 1] === byte && bytes[start + 2] === byte;
        this.at += isTriple ? 3 : 1;
        const from = this.at;
        while (this.at < this.#end && bytes[this.at] !== byte) {
          if (bytes[this.at] === 0x5c) return false;
          this.step();
        }
        const name = this.#source.name(from, this.at);
        this.at += isTriple ? 3 : 1;
        const place = this.#source.place(start, this.at, line, lineStart);
        const last = names.at(-1);
        // Two literals side by side are one: almost always a forgotten comma, and Python joins them.
        if (wasLiteral && last !== undefined)
          names[names.length - 1] = { ...last, end: this.at, name: last.name + name };
        else names.push({ ...place, name });
        wasLiteral = true;
        continue;
      }
      wasLiteral = false;
      if ((byte === 0x75 || byte === 0x72) && (bytes[this.at + 1] === 0x22 || bytes[this.at + 1] === 0x27)) {
        this.at++;
        continue;
      }
      if (
        byte === 0x5b ||
        byte === 0x5d ||
        byte === 0x28 ||
        byte === 0x29 ||
        byte === 0x2c ||
        byte === 0x2b
      ) {
        this.step();
        continue;
      }
      return false;
    }
  }
}
