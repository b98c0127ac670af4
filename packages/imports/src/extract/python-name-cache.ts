/** So many names are remembered; one gives way to another that falls on its place. */
const placesMax = 1 << 15;

/** Names as they stand in sources, where a tree repeats some thousand of them a hundred thousand times. */
export class NameCache {
  readonly #names = new Array<string>(placesMax).fill("");

  /** The ASCII text between `start` and `end`. */
  read(bytes: Buffer, start: number, end: number): string {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (placesMax - 1);
    const known = this.#names[place] as string;
    if (isAt(known, bytes, start, end)) return known;
    const name = bytes.toString("latin1", start, end);
    this.#names[place] = name;
    return name;
  }
}

function isAt(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
