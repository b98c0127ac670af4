/** What is worked out from a value is worked out once and lives as long as that value does. */
export class Memo {
  readonly #made: Map<string, unknown>;

  /** `made`: what had been worked out already when the value was kept. */
  constructor(made: Iterable<readonly [key: string, value: unknown]> = []) {
    this.#made = new Map(made);
  }

  /** `key` says what it is. */
  once<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }

  /** What has been worked out; undefined: it was not asked for yet. */
  made<T>(key: string): T | undefined {
    return this.#made.get(key) as T | undefined;
  }
}
