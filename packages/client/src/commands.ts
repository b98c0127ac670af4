/**
 * Commands on their way: from the caller to the server's one answer, over as many links as it takes.
 *
 *  M1  A command has one id for its life. Without an answer it is sent again, with that id, over the next
 *      link; the server carries it out once (J3).
 *  M2  Each command settles once: answered, unanswered after `commandMsMax`, or given up with a code.
 *  M3  At most commandsPendingMax wait; one more is refused at once. All of them are under way together,
 *      which stays below what a server takes in one burst.
 *  M4  A refusal that can pass speaks for the repetition that it answers. What became of an earlier one,
 *      whose answer was lost, it does not say: such a command is unanswered.
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
  /** How often it was sent again; -1 before the first time. */
  repeats: number;
}

export interface Commands {
  /** Takes a command in, or refuses it at once; the same id with the same content joins the one that waits. */
  submit(frame: CommandFrame): Refusal | Promise<CommandResult<Json>>;
  /** M1: transmits everything without an answer, in the order it came. */
  resend(): void;
  answered(frame: DoneFrame | ErrorFrame): void;
  giveUp(why: Refusal): void;
}

/** `transmit` sends and answers true when there is a link; what it refuses is settled with that. */
export function createCommands(
  clock: Clock,
  commandMsMax: number,
  transmit: (frame: CommandFrame) => Refusal | boolean,
): Commands {
  const pendingById = new Map<string, Pending>();

  function settle(id: string, result: CommandResult<Json>): void {
    const pending = pendingById.get(id);
    if (!pending) return;
    pendingById.delete(id); // M2
    pending.deadline.cancel();
    pending.settle(result);
  }

  function send(pending: Pending): void {
    const sent = transmit(pending.frame);
    if (sent === true) pending.repeats++;
    else if (sent) settle(pending.frame.id, sent);
  }

  return {
    submit(frame) {
      const { id } = frame;
      const waiting = pendingById.get(id);
      if (waiting) {
        return JSON.stringify(waiting.frame) === JSON.stringify(frame)
          ? waiting.answer
          : refusal("id_reused", "This id is taken.", "never");
      }
      if (pendingById.size >= commandsPendingMax) {
        return refusal("queue_full", "Too many wait.", "later");
      }
      const { promise: answer, resolve } = Promise.withResolvers<CommandResult<Json>>();
      const deadline = clock.timer(commandMsMax, () => {
        settle(id, refusal("unanswered", "No answer.", "now"));
      });
      const pending = { frame, settle: resolve, answer, deadline, repeats: -1 };
      pendingById.set(id, pending);
      send(pending);
      return answer;
    },
    resend() {
      for (const pending of pendingById.values()) send(pending);
    },
    answered(frame) {
      // An error without an id answers no command; a second answer to a command that was sent twice is none.
      const { id = "" } = frame;
      if (frame.type === "done") settle(id, { ok: true, result: frame.result });
      else {
        const isUnknown = frame.retry === "later" && pendingById.get(id)?.repeats; // M4
        settle(id, refusalOf(isUnknown ? { ...frame, code: "unanswered" } : frame));
      }
    },
    giveUp(why) {
      for (const id of pendingById.keys()) settle(id, why);
    },
  };
}
