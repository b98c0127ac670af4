/**
 * Hashes runs of four tokens in a definition. AssemblyScript, compiled to WebAssembly by `assemble.ts`;
 * `src/rules/shingles.ts` is the only one that calls it.
 */

/** Where the definition lies, and where its hashes are left: each behind as many bytes as one may have. */
const text: i32 = 1024;
const hashes: i32 = 262144;

const hash = 0x811c9dc5;
const slash = 0x2f;

/** How many hashes were left of the `length` bytes; `comment` is the byte that begins one, a slash twice. */
export function read(length: i32, comment: i32): i32 {
  const end = text + length;
  let next = hashes;
  let first = 0;
  let second = 0;
  let third = 0;
  let at = text;
  while (at < end) {
    const byte: i32 = load<u8>(at);
    if (byte <= 0x20) {
      at++;
      continue;
    }
    if (byte === comment && (comment !== slash || load<u8>(at, 1) === slash)) {
      while (at < end && load<u8>(at) !== 0x0a) at++;
      continue;
    }
    let token = (hash ^ byte) * 0x01000193;
    at++;
    if (isIdentifier(byte)) {
      while (at < end && isIdentifier(load<u8>(at))) token = (token ^ load<u8>(at++)) * 0x01000193;
    }
    const run = ((first * 31 + second) * 31 + third) * 31 + token;
    const mixed = (run ^ (run >>> 15)) * 0x2c1b3c6d;
    // By its value, so that copies keep the same ones.
    if ((mixed & 3) === 0) {
      store<i32>(next, mixed);
      next += 4;
    }
    first = second;
    second = third;
    third = token;
  }
  return (next - hashes) >> 2;
}

/** Every byte of a character that is not ASCII counts. */
function isIdentifier(byte: i32): bool {
  return u32((byte | 0x20) - 0x61) < 26 || u32(byte - 0x30) < 10 || byte === 0x5f || byte >= 0x80;
}
