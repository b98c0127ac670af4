import type { ReactNode } from "react";
import type { DrawingProps } from "./chart.tsx";
import { formatTick, labelStride, place, scaleOf } from "./chart-scale.ts";
import type { ChartSeries } from "./chart-spec.ts";

const heightPx = 240;
const footPx = 26;
const headPx = 8;

/** Values over labels from left to right: standing bars, or lines. */
export function ChartColumns({ spec, widthPx, active, onActive }: DrawingProps): ReactNode {
  const scale = scaleOf(spec);
  const ticks = scale.ticks.map((tick) => ({ tick, text: formatTick(tick, spec.unit) }));
  const axisPx = Math.max(...ticks.map(({ text }) => text.length)) * 6.6 + 10;
  const widePx = widthPx - axisPx - 8;
  const stepPx = widePx / spec.labels.length;
  const yOf = (value: number) => headPx + (1 - place(value, scale)) * (heightPx - headPx - footPx);
  const xOf = (index: number) => axisPx + (index + 0.5) * stepPx;
  const stride = labelStride(spec.labels, widePx);
  const barPx = Math.max(1, Math.min(42, (stepPx * 0.72) / spec.series.length));

  return (
    <>
      {ticks.map(({ tick, text }) => (
        <g key={tick}>
          <line
            className={tick === 0 ? "chart-axis" : "chart-grid"}
            x1={axisPx}
            x2={widthPx}
            y1={yOf(tick)}
            y2={yOf(tick)}
          />
          <text className="chart-tick" x={axisPx - 6} y={yOf(tick)} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {spec.type === "line" && active !== undefined ? (
        <line className="chart-cursor" x1={xOf(active)} x2={xOf(active)} y1={headPx} y2={heightPx - footPx} />
      ) : null}
      {spec.labels.map((label, index) => (
        <g
          // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat, places do not
          key={index}
          className="chart-item"
          data-active={active === index}
          onPointerEnter={() => onActive(index)}
        >
          <rect className="chart-hit" x={xOf(index) - stepPx / 2} y={0} width={stepPx} height={heightPx} />
          {index % stride === 0 ? (
            <text className="chart-name" x={xOf(index)} y={heightPx - 10} textAnchor="middle">
              {label.length > 16 ? `${label.slice(0, 15)}…` : label}
            </text>
          ) : null}
          {spec.type === "bar"
            ? spec.series.map((series, at) => {
                const value = series.values[index] ?? null;
                if (value === null) return null;
                const left = xOf(index) + (at - spec.series.length / 2) * barPx;
                return (
                  <rect
                    key={series.name}
                    className="chart-bar"
                    data-series={at}
                    x={left}
                    y={Math.min(yOf(0), yOf(value))}
                    width={Math.max(1, barPx - 1)}
                    height={Math.max(1, Math.abs(yOf(value) - yOf(0)))}
                    rx={1.5}
                  />
                );
              })
            : null}
        </g>
      ))}
      {spec.type === "line"
        ? spec.series.map((series, at) => (
            <g key={series.name} data-series={at} className="chart-series">
              <path className="chart-line" d={linePath(series, xOf, yOf)} />
              {series.values.map((value, index) =>
                value !== null && (active === index || spec.labels.length <= 31) ? (
                  <circle
                    // biome-ignore lint/suspicious/noArrayIndexKey: values have no other name than their place
                    key={index}
                    className="chart-dot"
                    cx={xOf(index)}
                    cy={yOf(value)}
                    r={active === index ? 4 : 2.2}
                  />
                ) : null,
              )}
            </g>
          ))
        : null}
    </>
  );
}

ChartColumns.heightPx = heightPx;

/** A line that is interrupted where values are missing. */
function linePath(
  series: ChartSeries,
  xOf: (index: number) => number,
  yOf: (value: number) => number,
): string {
  let path = "";
  let open = false;
  series.values.forEach((value, index) => {
    if (value === null) {
      open = false;
      return;
    }
    path += `${open ? "L" : "M"}${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`;
    open = true;
  });
  return path;
}
