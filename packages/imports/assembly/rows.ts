/**
 * The facts of a file as rows of numbers, laid out as in `facts-layout.ts`, behind the source in memory.
 *
 * Invariants
 * P4 The rows begin behind all that P1 speaks of; they move when they grow.
 * P5 The number of a text is one of the pack that is being written: equal texts have equal numbers.
 */
import { onFullMemory, onGrowth, onSpacedText, onText } from "./host.ts";
import { column, text } from "./source.ts";

@unmanaged
class Rows {
  base: i32;
  /** Numbers written, and those for which there is room. */
  length: i32;
  room: i32;
}

const imports = changetype<Rows>(1024);
const names = changetype<Rows>(1040);
const bindings = changetype<Rows>(1056);

const importWidth: i32 = 13;
const nameWidth: i32 = 7;
const bindingWidth: i32 = 9;
/** So much room there is at least for longer sources, so that rows need not move with each of them. */
const spareMin: i32 = 1 << 18;
/** Rows of each width fill it. */
const roomAtFirst: i32 = 9 * 7 * 13 * 8;

/** As in `facts-layout.ts`. */
export const kindStatic: i32 = 0;
export const guardNone: i32 = 0;
export const guardConditional: i32 = 1;
const guardTry: i32 = 2;
const guardTryRaise: i32 = 3;
export const guardHandler: i32 = 4;
export const guardSuppress: i32 = 5;
export const guardTypes: i32 = 7;
export const guardUnreachable: i32 = 8;
export const scopeModule: i32 = 0;
export const scopeClass: i32 = 1;
export const scopeFunction: i32 = 2;
export const presenceAlways: i32 = 0;
export const presenceConditional: i32 = 1;
export const presenceTry: i32 = 2;
export const presenceTypes: i32 = 3;
export const presenceLate: i32 = 4;
export const presenceDeleted: i32 = 5;
export const bindingClass: i32 = 0;
export const bindingFunction: i32 = 1;
export const bindingVariable: i32 = 2;
export const bindingType: i32 = 3;
const bindingImport: i32 = 7;
export const bindingAlias: i32 = 8;
export const isAsyncBit: i32 = 256;
export const isStateBit: i32 = 512;

/** Behind all rows. */
let top: i32 = 0;
/** The row of the pack at which this file's names begin. */
let firstName: i32 = 0;
/** The pack that is being written. */
let pack: i32 = 0;

/** Room for a source of `length` bytes. What was there before is gone. */
export function reserve(length: i32): void {
  const start = (text + length + 64 + 15) & ~15;
  if (imports.base >= start) return;
  top = start + max(length >> 2, spareMin);
  top = (top + 15) & ~15;
  place(imports, roomAtFirst);
  place(names, roomAtFirst);
  place(bindings, roomAtFirst);
}

function place(rows: Rows, room: i32): void {
  const stop = i64(top) + i64(room) * 4;
  const pages = i32((stop + 65535) >> 16) - memory.size();
  if (pages > 0) {
    if (memory.grow(pages) < 0) onFullMemory();
    onGrowth();
  }
  rows.base = top;
  rows.room = room;
  top = i32(stop);
}

export function beginRows(nameRow: i32, packNumber: i32): void {
  firstName = nameRow;
  pack = packNumber;
  imports.length = 0;
  names.length = 0;
  bindings.length = 0;
}

/** The address of the next row. */
function next(rows: Rows, width: i32): i32 {
  if (rows.length + width > rows.room) {
    const before = rows.base;
    place(rows, rows.room * 2);
    memory.copy(rows.base, before, rows.length * 4);
  }
  const at = rows.base + rows.length * 4;
  rows.length += width;
  return at;
}

function storePlace(row: i32, start: i32, stop: i32, line: i32, lineStart: i32): void {
  store<i32>(row, start - text);
  store<i32>(row, stop - text, 4);
  store<i32>(row, line, 8);
  store<i32>(row, column(start, lineStart), 12);
}

export function importCount(): i32 {
  return imports.length / importWidth;
}

function bindingCount(): i32 {
  return bindings.length / bindingWidth;
}

/** Forgets the import statement that began with import `first`: it is malformed. */
export function dropImports(first: i32): void {
  if (first === importCount()) return;
  const row = imports.base + first * importWidth * 4;
  names.length = (load<i32>(row, 44) - firstName) * nameWidth;
  imports.length = first * importWidth;
}

/** An import whose names follow. `start` and `stop` are those of its specifier. */
export function addImport(
  flags: i32,
  specifier: i32,
  attempt: i32,
  start: i32,
  stop: i32,
  line: i32,
  lineStart: i32,
): void {
  const row = next(imports, importWidth);
  store<i32>(row, flags);
  store<i32>(row, specifier, 4);
  store<i32>(row, attempt, 8);
  storePlace(row + 28, start, stop, line, lineStart);
  store<i32>(row, firstName + names.length / nameWidth, 44);
  store<i32>(row, 0, 48);
}

