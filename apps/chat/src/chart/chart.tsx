import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ChartColumns } from "./chart-columns.tsx";
import { ChartRows } from "./chart-rows.tsx";
import { describeChart, formatValue } from "./chart-scale.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { ChartTable } from "./chart-table.tsx";

/** What a drawing needs beside its data. */
export interface DrawingProps {
  readonly spec: ChartSpec;
  readonly widthPx: number;
  /** Index of the label that the reader points at. */
  readonly active: number | undefined;
  readonly onActive: (index: number | undefined) => void;
}

/** A chart with its title, its legend, a line that reads out the pointed value, and all values as a table. */
export function Chart({ spec }: { readonly spec: ChartSpec }): ReactNode {
  const [widthPx, setWidthPx] = useState(640);
  const [active, setActive] = useState<number>();
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = spec.type === "bar" && readsBetterAsRows(spec, widthPx);

  useEffect(() => {
    const place = frame.current;
    if (!place) return;
    const observer = new ResizeObserver(() => setWidthPx(Math.max(240, Math.floor(place.clientWidth))));
    observer.observe(place);
    return () => observer.disconnect();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const last = spec.labels.length - 1;
    const at = active ?? -1;
    const next =
      event.key === "ArrowRight" || event.key === "ArrowDown"
        ? Math.min(last, at + 1)
        : event.key === "ArrowLeft" || event.key === "ArrowUp"
          ? Math.max(0, at - 1)
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? last
              : undefined;
    if (event.key === "Escape") setActive(undefined);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
  };

  const drawing = { spec, widthPx, active, onActive: setActive };
  return (
    <figure className="chart" data-testid="chart" aria-labelledby={`${id}-title`}>
      <figcaption className="chart-head">
        <span className="chart-title" id={`${id}-title`}>
          {spec.title || "Chart"}
        </span>
        {spec.unit ? <span className="chart-unit">{spec.unit}</span> : null}
        <span className="chart-readout" role="status">
          {active === undefined ? "" : readout(spec, active)}
        </span>
      </figcaption>
      {spec.series.length > 1 ? (
        <ul className="chart-legend">
          {spec.series.map((series, index) => (
            <li key={series.name}>
              <span className="chart-swatch" data-series={index} aria-hidden="true" />
              {series.name}
            </li>
          ))}
        </ul>
      ) : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a group of values, not a form's fieldset */}
      <div
        ref={frame}
        className="chart-frame"
        role="group"
        aria-label={`${spec.title || "Chart"}: use the arrow keys to read the values`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk over the values
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(undefined)}
        onPointerLeave={() => setActive(undefined)}
      >
        <svg
          width={widthPx}
          height={rows ? ChartRows.heightPx(spec) : ChartColumns.heightPx}
          role="img"
          aria-labelledby={`${id}-svg-title ${id}-svg-desc`}
        >
          <title id={`${id}-svg-title`}>{spec.title || "Chart"}</title>
          <desc id={`${id}-svg-desc`}>{describeChart(spec)}</desc>
          {rows ? <ChartRows {...drawing} /> : <ChartColumns {...drawing} />}
        </svg>
      </div>
      <ChartTable spec={spec} />
    </figure>
  );
}

function readout(spec: ChartSpec, index: number): string {
  const values = spec.series.map((series) => {
    const value = formatValue(series.values[index] ?? null, spec.unit);
    return spec.series.length > 1 ? `${series.name} ${value}` : value;
  });
  return `${spec.labels[index]}: ${values.join(", ")}`;
}

/**
 * Rows read better where names do not fit below columns, and for a short ranking of names, whose values then
 * stand beside them. What looks like time goes from left to right.
 */
function readsBetterAsRows(spec: ChartSpec, widthPx: number): boolean {
  if (spec.labels.length > 24) return false;
  const timeLike = spec.labels.every((label) => /\d/.test(label) && label.length <= 10);
  if (!timeLike && spec.series.length === 1 && spec.labels.length <= 12) return true;
  const longest = Math.max(...spec.labels.map((label) => label.length));
  return longest * 6.6 + 12 > (widthPx - 60) / spec.labels.length;
}
