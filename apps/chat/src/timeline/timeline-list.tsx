import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { isAtEnd } from "../conversation/scroll.ts";
import type { TimelineEntry } from "./timeline.ts";
import { TimelineRow } from "./timeline-row.tsx";

export interface TimelineListProps {
  readonly id: string;
  readonly entries: readonly TimelineEntry[];
  readonly running: boolean;
}

/**
 * The lines of a run, in a list that scrolls in itself when there are many, so that the answer stays near its
 * question. While it runs, the newest line stays in view unless the person scrolled up.
 */
export function TimelineList({ id, entries, running }: TimelineListProps): ReactNode {
  const list = useRef<HTMLOListElement>(null);
  const following = useRef(running);
  const [whole, setWhole] = useState(false);
  const [overflows, setOverflows] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the lines may move the end
  useLayoutEffect(() => {
    const place = list.current;
    if (!place || whole) return;
    setOverflows(place.scrollHeight > place.clientHeight + 1);
    if (following.current) place.scrollTop = place.scrollHeight;
  }, [entries, whole]);

  return (
    <>
      <ol
        id={id}
        ref={list}
        className="timeline-list"
        data-bounded={!whole}
        data-overflows={overflows && !whole}
        aria-label="Events of the run"
        tabIndex={overflows && !whole ? 0 : undefined}
        onScroll={(event) => {
          following.current = running && isAtEnd(event.currentTarget);
        }}
      >
        {entries.map((entry) => (
          <TimelineRow key={entry.key} entry={entry} running={running} />
        ))}
        {running ? <li className="timeline-tip" aria-hidden="true" /> : null}
      </ol>
      {overflows ? (
        <button
          type="button"
          className="link timeline-whole"
          aria-expanded={whole}
          onClick={() => setWhole((was) => !was)}
        >
          {whole ? "Show fewer lines" : "Show all lines"}
        </button>
      ) : null}
    </>
  );
}
