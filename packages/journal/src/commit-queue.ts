/**
 * Gathers commits into groups for an engine that makes each group durable in one step.
 *
 *  G1  One group is under way at a time. A commit that finds none goes at once, together with those of the
 *      same turn; while one is under way the next gathers. So a commit waits for one transaction, groups grow
 *      with the load, and no timer has to be tuned.
 *  G2  Groups are taken in the order of the calls and answered in that order; so each user's are (J1). A group
 *      is closed at groupEventsMax events or groupBytesMax bytes; a single larger commit goes alone.
 *  G4  What waits is bounded in number and bytes; one commit more is refused with `unavailable`.
 */
import type { Draft } from "./draft.ts";
import { type CommitOutcome, commitsWaitingMax } from "./journal.ts";

const groupEventsMax = 256;
const groupBytesMax = 1024 * 1024;
const waitingBytesMax = 256 * 1024 * 1024;

export interface WaitingCommit {
  readonly draft: Draft;
  settle(outcome: CommitOutcome): void;
  fail(error: Error): void;
}

export class CommitQueue {
  /** Settles every commit of the group; never rejects. */
  readonly #commitGroup: (group: readonly WaitingCommit[]) => Promise<void>;
  #waiting: WaitingCommit[] = [];
  #waitingBytes = 0;
  #underWay = false;
  #idle: (() => void)[] = [];

  constructor(commitGroup: (group: readonly WaitingCommit[]) => Promise<void>) {
    this.#commitGroup = commitGroup;
  }

  add(draft: Draft): Promise<CommitOutcome> {
    if (this.#waiting.length >= commitsWaitingMax || this.#waitingBytes + draft.bytes > waitingBytesMax) {
      const detail = `${this.#waiting.length} commits wait for the database already.`;
      return Promise.resolve({ is: "refused", why: "unavailable", detail });
    }
    return new Promise((settle, fail) => {
      this.#waiting.push({ draft, settle, fail });
      this.#waitingBytes += draft.bytes;
      if (this.#underWay) return;
      this.#underWay = true;
      queueMicrotask(() => void this.#commitGroups());
    });
  }

  /** Answers all that wait, of which nothing was tried: the database could not be reached for too long. */
  refuseWaiting(detail: string): void {
    for (const { settle } of this.#waiting.splice(0)) settle({ is: "refused", why: "unavailable", detail });
    this.#waitingBytes = 0;
  }

  /** Settles when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    if (this.#underWay) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** G1: takes group after group until nothing waits. */
  async #commitGroups(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#underWay = false;
    for (const idle of this.#idle.splice(0)) idle();
  }

  /** G2. */
  #takeGroup(): readonly WaitingCommit[] {
    let count = 0;
    let events = 0;
    let bytes = 0;
    for (const { draft } of this.#waiting) {
      events += draft.tails.length;
      bytes += draft.bytes;
      if (count > 0 && (events > groupEventsMax || bytes > groupBytesMax)) break;
      count++;
    }
    const group = this.#waiting.splice(0, count);
    for (const { draft } of group) this.#waitingBytes -= draft.bytes;
    return group;
  }
}
