import { limits } from "@goldenpath/protocol";

/** Who came without a session has `helloMsMax` to bring a ticket; this many may be at it at once. */
const strangersMax = 10_000;
/** One user's tabs that all reconnect at once are fewer. */
const silentPerUserMax = 4 * limits.connectionsPerUserMax;

/** Connections that have not joined a log, counted for each user and for all who came without a session. */
export class Callers {
  readonly #userByConnection = new Map<object, string | undefined>();
  readonly #countByUser = new Map<string | undefined, number>();

  isFull(userId: string | undefined): boolean {
    const max = userId === undefined ? strangersMax : silentPerUserMax;
    return (this.#countByUser.get(userId) ?? 0) >= max;
  }

  add(connection: object, userId: string | undefined): void {
    this.#userByConnection.set(connection, userId);
    this.#countByUser.set(userId, (this.#countByUser.get(userId) ?? 0) + 1);
  }

  remove(connection: object): void {
    if (!this.#userByConnection.has(connection)) return;
    const userId = this.#userByConnection.get(connection);
    this.#userByConnection.delete(connection);
    const left = (this.#countByUser.get(userId) ?? 1) - 1;
    if (left > 0) this.#countByUser.set(userId, left);
    else this.#countByUser.delete(userId);
  }
}
