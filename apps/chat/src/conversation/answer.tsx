import type { Message } from "@goldenpath/protocol";
import { messageText } from "@goldenpath/protocol";
import { memo, type ReactNode } from "react";
import { Icon } from "../icons.tsx";
import { AnswerText } from "../markdown/markdown-provider.tsx";
import { runFailureText } from "../text/failure-text.ts";
import { answerTexts } from "../timeline/timeline.ts";
import { Timeline } from "../timeline/timeline-view.tsx";
import { ApprovalCard } from "./approval-card.tsx";
import { CopyButton } from "./copy-button.tsx";

export interface AnswerProps {
  readonly message: Message;
  /** The last message of the thread. */
  readonly newest: boolean;
  /** Sends the question of this answer again; undefined when the question is not here. */
  readonly onRetry: ((message: Message) => void) | undefined;
}

export const Answer = memo(function Answer({ message, newest, onRetry }: AnswerProps): ReactNode {
  const streaming = message.status === "streaming";
  const texts = answerTexts(message);
  const asking = message.parts.filter((part) => part.type === "approval" && part.decision === undefined);

  return (
    <article
      className="answer"
      aria-label={`Answer of ${message.agent ?? "the agent"}`}
      aria-busy={streaming}
      data-testid="answer"
      data-status={message.status}
    >
      <h2 className="answer-by">
        <span className="answer-agent">{message.agent ?? "agent"}</span>
        {message.label ? <span className="answer-label">{message.label}</span> : null}
      </h2>
      <Timeline message={message} opened={streaming || newest} />
      {streaming
        ? asking.map((part) =>
            part.type === "approval" ? <ApprovalCard key={part.approvalId} approval={part} /> : null,
          )
        : null}
      {message.attempt === undefined ? null : (
        <p className="answer-resumed" data-testid="answer-resumed">
          Continued after an interruption. Steps that were finished were not done again.
        </p>
      )}
      <div className="answer-body" data-testid="answer-text">
        {texts.map((entry, index) => (
          <AnswerText key={entry.key} text={entry.text} streaming={streaming && index === texts.length - 1} />
        ))}
      </div>
      {message.status === "failed" ? (
        <div className="notice notice-danger" data-testid="run-failure">
          <p>
            <strong>The run failed.</strong> {message.failure?.message} <code>{message.failure?.code}</code>
          </p>
          <p>{runFailureText(message.failure?.code ?? "")}</p>
        </div>
      ) : null}
      {message.status === "cancelled" ? (
        <div className="notice" data-testid="run-cancelled">
          <p>
            <strong>Stopped.</strong> What was written up to here is kept. <code>agent_cancelled</code>
          </p>
        </div>
      ) : null}
      {streaming ? null : (
        <div className="answer-tools">
          {texts.length > 0 ? <CopyButton what="answer" text={() => messageText(message)} labelled /> : null}
          {onRetry ? (
            <button type="button" className="quiet-button" onClick={() => onRetry(message)}>
              <Icon name="repeat" />
              {message.status === "completed" ? "Ask again" : "Try again"}
            </button>
          ) : null}
        </div>
      )}
    </article>
  );
});
