/** Which of many entries belong to each of some owners, in their order. */
export class Lists {
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(owners: number, entries: number, ownerOf: (entry: number) => number) {
    this.#first = new Int32Array(owners).fill(-1);
    this.#next = new Int32Array(entries);
    for (let entry = entries - 1; entry >= 0; entry--) {
      const owner = ownerOf(entry);
      this.#next[entry] = this.#first[owner] ?? -1;
      this.#first[owner] = entry;
    }
  }

  *of(owner: number): Iterable<number> {
    for (let entry = this.#first[owner] ?? -1; entry >= 0; entry = this.#next[entry] as number) yield entry;
  }
}
