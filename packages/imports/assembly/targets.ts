/** What an assignment binds, and what it gives. */
import { presence, top } from "./blocks.ts";
import { onPureCall } from "./host.ts";
import {
  addBinding,
  bindingAlias,
  bindingVariable,
  isBound,
  isStateBit,
  presenceConditional,
  presenceLate,
  textAt,
} from "./rows.ts";
import { isIdentifier, isNewline, line, lineStart, text, wordEnd } from "./source.ts";
import { colonAt, equals, equalsCount, walrus, walrusCount } from "./statements.ts";
import { findWord, isAny, isDigit, isName, isWord, skipUnread, untargeted, valued } from "./words.ts";

/** By what the names are bound that are read next. */
let flags: i32 = 0;
let target: i32 = 0;

/** Binds a name; nothing is bound that is never reached. */
export function bind(start: i32, stop: i32, from: i32, flags: i32, target: i32): i32 {
  if (top.isEnded) return -1;
  return addBinding(textAt(start, stop), flags, target, from, stop, start, line, lineStart);
}

/** Skips spaces, newlines, joined lines and comments. */
function skip(from: i32, stop: i32): i32 {
  let at = from;
  while (at < stop) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x20 || byte === 0x09 || isNewline(byte) || byte === 0x5c || byte === 0x0c) at++;
    else if (byte === 0x23) {
      while (at < stop && !isNewline(load<u8>(at))) at++;
    } else break;
  }
  return at;
}

/** Behind the bracket that closes the one at `from`; strings and comments hold none. */
function skipBracket(from: i32, stop: i32): i32 {
  let depth = 0;
  let at = from;
  while (at < stop) {
    const behind = skipUnread(at, stop);
    if (behind > at) {
      at = behind;
      continue;
    }
    const byte: i32 = load<u8>(at);
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) {
      depth--;
      if (depth === 0) return at + 1;
    }
    at++;
  }
  return stop;
}

function wordEndBefore(from: i32, stop: i32): i32 {
  return min(stop, wordEnd(from));
}

/** What is done with the targets between two places: nothing but counting them, or binding. */
const counting: i32 = 0;
const plain: i32 = 1;
const members: i32 = 2;
const late: i32 = 3;

/**
 * The plain names that an assignment binds whose left side lies between `start` and `stop`: `a`, `(a, *b)`,
 * `[a, b]`; not the objects of `a.b` or `a[0]`. The answer is their number, or -1 when this is no target list but an
 * expression. Those of the form `a.b` are `members`.
 */
function eachTarget(start: i32, stop: i32, wanted: i32): i32 {
  let count = 0;
  let at = skip(start, stop);
  while (at < stop) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x28 || byte === 0x5b || byte === 0x29 || byte === 0x5d || byte === 0x2c || byte === 0x2a) {
      at = skip(at + 1, stop);
      continue;
    }
    if (!isIdentifier(byte) || isDigit(byte)) return -1;
    const from = at;
    const to = wordEndBefore(at, stop);
    if (isAny(from, to, untargeted)) return -1;
    at = skip(to, stop);
    let parts = 1;
    let memberEnd = 0;
    while (at < stop) {
      const next: i32 = load<u8>(at);
      if (next === 0x2e) {
        parts++;
        const isTight = at === to;
        at = wordEndBefore(skip(at + 1, stop), stop);
        memberEnd = parts === 2 && isTight ? at : 0;
        at = skip(at, stop);
      } else if (next === 0x28 || next === 0x5b) {
        memberEnd = 0;
        parts = 3;
        at = skip(skipBracket(at, stop), stop);
      } else break;
    }
    if (parts === 1) {
      count++;
      if (wanted === plain) bind(from, to, from, flags, target);
      else if (wanted === late && !isBound(textAt(from, to), false)) {
        bind(from, to, from, bindingVariable | (presenceLate << 4) | isStateBit, 0);
      }
    } else if (memberEnd > 0 && wanted === members) bindMember(from, to, memberEnd);
    const next: i32 = load<u8>(at);
    if (at < stop && next !== 0x2c && next !== 0x29 && next !== 0x5d) return -1;
  }
  return count;
}

/** `module.name = …` binds a name in another module. */
function bindMember(from: i32, to: i32, stop: i32): void {
  if (!top.isEnded && isBound(textAt(from, to), true)) {
    bind(from, stop, from, bindingVariable | (presence() << 4), 0);
  }
}

