import type { EventType, Json, ToolPart } from "@goldenpath/protocol";
import { memo, type ReactNode, useState } from "react";
import { CopyButton } from "../conversation/copy-button.tsx";
import { toolErrorText } from "../text/failure-text.ts";
import { countOf, formatCount, formatDuration } from "../text/figures.ts";
import { prettyJson, previewJson } from "../text/json.ts";
import { Elapsed } from "./elapsed.tsx";
import type { TimelineEntry } from "./timeline.ts";

export interface TimelineRowProps {
  readonly entry: TimelineEntry;
  readonly running: boolean;
}

export const TimelineRow = memo(
  function TimelineRow({ entry, running }: TimelineRowProps): ReactNode {
    switch (entry.is) {
      case "started":
        return (
          <Row event="agent_started" agent={entry.agent}>
            {entry.label}
          </Row>
        );
      case "thinking":
        return (
          <Row event="agent_thinking" agent={entry.agent}>
            <Thought text={entry.part.text} />
          </Row>
        );
      case "tool":
        return <ToolRows part={entry.part} call={entry.call} agent={entry.agent} running={running} />;
      case "approval":
        return (
          <>
            <Row event="approval_requested" agent={entry.agent}>
              <b>{entry.part.tool}</b> {entry.part.reason}
            </Row>
            {entry.part.decision ? (
              <Row event="approval_resolved" agent={entry.agent}>
                {entry.part.decision === "approve" ? "approved" : "rejected"}
              </Row>
            ) : null}
          </>
        );
      case "text":
        return (
          <Row event="text_delta" agent={entry.agent}>
            <span className="muted">{countOf(entry.chars, "character")} of the answer</span>
          </Row>
        );
      case "usage":
        return (
          <Row event="usage_reported" agent={entry.agent}>
            {entry.usage.map((one) => (
              <span key={one.model} className="usage">
                {one.model}: {formatCount(one.inputTokens)} tokens in, {formatCount(one.outputTokens)} out
              </span>
            ))}
          </Row>
        );
      case "ended":
        return (
          <Row event={entry.event} agent={entry.agent}>
            {entry.note ? <code>{entry.note}</code> : null}
            {entry.durationMs === undefined ? null : <Took durationMs={entry.durationMs} />}
          </Row>
        );
    }
  },
  // Entries are built anew with every event; what they show is the part, which keeps its identity.
  (before, after) =>
    before.running === after.running &&
    before.entry.is === after.entry.is &&
    ("part" in before.entry && "part" in after.entry
      ? before.entry.part === after.entry.part
      : JSON.stringify(before.entry) === JSON.stringify(after.entry)),
);

interface RowProps {
  readonly event: EventType;
  readonly agent: string;
  readonly failed?: boolean;
  readonly children: ReactNode;
}

function Row({ event, agent, failed = false, children }: RowProps): ReactNode {
  return (
    <li className="event" data-event={event} data-failed={failed}>
      <span className="event-name">{event}</span>
      <span className="event-agent">{agent}</span>
      <div className="event-body">{children}</div>
    </li>
  );
}

function Took({ durationMs }: { readonly durationMs: number }): ReactNode {
  return <span className="event-took">{formatDuration(durationMs)}</span>;
}

const thoughtCharsShown = 280;

function Thought({ text }: { readonly text: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const long = text.length > thoughtCharsShown + 40;
  return (
    <p className="thought">
      {long && !open ? `${text.slice(0, thoughtCharsShown)}… ` : `${text} `}
      {long ? (
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen((was) => !was)}>
          {open ? "less" : "all of it"}
        </button>
      ) : null}
    </p>
  );
}

interface ToolRowsProps {
  readonly part: ToolPart;
  readonly call: number;
  readonly agent: string;
  readonly running: boolean;
}

/** A call and its result. The result's place is kept while the tool works, so that nothing moves. */
function ToolRows({ part, call, agent, running }: ToolRowsProps): ReactNode {
  const name = (
    <b>
      {part.tool} <span className="event-call">#{call}</span>
    </b>
  );
  return (
    <>
      <Row event="tool_executing" agent={agent}>
        <Details name="input" head={name} value={part.input} />
      </Row>
      {part.state === "running" ? (
        <li className="event event-waiting">
          <span className="event-name">{running ? "running" : "not finished"}</span>
          <span className="event-agent">{agent}</span>
          <div className="event-body">
            {name} {running ? <Elapsed sinceMs={part.startedAt} /> : null}
          </div>
        </li>
      ) : (
        <Row event="tool_completed" agent={agent} failed={part.state === "failed"}>
          {part.error ? (
            <p className="tool-error">
              {name} {toolErrorText(part.error.code)}: {part.error.message} <code>{part.error.code}</code>
            </p>
          ) : (
            <Details name="output" head={name} value={part.output ?? null} />
          )}
          {part.durationMs === undefined ? null : <Took durationMs={part.durationMs} />}
        </Row>
      )}
    </>
  );
}

interface DetailsProps {
  readonly name: "input" | "output";
  readonly head: ReactNode;
  readonly value: Json;
}

/** A hint in one line; the whole value, which may be large, is written out only when it is asked for. */
function Details({ name, head, value }: DetailsProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details className="event-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {head} <span className="event-preview">{previewJson(value)}</span>
      </summary>
      {open ? (
        <div className="event-full">
          <div className="event-full-head">
            <span>{name}</span>
            <CopyButton what={name} text={() => prettyJson(value)} />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
          <pre className="json" tabIndex={0}>
            {prettyJson(value)}
          </pre>
        </div>
      ) : null}
    </details>
  );
}
