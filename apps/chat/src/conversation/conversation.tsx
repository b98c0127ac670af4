import type { ConnectionState, OutgoingMessage } from "@goldenpath/client";
import { useClient, useConnection, useThread, useView } from "@goldenpath/client/react";
import { type Message, messageText, type UserPart } from "@goldenpath/protocol";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Composer, type ComposerHandle } from "../composer/composer.tsx";
import { Icon } from "../icons.tsx";
import { navigate, navigateToBegun, parseRoute } from "../route.ts";
import type { AgentsState } from "../shell/agents.ts";
import { connectionText } from "../shell/connection-text.ts";
import { useOnline } from "../shell/use-online.ts";
import { refusalText } from "../text/failure-text.ts";
import { keep, kept } from "../theme.ts";
import { Answer } from "./answer.tsx";
import { EmptyThread } from "./empty-thread.tsx";
import { Outgoing } from "./outgoing.tsx";
import { Question } from "./question.tsx";
import { isNearStart } from "./scroll.ts";
import { useAnnouncements } from "./use-announcements.ts";
import { useFollowEnd } from "./use-follow-end.ts";

export interface ConversationProps {
  readonly userId: string;
  /** Undefined: the next message begins a thread. */
  readonly threadId: string | undefined;
  readonly agents: { readonly state: AgentsState; readonly reload: () => void };
}

const agentKey = "goldenpath.agent";

/** One thread: its messages, and the field to add one. */
export function Conversation({ userId, threadId, agents }: ConversationProps): ReactNode {
  const client = useClient();
  const connection = useConnection();
  const { cursor } = useView();
  // The first snapshot replaces what was loaded before it, so the history waits for it; unless none comes.
  const early = cursor === undefined && (connection.is === "idle" || connection.is === "connecting");
  const { thread, messages, outgoing, history, loadOlder } = useThread(early ? undefined : threadId);
  const empty = threadId === undefined && outgoing.length === 0;
  const { scroller, content, atEnd, jumpToEnd, awaitAnswer, holdPlace } = useFollowEnd(
    messages[0]?.id,
    empty,
  );
  const [chosen, setChosen] = useState(() => kept(agentKey));
  const composer = useRef<ComposerHandle>(null);
  const live = connection.is === "live" || connection.is === "catching_up";
  const waitingFor = waitText(connection, useOnline());
  const loaded = history.is === "partial" || history.is === "complete";
  const said = useAnnouncements(messages, threadId === undefined || loaded);

  const served = agents.state.is === "loaded" ? agents.state.agents : undefined;
  const agent =
    served?.agents.find((one) => one.name === chosen) ??
    served?.agents.find((one) => one.name === served.default);
  const active = useMemo(() => messages.filter((message) => message.status === "streaming"), [messages]);

  const send = useCallback(
    (parts: readonly UserPart[], agentName?: string, commandId?: string) => {
      awaitAnswer();
      void client
        .send({
          parts,
          ...(threadId === undefined ? {} : { threadId }),
          ...(agentName === undefined ? {} : { agent: agentName }),
          ...(commandId === undefined ? {} : { id: commandId }),
        })
        .then((answer) => {
          // The person may have gone elsewhere meanwhile; then they are left there.
          if (answer.ok && threadId === undefined && parseRoute(location.pathname).is === "new") {
            navigateToBegun(answer.result.threadId);
          }
        });
    },
    [client, threadId, awaitAnswer],
  );

  const retry = useCallback(
    (answer: Message) => {
      const question = questionOf(messages, answer);
      const parts = question?.parts.filter((part) => part.type === "text" || part.type === "attachment");
      if (parts && parts.length > 0) send(parts, answer.agent);
    },
    [messages, send],
  );

  const older = useCallback(() => {
    holdPlace();
    void loadOlder();
  }, [holdPlace, loadOlder]);

  const reopen = () => {
    if (threadId !== undefined) void client.openThread(threadId);
  };

  const onScroll = () => {
    const place = scroller.current;
    if (place && history.is === "partial" && messages.length > 0 && isNearStart(place)) older();
  };

  const missing = threadId !== undefined && history.is === "failed" && messages.length === 0;
  const loading = threadId !== undefined && !loaded && !missing && messages.length === 0;
  useEffect(() => {
    // A mouse user types at once; on a phone the keyboard would cover what was opened.
    if (!matchMedia("(pointer: coarse)").matches)
      document.getElementById("composer")?.focus({ preventScroll: true });
  }, []);

  const edit = (message: OutgoingMessage) => {
    composer.current?.restore(message.parts);
    client.forget(message.commandId);
  };

  return (
    <>
      <div className="scroller" ref={scroller} onScroll={onScroll} data-testid="scroller">
        <div className="column" ref={content}>
          <section aria-label="Messages" aria-busy={loading || active.length > 0} className="messages">
            {history.is === "partial" || (history.is === "loading" && messages.length > 0) ? (
              <button
                type="button"
                className="button older"
                aria-disabled={history.is === "loading"}
                onClick={older}
              >
                {history.is === "loading" ? "Loading older messages …" : "Load older messages"}
              </button>
            ) : null}
            {history.is === "failed" && messages.length > 0 ? (
              <div className="notice notice-danger" role="alert">
                <p>Older messages did not load: {refusalText(history)}</p>
                <div className="notice-actions">
                  <button type="button" className="button" onClick={older}>
                    Try again
                  </button>
                </div>
              </div>
            ) : null}
            {loading ? <p className="messages-wait">Loading the thread …</p> : null}
            {missing && history.is === "failed" ? (
              <Missing gone={history.code === "not_found"} text={refusalText(history)} onRetry={reopen} />
            ) : null}
            {threadId !== undefined && loaded && thread === undefined && messages.length === 0 ? (
              <Missing gone text="" onRetry={reopen} />
            ) : null}
            {empty ? (
              <EmptyThread
                agents={agents}
                agent={agent}
                onAsk={(question) => send([{ type: "text", text: question }], agent?.name)}
              />
            ) : null}
            {messages.map((message, index) =>
              message.role === "user" ? (
                <Question key={message.id} message={message} />
              ) : (
                <Answer
                  key={message.id}
                  message={message}
                  newest={index === messages.length - 1}
                  onRetry={questionOf(messages, message) ? retry : undefined}
                />
              ),
            )}
            {outgoing.map((message) => (
              <Outgoing
                key={message.commandId}
                message={message}
                live={live}
                onEdit={edit}
                onRetry={(again) => send(again.parts, agent?.name, again.commandId)}
              />
            ))}
          </section>
        </div>
      </div>
      <div className="dock">
        {atEnd ? null : (
          <button type="button" className="jump" onClick={jumpToEnd}>
            <Icon name="down" />
            Jump to newest
          </button>
        )}
        <Composer
          ref={composer}
          draftKey={`${userId}.${threadId ?? "new"}`}
          agents={served}
          agent={agent}
          onAgent={(name) => {
            setChosen(name);
            keep(agentKey, name);
          }}
          active={active}
          waitingFor={waitingFor}
          onSend={(parts) => send(parts, agent?.name)}
        />
      </div>
      <p className="sr-only" role="status" aria-live="polite" aria-label="Announcements">
        {said}
      </p>
    </>
  );
}

