/** What a byte means to the scanner when it looks for the end of a statement. 0: nothing, go on. */
export const newline = 1;
export const hash = 2;
export const quote = 3;
export const open = 4;
export const close = 5;
export const backslash = 6;
export const semicolon = 7;
export const colon = 8;
export const nul = 9;
export const equals = 10;

function table(entries: Readonly<Record<string, number>>): Uint8Array {
  const classes = new Uint8Array(256);
  for (const [characters, value] of Object.entries(entries)) {
    for (const character of characters) classes[character.charCodeAt(0)] = value;
  }
  return classes;
}

const ends = {
  "\n\r": newline,
  "#": hash,
  "\"'": quote,
  "([{": open,
  ")]}": close,
  "\\": backslash,
  ";": semicolon,
  "\0": nul,
};

/** For statements of which only the end matters. */
export const endClasses: Uint8Array = table(ends);
/** For headers, which end at a colon. */
export const headerClasses: Uint8Array = table({ ...ends, ":": colon });
/** For module-level statements, whose `=` and `:` matter. */
export const bindingClasses: Uint8Array = table({ ...ends, ":": colon, "=": equals });

/** 1 for bytes that may continue an identifier; every byte of a non-ASCII character counts. */
export const identifierBytes: Uint8Array = (() => {
  const classes = table({
    abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789: 1,
  });
  classes.fill(1, 0x80);
  return classes;
})();

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The closing bracket of an opening one. */
export function closingOf(byte: number): number {
  return byte === 0x28 ? 0x29 : byte + 2;
}

/** Whether `byte` before `=` makes another operator of it. */
export function isOperator(byte: number): boolean {
  switch (byte) {
    case 0x21: // !
    case 0x25: // %
    case 0x26: // &
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x2f: // /
    case 0x3c: // <
    case 0x3e: // >
    case 0x40: // @
    case 0x5e: // ^
    case 0x7c: // |
      return true;
    default:
      return false;
  }
}

export function isNewline(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}
