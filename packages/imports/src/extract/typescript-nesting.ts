/**
 * How deep a source nests, by a look at its characters alone. The parser recurses natively, and where its stack
 * ends the whole process ends: at some 2,000 to 4,000 levels in a worker. Such sources are refused before.
 *
 * Brackets nest, and so do prefixes (`!`, `a =>`, `if (a)`, `else`, `typeof`, `a ? b :`, `B<`), which last until
 * their statement ends. Text in regular expressions and templates may be taken for brackets; what it opens is
 * closed with the statement around it, so the count errs by a few.
 */

export const NESTING_MAX = 1_500;

const PREFIX_WORD = /^(?:if|else|for|while|with|do|new|typeof|void|delete|await|yield|keyof|import)$/;
const PREFIX_LENGTH_MAX = 6;
/** Words that go on with the statement that a closing brace seems to end. */
const GOING_ON = /^(?:else|catch|finally|while|instanceof|in|of|as|satisfies|extends)$/;

const GOING_ON_LENGTH_MAX = 10;

const OPENERS = "([{";
const CLOSERS = ")]}";

/** The place where the source nests deeper than the limit, or undefined when it does not. */
export function tooDeepAt(text: string, max = NESTING_MAX): number | undefined {
  if (text.length <= max || !mayNestBeyond(text, max)) return undefined;
  const scan = new Nesting(text, max);
  return scan.run();
}

/** What a look at single characters remembers: whether it stands in a word, or behind the first letter of a prefix. */
const betweenWords = 0;
const withinWord = 1;
const prefixStarts = "iefwdntvayk";
/** With which letters prefixes go on, by their first ones. */
const prefixSeconds = ["fm", "l", "o", "hi", "oe", "e", "y", "o", "w", "i", "e"];
const codes = 128;
const levelStep = 16;
/** By what is remembered and the next character: what is remembered then, and `levelStep` where a level may begin. */
const steps = new Uint8Array((withinWord + 1 + prefixStarts.length) * codes);
for (let state = 0; state * codes < steps.length; state++) {
  for (let code = 0; code < codes; code++) {
    const character = String.fromCharCode(code);
    const start = prefixStarts.indexOf(character);
    const seconds = prefixSeconds[state - withinWord - 1] ?? "";
    // A sign behind a word or a number stands between two operands.
    const isLevel = "([{=!~?:<".includes(character) || (state === betweenWords && "+-*".includes(character));
    const isFirst = state === betweenWords && start >= 0;
    const next = isFirst ? withinWord + 1 + start : isWord(code) ? withinWord : betweenWords;
    steps[state * codes + code] = next + (isLevel || seconds.includes(character) ? levelStep : 0);
  }
}

/** Whether the source has enough of what levels are made of. Few sources have; the others need no second look. */
function mayNestBeyond(text: string, max: number): boolean {
  let levels = 0;
  let state = betweenWords;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // What is not ASCII is part of a word.
    const step = steps[state * codes + (code < codes ? code : 95)] as number;
    levels += step >> 4;
    state = step & (levelStep - 1);
  }
  return levels > max;
}

class Nesting {
  readonly #text: string;
  readonly #max: number;
  /** Open brackets, and the level at which each stands. */
  readonly #open: number[] = [];
  readonly #levels: number[] = [];
  #level = 0;

  constructor(text: string, max: number) {
    this.#text = text;
    this.#max = max;
  }

  run(): number | undefined {
    const text = this.#text;
    let previous = 10;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 9 || code === 13) continue;
      if (isWord(code)) {
        const end = this.#wordEnd(at);
        this.#word(text, at, end, previous);
        at = end - 1;
      } else if (code === 34 || code === 39) at = this.#stringEnd(at, code);
      else if (code === 47) {
        const end = this.#slash(at);
        const isComment = end > at;
        at = end;
        if (isComment) continue;
      } else if (code === 10) {
        // A line that ends a statement is recognised by the word that begins the next one.
        if (!isOperator(previous)) previous = 10;
        continue;
      } else this.#mark(code, previous);
      if (this.#level > this.#max) return at;
      previous = code;
    }
    return undefined;
  }

  #word(text: string, start: number, end: number, previous: number): void {
    const length = end - start;
    const isFirst = previous === 10 || previous === 125;
    const mayPrefix = length <= PREFIX_LENGTH_MAX && prefixStarts.includes(text.charAt(start));
    // Most words are neither: they need not be cut out of the text.
    if (!isFirst && !mayPrefix) return;
    const word = length > GOING_ON_LENGTH_MAX ? "" : text.slice(start, end);
    if (isFirst && !GOING_ON.test(word)) this.#endStatement();
    if (mayPrefix && PREFIX_WORD.test(word)) this.#level++;
  }

  #mark(code: number, previous: number): void {
    const opener = code === 40 ? 0 : code === 91 ? 1 : code === 123 ? 2 : -1;
    if (opener >= 0) {
      this.#open.push(opener);
      this.#levels.push(this.#level);
      this.#level++;
      return;
    }
    const closer = code === 41 ? 0 : code === 93 ? 1 : code === 125 ? 2 : -1;
    if (closer >= 0) this.#close(closer);
    else if (code === 59) this.#semicolon();
    else if (code === 44) this.#endStatement();
    // Of `=>`, `=`, `**`, `!`, `~`, `?`, `:`, `<` and signs that follow an operator, each may go one level down.
    else if (code === 61 || code === 33 || code === 126 || code === 63 || code === 58 || code === 60)
      this.#level++;
    else if ((code === 43 || code === 45 || code === 42) && isOperator(previous)) this.#level++;
  }

  /** What stands open within is closed with it: it was text. */
  #close(kind: number): void {
    const match = this.#open.lastIndexOf(kind);
    if (match < 0) return;
    this.#level = this.#levels[match] ?? 0;
    this.#open.length = match;
    this.#levels.length = match;
  }

  /** No parenthesis or bracket outlives a statement, save those of `for`, which need no memory. */
  #semicolon(): void {
    while (this.#open.length > 0 && this.#open.at(-1) !== 2) {
      this.#open.pop();
      this.#levels.pop();
    }
    this.#endStatement();
  }

  #endStatement(): void {
    const base = this.#levels.at(-1);
    this.#level = base === undefined ? 0 : base + 1;
  }

  #wordEnd(start: number): number {
    let at = start + 1;
    while (at < this.#text.length && isWord(this.#text.charCodeAt(at))) at++;
    return at;
  }

  #stringEnd(start: number, quote: number): number {
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === quote || code === 10) return at;
    }
    return this.#text.length;
  }

  /** A comment is skipped, a closing tag ends what its tag began. */
  #slash(at: number): number {
    const text = this.#text;
    const next = text.charCodeAt(at + 1);
    const end = next === 47 ? text.indexOf("\n", at) - 1 : next === 42 ? text.indexOf("*/", at + 2) + 1 : at;
    if (next === 62 || text.charCodeAt(at - 1) === 60) this.#level = Math.max(0, this.#level - 2);
    return end < at ? text.length : end;
  }
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

/** Whether a line that ends with this character goes on in the next one. */
function isOperator(code: number): boolean {
  if (code === 10 || code === 34 || code === 39 || code === 96 || isWord(code)) return false;
  return !CLOSERS.includes(String.fromCharCode(code)) || OPENERS.includes(String.fromCharCode(code));
}
