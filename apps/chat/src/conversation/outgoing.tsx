import type { OutgoingMessage } from "@goldenpath/client";
import { useClient } from "@goldenpath/client/react";
import type { ReactNode } from "react";
import { refusalText } from "../text/failure-text.ts";
import { UserParts } from "./question.tsx";

export interface OutgoingProps {
  readonly message: OutgoingMessage;
  /** Whether a connection is there to send it with. */
  readonly live: boolean;
  /** Puts the text back into the message field. */
  readonly onEdit: (message: OutgoingMessage) => void;
  readonly onRetry: (message: OutgoingMessage) => void;
}

/** A message on its way. It never vanishes: it becomes part of the thread, or says why not and what to do. */
export function Outgoing({ message, live, onEdit, onRetry }: OutgoingProps): ReactNode {
  const client = useClient();
  const { state } = message;
  return (
    <article
      className="question question-outgoing"
      aria-label="Your message"
      data-testid="outgoing"
      data-state={state.is}
    >
      <UserParts parts={message.parts} />
      {state.is === "refused" ? (
        <div className="notice notice-danger" role="alert">
          <p>
            <strong>Not sent.</strong> {refusalText(state)} <code>{state.code}</code>
          </p>
          <div className="notice-actions">
            {state.retry === "never" ? null : (
              <button type="button" className="button" onClick={() => onRetry(message)}>
                Send again
              </button>
            )}
            <button type="button" className="button" onClick={() => onEdit(message)}>
              Edit
            </button>
            <button type="button" className="button" onClick={() => client.forget(message.commandId)}>
              Discard
            </button>
          </div>
        </div>
      ) : (
        <p className="question-state">{live ? "Sending …" : "Waits for the connection, then it is sent."}</p>
      )}
    </article>
  );
}
