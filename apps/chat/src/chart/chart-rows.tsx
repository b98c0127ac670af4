import type { ReactNode } from "react";
import type { DrawingProps } from "./chart.tsx";
import { formatValue, place, scaleOf } from "./chart-scale.ts";
import type { ChartSpec } from "./chart-spec.ts";

const barPx = 14;
const gapPx = 10;
const charPx = 6.6;

function rowPx(spec: ChartSpec): number {
  return spec.series.length * barPx + gapPx;
}

/** Bars that lie: the name before each, the value behind it. */
export function ChartRows({ spec, widthPx, active, onActive }: DrawingProps): ReactNode {
  const scale = scaleOf(spec);
  const longest = Math.max(...spec.labels.map((label) => label.length));
  const namesPx = Math.min(widthPx * 0.38, longest * charPx + 12);
  const values = spec.series.flatMap((series) =>
    series.values.map((value) => formatValue(value, spec.unit).length),
  );
  const valuesPx = Math.min(widthPx * 0.3, Math.max(...values) * charPx + 14);
  const lengthPx = Math.max(40, widthPx - namesPx - valuesPx);
  const xOf = (value: number) => namesPx + place(value, scale) * lengthPx;
  const charsMax = Math.max(4, Math.floor(namesPx / charPx) - 1);

  return (
    <>
      <line className="chart-axis" x1={xOf(0)} x2={xOf(0)} y1={0} y2={ChartRows.heightPx(spec)} />
      {spec.labels.map((label, row) => {
        const top = row * rowPx(spec) + gapPx / 2;
        const middle = top + (spec.series.length * barPx) / 2;
        return (
          <g
            // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat, places do not
            key={row}
            data-active={active === row}
            className="chart-item"
            onPointerEnter={() => onActive(row)}
          >
            <rect className="chart-hit" x={0} y={top - gapPx / 2} width={widthPx} height={rowPx(spec)} />
            <text className="chart-name" x={namesPx - 8} y={middle} textAnchor="end">
              {label.length > charsMax ? `${label.slice(0, charsMax - 1)}…` : label}
            </text>
            {spec.series.map((series, index) => {
              const value = series.values[row] ?? null;
              if (value === null) return null;
              const from = Math.min(xOf(0), xOf(value));
              const long = Math.max(1, Math.abs(xOf(value) - xOf(0)));
              const y = top + index * barPx;
              return (
                <g key={series.name} data-series={index}>
                  <rect className="chart-bar" x={from} y={y + 1} width={long} height={barPx - 2} rx={1.5} />
                  <text className="chart-value" x={Math.max(xOf(value), xOf(0)) + 6} y={y + barPx / 2}>
                    {formatValue(value, spec.unit)}
                  </text>
                </g>
              );
            })}
          </g>
        );
      })}
    </>
  );
}

ChartRows.heightPx = (spec: ChartSpec): number => spec.labels.length * rowPx(spec) + 4;
