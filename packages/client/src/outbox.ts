import type { Message, SendResult } from "@goldenpath/protocol";
import type { OutgoingMessage, View } from "./view.ts";

/** Own messages under way or refused; the oldest refused go first. */
export const outboxMax = 100;

/** A message is under way, for the first time or again. */
export function withSending(view: View, message: OutgoingMessage): View {
  const outbox = view.outbox.filter((entry) => entry.commandId !== message.commandId);
  const dropped =
    outbox.length < outboxMax ? undefined : outbox.find((entry) => entry.state.is === "refused");
  return { ...view, outbox: [...outbox.filter((entry) => entry !== dropped), message] };
}

/** Changes the entry of one command, or takes it out. */
export function withOutgoing(
  view: View,
  commandId: string,
  change: (entry: OutgoingMessage) => OutgoingMessage | undefined,
): View {
  if (!view.outbox.some((entry) => entry.commandId === commandId)) return view;
  const outbox = view.outbox.flatMap((entry) =>
    entry.commandId === commandId ? (change(entry) ?? []) : [entry],
  );
  return { ...view, outbox };
}

/** `done` came: the message is in the log by now, and leaves the outbox once the view shows it. */
export function withTaken(view: View, commandId: string, { threadId, messageId }: SendResult): View {
  return withOutgoing(view, commandId, (entry) => {
    const shown = view.messagesByThread.get(threadId)?.some((message) => message.id === messageId);
    return shown ? undefined : { ...entry, threadId, state: { is: "taken", messageId } };
  });
}

/**
 * A message of the user's appeared in the log. By id it is an entry that `done` named; before its `done`
 * came it is, in all likelihood, the first entry of the same thread and content, which is then hidden as
 * taken. Should it have come from another device with the same words, `done` still puts that right.
 */
export function withShown(outbox: readonly OutgoingMessage[], message: Message): readonly OutgoingMessage[] {
  if (message.role !== "user" || outbox.length === 0) return outbox;
  const byId = outbox.filter(
    (entry) => !(entry.state.is === "taken" && entry.state.messageId === message.id),
  );
  if (byId.length < outbox.length) return byId;
  const like = outbox.find(
    (entry) =>
      entry.state.is === "sending" &&
      (entry.threadId ?? message.threadId) === message.threadId &&
      contentOf(entry) === contentOf(message),
  );
  return outbox.map((entry) =>
    entry === like ? { ...entry, state: { is: "taken", messageId: message.id } } : entry,
  );
}

/** Texts and attachments of a message, to compare and to measure. */
export function contentOf({ parts }: Pick<Message, "parts">): string {
  return parts
    .map((part) => ("text" in part ? part.text : "attachmentId" in part ? part.attachmentId : ""))
    .join("");
}