/** The statement of the imports from `first` on. */
export function placeStatement(first: i32, start: i32, stop: i32, line: i32, lineStart: i32): void {
  for (let index = first, count = importCount(); index < count; index++) {
    storePlace(imports.base + index * importWidth * 4 + 12, start, stop, line, lineStart);
  }
}

/** A name of the last import. */
export function addName(name: i32, local: i32, start: i32, stop: i32, line: i32, lineStart: i32): void {
  const row = next(names, nameWidth);
  store<i32>(row, name);
  store<i32>(row, local, 4);
  store<i32>(row, 0, 8);
  storePlace(row + 12, start, stop, line, lineStart);
  const last = imports.base + (imports.length - importWidth) * 4;
  store<i32>(last, load<i32>(last, 48) + 1, 48);
}

/** Binds what the imports from `first` on give names to. */
export function bindImports(first: i32, presence: i32): void {
  for (let index = first, count = importCount(); index < count; index++) {
    const statement = imports.base + index * importWidth * 4;
    const firstOfIts = load<i32>(statement, 44) - firstName;
    for (let each = 0, nameCount = load<i32>(statement, 48); each < nameCount; each++) {
      const name = names.base + (firstOfIts + each) * nameWidth * 4;
      const local = load<i32>(name, 4);
      if (local === 0) continue;
      const row = next(bindings, bindingWidth);
      store<i32>(row, local);
      store<i32>(row, bindingImport | (presence << 4), 4);
      store<i32>(row, index, 8);
      store<i32>(row, each, 12);
      store<i32>(row, 0, 16);
      memory.copy(row + 20, name + 12, 16);
    }
  }
}

/** A name that is bound: its index. `start` and `stop` are those of its definition, `at` its own. */
export function addBinding(
  name: i32,
  flags: i32,
  target: i32,
  start: i32,
  stop: i32,
  at: i32,
  line: i32,
  lineStart: i32,
): i32 {
  const row = next(bindings, bindingWidth);
  store<i32>(row, name);
  store<i32>(row, flags, 4);
  store<i32>(row, -1, 8);
  store<i32>(row, -1, 12);
  store<i32>(row, target, 16);
  store<i32>(row, start - text, 20);
  store<i32>(row, stop - text, 24);
  store<i32>(row, line, 28);
  store<i32>(row, column(at, lineStart), 32);
  return bindingCount() - 1;
}

/** The definition of a binding has been read to its end. */
export function endBinding(index: i32, stop: i32): void {
  store<i32>(bindings.base + index * bindingWidth * 4, stop - text, 24);
}

/** Whether a name was bound before: by an import, or by anything else. */
export function isBound(name: i32, byImport: bool): bool {
  const stop = bindings.base + bindings.length * 4;
  for (let row = bindings.base; row < stop; row += bindingWidth * 4) {
    if (load<i32>(row) === name && ((load<i32>(row, 4) & 15) === bindingImport) === byImport) return true;
  }
  return false;
}

/** The imports from `first` on that stand in the `try` of this number are caught by a handler. */
export function settle(first: i32, attempt: i32, isRaising: bool): void {
  for (let index = first, count = importCount(); index < count; index++) {
    const row = imports.base + index * importWidth * 4;
    const flags = load<i32>(row);
    const guard = flags >> 8;
    if (load<i32>(row, 8) !== attempt || guard > guardConditional) continue;
    store<i32>(row, (flags & 0xff) | ((isRaising ? guardTryRaise : guardTry) << 8));
  }
}

/**
 * Texts by what their bytes hash to: number, pack, length and bytes. One gives way to another that falls on its
 * place; a tree repeats some thousand of them a hundred thousand times.
 */
const places: i32 = 65536;
const placesCount: i32 = 1 << 15;
const placeBytes: i32 = 64;
const placedMax: i32 = placeBytes - 12;

/** The number of the text between `start` and `stop`. */
export function textAt(start: i32, stop: i32): i32 {
  const length = stop - start;
  let hash = length;
  let bits = 0;
  for (let at = start; at < stop; at++) {
    const byte: i32 = load<u8>(at);
    bits |= byte;
    hash = (hash ^ byte) * 0x01000193;
  }
  // How others are to be read depends on their file.
  if (length > placedMax || bits >= 0x80) return onText(-1, start - text, stop - text, false);
  const index = (hash ^ (hash >>> 15)) & (placesCount - 1);
  const place = places + index * placeBytes;
  const isSame = load<i32>(place, 8) === length && isEqual(place + 12, start, length);
  if (isSame && load<i32>(place, 4) === pack) return load<i32>(place);
  if (!isSame) {
    store<i32>(place, length, 8);
    memory.copy(place + 12, start, length);
  }
  store<i32>(place, pack, 4);
  const number = onText(index, start - text, stop - text, isSame);
  store<i32>(place, number);
  return number;
}

function isEqual(one: i32, other: i32, length: i32): bool {
  for (let index = 0; index < length; index++) {
    if (load<u8>(one + index) !== load<u8>(other + index)) return false;
  }
  return true;
}

/** The number of a name of a module between whose parts spaces stand. */
export function spacedTextAt(start: i32, stop: i32): i32 {
  return onSpacedText(start - text, stop - text);
}