/** The first connection takes a moment and needs no words; a broken one does. */
function waitText(connection: ConnectionState, online: boolean): string | undefined {
  if (connection.is === "live" || connection.is === "catching_up" || connection.is === "idle")
    return undefined;
  if (connection.is === "connecting" && connection.attempt === 1 && online) return undefined;
  const text = connectionText(connection, online, Date.now());
  return text.tone === "broken" ? text.detail : "Not connected: messages wait, and are sent when it is back.";
}

/** The last question before an answer. */
function questionOf(messages: readonly Message[], answer: Message): Message | undefined {
  const at = messages.findIndex((message) => message.id === answer.id);
  return messages
    .slice(0, Math.max(0, at))
    .findLast(
      (message) => message.role === "user" && (messageText(message) !== "" || message.parts.length > 0),
    );
}

interface MissingProps {
  readonly gone: boolean;
  readonly text: string;
  readonly onRetry: () => void;
}

function Missing({ gone, text, onRetry }: MissingProps): ReactNode {
  return (
    <div className="empty">
      <h2 className="empty-title">{gone ? "This thread does not exist" : "The thread did not load"}</h2>
      <p className="muted">{gone ? "It was deleted, or it belongs to another account." : text}</p>
      <div className="notice-actions">
        {gone ? null : (
          <button type="button" className="button button-strong" onClick={onRetry}>
            Try again
          </button>
        )}
        <button type="button" className="button" onClick={() => navigate({ is: "new" })}>
          Begin a new thread
        </button>
      </div>
    </div>
  );
}
