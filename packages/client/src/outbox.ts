import type { Message, SendResult } from "@goldenpath/protocol";
import type { CommandResult } from "./state.ts";
import type { OutgoingMessage, View } from "./view.ts";

/** Own messages shown while under way or refused; the oldest go first. Fewer can be under way. */
const outboxMax = 100;

/** A message is under way, for the first time or again. */
export function withSending(view: View, message: OutgoingMessage): View {
  const others = view.outbox.filter((entry) => entry.commandId !== message.commandId);
  return { ...view, outbox: [...others, message].slice(-outboxMax) };
}

/**
 * A `send` was answered. What the server took is in the log by now, and leaves the outbox once the view shows
 * it; what it refused stays, with the reason, until it is sent again or forgotten.
 */
export function withSent(view: View, commandId: string, result: CommandResult<SendResult> | undefined): View {
  const entry = view.outbox.find((other) => other.commandId === commandId);
  if (!entry) return view;
  let next: OutgoingMessage | undefined;
  if (result?.ok) {
    const { threadId, messageId } = result.result;
    next = { ...entry, threadId, state: { is: "taken", messageId } };
    // What a snapshot overtook may be in it, and then no event brings it; else its event is about to come.
    if (entry.stale || !isMissing(next, view.messagesByThread.get(threadId))) next = undefined;
  } else if (result) next = { ...entry, state: { ...result, is: "refused" } };
  return { ...view, outbox: view.outbox.flatMap((other) => (other === entry ? (next ?? []) : other)) };
}

/** Whether these messages of its thread do not contain it yet. */
export function isMissing({ state }: OutgoingMessage, messages: readonly Message[] = []): boolean {
  return state.is !== "taken" || !messages.some((message) => message.id === state.messageId);
}

/**
 * A message of the user's appeared in the log. By id it is an entry that `done` named; before its `done`
 * came it is, in all likelihood, the first entry of the same thread and content, which is then hidden as
 * taken. Should it have come from another device with the same words, `done` still puts that right.
 */
export function withShown(outbox: readonly OutgoingMessage[], message: Message): readonly OutgoingMessage[] {
  const others = outbox.filter((entry) => isMissing(entry, [message]));
  if (others.length < outbox.length) return others;
  const like = outbox.find(
    (entry) =>
      entry.state.is === "sending" &&
      (entry.threadId ?? message.threadId) === message.threadId &&
      contentOf(entry) === contentOf(message),
  );
  if (!like) return outbox;
  return outbox.map((entry) =>
    entry === like ? { ...entry, state: { is: "taken", messageId: message.id } } : entry,
  );
}

/** Texts and attachments of a message, to compare. */
function contentOf({ parts }: Pick<Message, "parts">): string {
  return parts
    .map((part) => ("text" in part ? part.text : "attachmentId" in part ? part.attachmentId : ""))
    .join("");
}
