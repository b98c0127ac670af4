import { type ReactNode, useState } from "react";
import { formatValue } from "./chart-scale.ts";
import type { ChartSpec } from "./chart-spec.ts";

/** Every value of a chart in words and figures, for those who cannot see it and those who want it exact. */
export function ChartTable({ spec }: { readonly spec: ChartSpec }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details className="chart-values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Values as a table</summary>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        <section className="table-scroll" aria-label={`Values of ${spec.title || "the chart"}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Label</th>
                {spec.series.map((series) => (
                  <th key={series.name} scope="col" className="figure">
                    {series.name || "Value"}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {spec.labels.map((label, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat, places do not
                <tr key={index}>
                  <th scope="row">{label}</th>
                  {spec.series.map((series) => (
                    <td key={series.name} className="figure">
                      {formatValue(series.values[index] ?? null, spec.unit)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}