/** Binds the names between `start` and `stop`, if it is a list of targets. */
export function bindTargets(start: i32, stop: i32, presence: i32): void {
  if (eachTarget(start, stop, counting) < 1) return;
  flags = bindingVariable | (presence << 4);
  target = 0;
  eachTarget(start, stop, plain);
}

/** `global name` in a function: it binds the name once it runs. */
export function bindLate(start: i32, stop: i32): void {
  if (eachTarget(start, stop, counting) > 0) eachTarget(start, stop, late);
}

/** The names behind every `as` of a `with` header between `start` and `stop`. */
export function bindWithTargets(start: i32, stop: i32): void {
  let at = start;
  while (true) {
    const found = findWord("as", at, stop);
    if (found === 0) return;
    const from = skip(found + 2, stop);
    const first: i32 = load<u8>(from);
    const to =
      first === 0x28 || first === 0x5b ? skipBracket(from, stop) : max(from, wordEndBefore(from, stop));
    const follower: i32 = load<u8>(skip(to, stop));
    if (follower !== 0x2e && follower !== 0x5b) bindTargets(from, to, presence());
    at = max(to, found + 2);
  }
}

/** The names that `case` between `start` and `stop` captures: those that are not called, dotted or keywords. */
export function bindCaptures(start: i32, stop: i32): void {
  let at = start;
  while (at < stop) {
    const behind = skipUnread(at, stop);
    const byte: i32 = load<u8>(at);
    if (behind > at) at = behind;
    else if (byte === 0x2e) at = wordEndBefore(skip(at + 1, stop), stop);
    else if (isIdentifier(byte)) {
      const from = at;
      at = wordEndBefore(at, stop);
      if (isWord(from, at, "if")) return;
      const next: i32 = load<u8>(skip(at, stop));
      const isOther = next === 0x28 || next === 0x2e || next === 0x3d || next === 0x22 || next === 0x27;
      if (!isOther && isName(from, at) && !isWord(from, at, "_"))
        bind(from, at, from, bindingVariable | (presenceConditional << 4), 0);
    } else at++;
  }
}

/** The names before each `:=` behind `start` that the last scan has noted. */
export function bindWalruses(start: i32): void {
  for (let index = 0; index < walrusCount; index++) {
    let to = walrus(index);
    while (load<u8>(to - 1) === 0x20) to--;
    let from = to;
    while (from > start && isIdentifier(load<u8>(from - 1))) from--;
    if (from < to) bind(from, to, from, bindingVariable | (presence() << 4), 0);
  }
}

/** Binds what the statement between `start` and `stop` does, by what the last scan has noted. */
export function bindStatement(start: i32, stop: i32): void {
  bindWalruses(start);
  // `name: type` declares; some function will bind it.
  if (equalsCount === 0) {
    if (colonAt > 0) bindTargets(start, colonAt, presenceLate);
    return;
  }
  let from = start;
  for (let index = 0; index < equalsCount; index++) {
    const at = equals(index);
    const to = index === 0 && colonAt > 0 ? colonAt : at;
    const count = eachTarget(from, to, counting);
    // What is no target list belongs to the value: `f = lambda x=1: x`.
    if (count < 0) break;
    eachTarget(from, to, members);
    if (count > 0) {
      readValue(at + 1, stop, count === 1);
      flags |= presence() << 4;
      eachTarget(from, to, plain);
    }
    from = at + 1;
  }
}

/** What is assigned between `start` and `stop`: a plain dotted name, something with state, or anything else. */
function readValue(start: i32, stop: i32, mayBeAlias: bool): void {
  flags = bindingVariable;
  target = 0;
  let from = start;
  while (from < stop && (load<u8>(from) === 0x20 || load<u8>(from) === 0x09)) from++;
  let to = from;
  while (to < stop && (isIdentifier(load<u8>(to)) || load<u8>(to) === 0x2e)) to++;
  const first: i32 = load<u8>(from);
  if (to === from) {
    if (first === 0x7b || first === 0x5b) flags |= isStateBit;
    return;
  }
  if (isDigit(first) || first === 0x2e) return;
  if (load<u8>(to) === 0x28) {
    if (!onPureCall(from - text, to - text)) flags |= isStateBit;
    return;
  }
  let rest = to;
  while (rest < stop && (load<u8>(rest) === 0x20 || load<u8>(rest) === 0x09)) rest++;
  const next: i32 = load<u8>(rest);
  const isOver = rest >= stop || next === 0x23 || isNewline(next);
  if (isOver && mayBeAlias && !isAny(from, to, valued)) {
    flags = bindingAlias;
    target = textAt(from, to);
  }
}
