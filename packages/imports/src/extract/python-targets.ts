import { identifierBytes, isDigit } from "./python-bytes.ts";

const words = new Set(
  "lambda if else for in is not and or await yield None True False async from import".split(" "),
);

/** Skips spaces, newlines and joined lines. Comments inside targets are rare enough to end the reading. */
function skip(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const byte = bytes[next];
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x5c || byte === 0x0c)
      next++;
    else if (byte === 0x23) {
      while (next < end && bytes[next] !== 0x0a && bytes[next] !== 0x0d) next++;
    } else break;
  }
  return next;
}

/** Behind the bracket that closes the one at `at`, strings seen through. */
function skipBracket(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  let next = at;
  while (next < end) {
    const byte = bytes[next] as number;
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) {
      depth--;
      if (depth === 0) return next + 1;
    } else if (byte === 0x22 || byte === 0x27) {
      next++;
      while (next < end && bytes[next] !== byte) next += bytes[next] === 0x5c ? 2 : 1;
    }
    next++;
  }
  return end;
}

export type Target = { readonly start: number; readonly end: number };

/**
 * The plain names that an assignment binds whose left side lies between `start` and `end`: `a`, `(a, *b)`,
 * `[a, b]`; not the objects of `a.b` or `a[0]`. Those of the form `a.b` are added to `members`, whole.
 * Undefined when this is no target list but an expression.
 */
export function readTargets(
  bytes: Uint8Array,
  start: number,
  end: number,
  members?: Target[],
): Target[] | undefined {
  const targets: Target[] = [];
  let at = skip(bytes, start, end);
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte === 0x28 || byte === 0x5b || byte === 0x29 || byte === 0x5d || byte === 0x2c || byte === 0x2a) {
      at = skip(bytes, at + 1, end);
      continue;
    }
    if (identifierBytes[byte] !== 1 || isDigit(byte)) return undefined;
    const from = at;
    while (at < end && identifierBytes[bytes[at] as number] === 1) at++;
    const to = at;
    if (to - from <= 6 && words.has(String.fromCharCode(...bytes.subarray(from, to)))) return undefined;
    at = skip(bytes, at, end);
    let isPlain = true;
    let parts = 1;
    let memberEnd = -1;
    for (;;) {
      const next = bytes[at] as number;
      if (at >= end) break;
      if (next === 0x2e) {
        isPlain = false;
        parts++;
        const isTight = at === to;
        at = skip(bytes, at + 1, end);
        while (at < end && identifierBytes[bytes[at] as number] === 1) at++;
        memberEnd = parts === 2 && isTight ? at : -1;
        at = skip(bytes, at, end);
      } else if (next === 0x28 || next === 0x5b) {
        isPlain = false;
        memberEnd = -1;
        parts = 3;
        at = skip(bytes, skipBracket(bytes, at, end), end);
      } else break;
    }
    if (isPlain) targets.push({ start: from, end: to });
    else if (memberEnd > 0) members?.push({ start: from, end: memberEnd });
    const next = bytes[at] as number;
    if (at < end && next !== 0x2c && next !== 0x29 && next !== 0x5d) return undefined;
  }
  return targets;
}

/** Where the word `word` stands between `start` and `end` with something else on both sides; else -1. */
export function findWord(bytes: Buffer, word: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte === 0x22 || byte === 0x27) {
      at++;
      while (at < end && bytes[at] !== byte) at += bytes[at] === 0x5c ? 2 : 1;
      at++;
    } else if (identifierBytes[byte] === 1) {
      const from = at;
      while (at < end && identifierBytes[bytes[at] as number] === 1) at++;
      if (at - from === word.length && bytes.toString("latin1", from, at) === word) return from;
    } else at++;
  }
  return -1;
}

/** The names behind every `as` of a `with` header. */
export function readWithTargets(bytes: Buffer, start: number, end: number): Target[] {
  const targets: Target[] = [];
  let at = start;
  for (;;) {
    const found = findWord(bytes, "as", at, end);
    if (found < 0) return targets;
    const from = skip(bytes, found + 2, end);
    let to = from;
    if (bytes[from] === 0x28 || bytes[from] === 0x5b) to = skipBracket(bytes, from, end);
    else while (to < end && identifierBytes[bytes[to] as number] === 1) to++;
    const follower = bytes[skip(bytes, to, end)];
    if (follower !== 0x2e && follower !== 0x5b) targets.push(...(readTargets(bytes, from, to) ?? []));
    at = Math.max(to, found + 2);
  }
}
