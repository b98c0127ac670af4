/**
 * How deep a source of TypeScript or JavaScript nests, by a look at its bytes alone. AssemblyScript, compiled to
 * WebAssembly by `assemble.ts`; `src/extract/typescript-nesting.ts` is the only one that calls it.
 *
 * Brackets nest, and so do prefixes (`!`, `a =>`, `if (a)`, `else`, `typeof`, `a ? b :`, `B<`), which last until
 * their statement ends. Text in regular expressions and templates may be taken for brackets; what it opens is
 * closed with the statement around it, so the count errs by a few.
 */

/** Open brackets: the byte of each, and the level at which it stands. */
const openings: i32 = 1024;
const openingBytes: i32 = 8;
/** No parser follows so many. */
const openingsMax: i32 = 6000;
/** Where the source begins. */
const text: i32 = 131072;

const newline: i32 = 0x0a;
const closingBrace: i32 = 0x7d;

let end: i32 = 0;
let level: i32 = 0;
let opened: i32 = 0;

/** Makes room for a source. */
export function reserve(length: i32): void {
  const pages = ((text + length + 16 + 65535) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
}

/** Where the `length` bytes that were put into memory nest deeper than `levelsMax`, or -1 when they do not. */
export function read(length: i32, levelsMax: i32): i32 {
  end = text + length;
  memory.fill(end, 0, 16);
  level = 0;
  opened = 0;
  let previous = newline;
  for (let at = text; at < end; at++) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x20 || byte === 0x09 || byte === 0x0d) continue;
    if (isWord(byte)) {
      const stop = wordEnd(at);
      word(at, stop - at, previous);
      at = stop - 1;
    } else if (byte === 0x22 || byte === 0x27) at = stringEnd(at, byte);
    else if (byte === 0x2f) {
      const stop = commentEnd(at);
      if (load<u8>(at, 1) === 0x3e || load<u8>(at - 1) === 0x3c) level = max(0, level - 2);
      if (stop > at) {
        at = stop;
        continue;
      }
    } else if (byte === newline) {
      // A line that ends a statement is recognised by the word that begins the next one.
      if (!isOperator(previous)) previous = newline;
      continue;
    } else mark(byte, previous);
    if (level > levelsMax || opened > openingsMax) return at - text;
    previous = byte;
  }
  return -1;
}

function word(start: i32, length: i32, previous: i32): void {
  if ((previous === newline || previous === closingBrace) && !goesOn(start, length)) endStatement();
  if (isPrefix(start, length)) level++;
}

/** What a word goes on with that is a prefix. */
function isPrefix(start: i32, length: i32): bool {
  if (length > 6) return false;
  switch (bytesAt(start, length)) {
    case 0x6669: // if
    case 0x65736c65: // else
    case 0x726f66: // for
    case 0x656c696877: // while
    case 0x68746977: // with
    case 0x6f64: // do
    case 0x77656e: // new
    case 0x666f65707974: // typeof
    case 0x64696f76: // void
    case 0x6574656c6564: // delete
    case 0x7469617761: // await
    case 0x646c656979: // yield
    case 0x666f79656b: // keyof
    case 0x74726f706d69: // import
      return true;
    default:
      return false;
  }
}

/** Whether a word goes on with the statement that a closing brace seems to end. */
function goesOn(start: i32, length: i32): bool {
  return (
    reads(start, length, "else") ||
    reads(start, length, "catch") ||
    reads(start, length, "finally") ||
    reads(start, length, "while") ||
    reads(start, length, "instanceof") ||
    reads(start, length, "in") ||
    reads(start, length, "of") ||
    reads(start, length, "as") ||
    reads(start, length, "satisfies") ||
    reads(start, length, "extends")
  );
}

function reads(start: i32, length: i32, word: string): bool {
  if (word.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (load<u8>(start + index) !== word.charCodeAt(index)) return false;
  }
  return true;
}

function bytesAt(at: i32, length: i32): u64 {
  return load<u64>(at) & (u64(-1) >> u64(64 - 8 * length));
}

function mark(byte: i32, previous: i32): void {
  switch (byte) {
    case 0x28:
    case 0x5b:
    case 0x7b:
      if (opened < openingsMax) {
        store<i32>(openings + opened * openingBytes, byte);
        store<i32>(openings + opened * openingBytes, level, 4);
      }
      opened++;
      level++;
      break;
    case 0x29:
      close(0x28);
      break;
    case 0x5d:
      close(0x5b);
      break;
    case closingBrace:
      close(0x7b);
      break;
    case 0x3b:
      // No parenthesis or bracket outlives a statement, save those of `for`, which need no memory.
      while (opened > 0 && openingAt(opened - 1) !== 0x7b) opened--;
      endStatement();
      break;
    case 0x2c:
      endStatement();
      break;
    // Of `=>`, `=`, `**`, `!`, `~`, `?`, `:`, `<` and signs that follow an operator, each may go one level down.
    case 0x3d:
    case 0x21:
    case 0x7e:
    case 0x3f:
    case 0x3a:
    case 0x3c:
      level++;
      break;
    case 0x2b:
    case 0x2d:
    case 0x2a:
      if (isOperator(previous)) level++;
      break;
    default:
  }
}

/** What stands open within is closed with it: it was text. */
function close(opening: i32): void {
  for (let index = opened - 1; index >= 0; index--) {
    if (openingAt(index) !== opening) continue;
    level = levelAt(index);
    opened = index;
    return;
  }
}

function endStatement(): void {
  level = opened === 0 ? 0 : levelAt(opened - 1) + 1;
}

function openingAt(index: i32): i32 {
  return load<i32>(openings + index * openingBytes);
}

function levelAt(index: i32): i32 {
  return load<i32>(openings + index * openingBytes, 4);
}

function wordEnd(start: i32): i32 {
  let at = start + 1;
  while (isWord(load<u8>(at))) at++;
  return at;
}

function stringEnd(start: i32, quote: i32): i32 {
  for (let at = start + 1; at < end; at++) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x5c) at++;
    else if (byte === quote || byte === newline) return at;
  }
  return end;
}

/** The last byte of the comment that begins at `at`; `at` itself where none does. */
function commentEnd(at: i32): i32 {
  const next: i32 = load<u8>(at, 1);
  if (next === 0x2f) {
    let stop = at + 2;
    while (stop < end && load<u8>(stop) !== newline) stop++;
    return stop < end ? stop - 1 : end;
  }
  if (next !== 0x2a) return at;
  let stop = at + 2;
  // */
  while (stop < end && load<u16>(stop) !== 0x2f2a) stop++;
  return stop < end ? stop + 1 : end;
}

/** Every byte of a character that is not ASCII counts. */
function isWord(byte: i32): bool {
  return (
    u32((byte | 0x20) - 0x61) < 26 || u32(byte - 0x30) < 10 || byte === 0x5f || byte === 0x24 || byte >= 0x80
  );
}

/** Whether a line that ends with this byte goes on in the next one. */
function isOperator(byte: i32): bool {
  switch (byte) {
    case newline:
    case 0x22: // "
    case 0x27: // '
    case 0x60: // `
    case 0x29: // )
    case 0x5d: // ]
    case closingBrace:
      return false;
    default:
      return !isWord(byte);
  }
}
