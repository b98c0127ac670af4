import { memo, type ReactNode, useMemo } from "react";
import { CodeBlock } from "../markdown/code-block.tsx";
import { Chart } from "./chart.tsx";
import { parseChart } from "./chart-spec.ts";

export interface ChartBlockProps {
  readonly source: string;
  /** The block is still being written. */
  readonly incomplete: boolean;
}

/** A fenced `chart` block: the drawing, its place while it is written, or its code when it is no chart. */
export const ChartBlock = memo(function ChartBlock({ source, incomplete }: ChartBlockProps): ReactNode {
  const parsed = useMemo(() => (incomplete ? undefined : parseChart(source)), [source, incomplete]);
  if (!parsed) return <div className="chart chart-wait">A chart is being written …</div>;
  if (!parsed.ok) return <CodeBlock code={source} language="chart" note={`not a chart: ${parsed.why}`} />;
  return <Chart spec={parsed.spec} />;
});
