/** Seeded randomness. A stream forked by name is its own: what one concern draws moves no other's draws. */
export class Random {
  #state: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = mix(seed ^ 0x9e3779b9);
  }

  fork(name: string): Random {
    let hash = mix(this.#seed);
    for (let at = 0; at < name.length; at++) hash = mix(hash ^ name.charCodeAt(at));
    return new Random(hash);
  }

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)];
  }

  /** One of the keys, as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries<number>(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    let last: K | undefined;
    for (const [key, weight] of entries) {
      if (weight <= 0) continue;
      last = key;
      left -= weight;
      if (left < 0) break;
    }
    if (last === undefined) throw new RangeError("weighted: every weight is 0");
    return last;
  }
}

/** The finaliser of MurmurHash3: neighbouring seeds become unrelated. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
