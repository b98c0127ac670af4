import { type Message, messageText } from "@goldenpath/protocol";
import { plainText } from "../text/plain.ts";
import { type Activity, currentActivity } from "../timeline/timeline.ts";

/** What was said last about each answer: enough to say only what is new. */
export type Heard = ReadonlyMap<string, string>;

const answerCharsMax = 1_500;

/**
 * What a screen reader should hear between two states of a thread: that an agent began, what it turned to,
 * and its finished answer as a whole, but no token on its way. Answers that were finished when the thread
 * was opened are not read, save in a thread that the person has just `begun`: its first answer may be there
 * before its page is. Pure: returns the texts and what to remember.
 */
export function announce(
  heard: Heard | undefined,
  messages: readonly Message[],
  begun = false,
): { readonly heard: Heard; readonly texts: readonly string[] } {
  const next = new Map<string, string>();
  const texts: string[] = [];
  for (const message of messages) {
    if (message.role !== "assistant") continue;
    const state = stateOf(message);
    next.set(message.id, state);
    const before = heard?.get(message.id);
    if (before === state) continue;
    if (!begun && (!heard || (before === undefined && message.status !== "streaming"))) continue;
    const goesOn = before !== undefined && attemptOf(before) !== attemptOf(state);
    texts.push(goesOn ? `Interrupted and continued. ${textOf(message)}` : textOf(message));
  }
  return { heard: next, texts };
}

/** Begins with the attempt, because what was written before another one may be void. */
function stateOf(message: Message): string {
  const activity = currentActivity(message);
  const attempt = message.attempt ?? 1;
  if (!activity) return `${attempt} ${message.status}`;
  return `${attempt} ${activity.is === "tools" ? `tools ${activity.names.join(" ")}` : activity.is}`;
}

function attemptOf(state: string): string | undefined {
  return state.split(" ")[0];
}

function textOf(message: Message): string {
  const name = message.agent ?? "The agent";
  const activity = currentActivity(message);
  if (activity) return `${name} ${activityWords(activity)}.`;
  switch (message.status) {
    case "completed":
      return `${name} finished. ${plainText(messageText(message), answerCharsMax)}`;
    case "cancelled":
      return `${name} was stopped.`;
    default:
      return `${name} failed. ${message.failure?.message ?? ""}`.trim();
  }
}

function activityWords(activity: Activity): string {
  switch (activity.is) {
    case "starting":
      return "has started";
    case "thinking":
      return "is thinking";
    case "tools":
      return `is running ${activity.names.join(", ")}`;
    case "approval":
      return `needs your decision on ${activity.tool}`;
    case "writing":
      return "is writing the answer";
  }
}
