/** 1 for bytes that may continue an identifier; every byte of a non-ASCII character counts. */
export const identifierBytes: Uint8Array = (() => {
  const bytes = new Uint8Array(256).fill(1, 0x80);
  for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") {
    bytes[letter.charCodeAt(0)] = 1;
  }
  return bytes;
})();

export function isNewline(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}
