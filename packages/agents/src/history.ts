import type { Journal, Run } from "@goldenpath/journal";
import type { Message } from "@goldenpath/protocol";

/** A thread is handed to an agent up to these; older messages are left out. */
const historyMessagesMax = 40;
const historyCharsMax = 400_000;
const pagesMax = 50;

/**
 * The thread as the run's agent was given it when the run began, oldest first, within the bounds: up to and
 * with the message that asked. A later attempt gets the same, whatever was written since.
 */
export async function readHistory(
  journal: Journal,
  userId: string,
  run: Pick<Run, "threadId" | "startedAt" | "attempt">,
  questionId: string | undefined,
): Promise<readonly Message[]> {
  let messages: readonly Message[] = [];
  let at = -1;
  for (let pages = 0; pages < pagesMax && at < historyMessagesMax - 1; pages++) {
    const oldest = messages[0];
    const older = await journal.messages(userId, run.threadId, {
      limit: historyMessagesMax,
      ...(oldest ? { before: oldest.id } : {}),
    });
    messages = [...older, ...messages];
    at = messages.findLastIndex((message) => isQuestion(message, run, questionId));
    if (older.length < historyMessagesMax) break;
  }
  const then = messages.slice(0, at + 1).filter((message) => run.attempt === 1 || wasThere(message, run));
  return bounded(then.slice(-historyMessagesMax));
}

/** The newest question of the time, for a run of which nobody noted what asked it. */
function isQuestion(message: Message, run: Pick<Run, "startedAt">, questionId: string | undefined): boolean {
  if (questionId !== undefined) return message.id === questionId;
  return message.role === "user" && message.at <= run.startedAt;
}

/** An answer stands where its run began, though it may have ended after this one did. */
function wasThere({ role, at, durationMs = 0 }: Message, { startedAt }: Pick<Run, "startedAt">): boolean {
  return role === "user" || at + durationMs <= startedAt;
}

/** The newest message is handed over whatever its size. */
function bounded(messages: readonly Message[]): readonly Message[] {
  let chars = 0;
  const from = messages.findLastIndex((message) => {
    chars += JSON.stringify(message.parts).length;
    return chars > historyCharsMax;
  });
  return messages.slice(Math.min(from + 1, messages.length - 1));
}
