/**
 * Commands on their way: from the caller to the server's one answer, over as many links as it takes.
 *
 *  M1  A command has one id for its life. Without an answer it is sent again, with that id, over the next
 *      link; the server carries it out once (J3).
 *  M2  Each command settles once: answered, unanswered after `commandMsMax`, or given up with a code.
 *  M3  At most commandsPendingMax wait; one more is refused at once. All of them are under way together,
 *      which stays below what a server takes in one burst.
 */
import type { Clock, CommandFrame, DoneFrame, ErrorFrame, Json, Timer } from "@goldenpath/protocol";
import { refusalOf } from "./server-answer.ts";
import { type CommandResult, type Refusal, refusal } from "./state.ts";

export const commandsPendingMax = 32;

interface Pending {
  readonly frame: CommandFrame;
  readonly settle: (result: CommandResult<Json>) => void;
  readonly answer: Promise<CommandResult<Json>>;
  readonly deadline: Timer;
}

export class Commands {
  readonly #clock: Clock;
  readonly #commandMsMax: number;
  readonly #pendingById = new Map<string, Pending>();

  constructor(clock: Clock, commandMsMax: number) {
    this.#clock = clock;
    this.#commandMsMax = commandMsMax;
  }

  /** Takes a command in, or refuses it at once; the same id with the same content joins the one that waits already. */
  submit(frame: CommandFrame): Refusal | Promise<CommandResult<Json>> {
    const waiting = this.#pendingById.get(frame.id);
    if (waiting) {
      return JSON.stringify(waiting.frame) === JSON.stringify(frame)
        ? waiting.answer
        : refusal("id_reused", "This id is in use for another command.", "never");
    }
    if (this.#pendingById.size >= commandsPendingMax) {
      return refusal("queue_full", `${commandsPendingMax} commands wait for an answer already.`, "later");
    }
    const { promise, resolve } = Promise.withResolvers<CommandResult<Json>>();
    const deadline = this.#clock.timer(this.#commandMsMax, () => {
      const message = "No answer came in time; it may have been carried out. Send it again with the same id.";
      this.#settle(frame.id, refusal("unanswered", message, "now"));
    });
    this.#pendingById.set(frame.id, { frame, settle: resolve, answer: promise, deadline });
    return promise;
  }

  /** M1: hands out everything without an answer, in the order it came; a refusal settles it instead. */
  resend(send: (frame: CommandFrame) => Refusal | undefined): void {
    for (const { frame } of [...this.#pendingById.values()]) {
      const refused = send(frame);
      if (refused) this.#settle(frame.id, refused);
    }
  }

  answered(frame: DoneFrame | ErrorFrame): void {
    // An error without an id answers no command; a second answer to a command that was sent twice is none.
    if (frame.id === undefined) return;
    this.#settle(frame.id, frame.type === "done" ? { ok: true, result: frame.result } : refusalOf(frame));
  }

  giveUp(why: Refusal): void {
    for (const id of [...this.#pendingById.keys()]) this.#settle(id, why);
  }

  #settle(id: string, result: CommandResult<Json>): void {
    const pending = this.#pendingById.get(id);
    if (!pending) return;
    this.#pendingById.delete(id); // M2
    pending.deadline.cancel();
    pending.settle(result);
  }
}
