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

export interface Commands {
  /** Takes a command in, or refuses it at once; the same id with the same content joins the one that waits. */
  submit(frame: CommandFrame): Refusal | Promise<CommandResult<Json>>;
  /** M1: transmits everything without an answer, in the order it came. */
  resend(): void;
  answered(frame: DoneFrame | ErrorFrame): void;
  giveUp(why: Refusal): void;
}

/** `transmit` sends when there is a link; what it refuses is settled with that. */
export function createCommands(
  clock: Clock,
  commandMsMax: number,
  transmit: (frame: CommandFrame) => Refusal | undefined,
): Commands {
  const pendingById = new Map<string, Pending>();

  function settle(id: string, result: CommandResult<Json>): void {
    const pending = pendingById.get(id);
    if (!pending) return;
    pendingById.delete(id); // M2
    pending.deadline.cancel();
    pending.settle(result);
  }

  function send(frame: CommandFrame): void {
    const refused = transmit(frame);
    if (refused) settle(frame.id, refused);
  }

  return {
    submit(frame) {
      const { id } = frame;
      const waiting = pendingById.get(id);
      if (waiting) {
        return JSON.stringify(waiting.frame) === JSON.stringify(frame)
          ? waiting.answer
          : refusal("id_reused", "This id is in use.", "never");
      }
      if (pendingById.size >= commandsPendingMax) {
        return refusal("queue_full", `${commandsPendingMax} commands wait already.`, "later");
      }
      const { promise: answer, resolve } = Promise.withResolvers<CommandResult<Json>>();
      const deadline = clock.timer(commandMsMax, () => {
        const message = "No answer in time. Send it again with the same id.";
        settle(id, refusal("unanswered", message, "now"));
      });
      pendingById.set(id, { frame, settle: resolve, answer, deadline });
      send(frame);
      return answer;
    },
    resend() {
      for (const { frame } of pendingById.values()) send(frame);
    },
    answered(frame) {
      // An error without an id answers no command; a second answer to a command that was sent twice is none.
      const { id = "" } = frame;
      settle(id, frame.type === "done" ? { ok: true, result: frame.result } : refusalOf(frame));
    },
    giveUp(why) {
      for (const id of pendingById.keys()) settle(id, why);
    },
  };
}
