import type { Message } from "@goldenpath/protocol";
import { type ReactNode, useId, useMemo, useState } from "react";
import { Icon } from "../icons.tsx";
import { countOf, formatCount, formatDuration } from "../text/figures.ts";
import { Elapsed } from "./elapsed.tsx";
import { activityText, buildTimeline, currentActivity, runTotals } from "./timeline.ts";
import { TimelineList } from "./timeline-list.tsx";

export interface TimelineProps {
  readonly message: Message;
  /** Whether it is open when it first appears. */
  readonly opened: boolean;
}

/**
 * What a run did, step by step. Open while the person watches it run and for a thread's newest answer;
 * nothing opens or closes by itself afterwards, so the page never jumps.
 */
export function Timeline({ message, opened }: TimelineProps): ReactNode {
  const running = message.status === "streaming";
  const [open, setOpen] = useState(opened);
  const listId = useId();
  const activity = currentActivity(message);
  const entries = useMemo(() => buildTimeline(message), [message]);

  return (
    <div className="timeline" data-testid="timeline" data-status={message.status}>
      <button
        type="button"
        className="timeline-head"
        aria-expanded={open}
        aria-controls={listId}
        onClick={() => setOpen((was) => !was)}
      >
        <span className="timeline-chevron" data-open={open}>
          <Icon name="chevron" />
        </span>
        <span className="timeline-state">{activity ? activityText(activity) : endText(message)}</span>
        <span className="timeline-totals">
          {totalsText(message)}
          {running ? <Elapsed sinceMs={message.at} /> : null}
        </span>
      </button>
      {open ? <TimelineList id={listId} entries={entries} running={running} /> : null}
    </div>
  );
}

function endText(message: Message): string {
  const took = message.durationMs === undefined ? "" : ` after ${formatDuration(message.durationMs)}`;
  if (message.status === "failed") return `Failed${took}`;
  if (message.status === "cancelled") return `Stopped${took}`;
  return message.durationMs === undefined ? "Done" : `Done in ${formatDuration(message.durationMs)}`;
}

function totalsText(message: Message): string {
  const totals = runTotals(message);
  const said: string[] = [];
  if (totals.agents > 1) said.push(countOf(totals.agents, "agent"));
  if (totals.tools > 0) said.push(countOf(totals.tools, "tool call"));
  if (totals.toolsFailed > 0) said.push(`${formatCount(totals.toolsFailed)} failed`);
  if (totals.tokens > 0) said.push(countOf(totals.tokens, "token"));
  return said.join(" · ");
}
