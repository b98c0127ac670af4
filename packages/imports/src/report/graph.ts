/** The import graph as text that other tools draw: DOT for Graphviz, Mermaid for Markdown. */

/** A module is known by its place in `modules`. */
export type GraphEdge = {
  readonly from: number;
  readonly to: number;
  /** `runtime` runs on load, `late` when a function is called, `types` never. */
  readonly kind: "runtime" | "late" | "types";
};

export type ModuleGraph = {
  readonly root: string;
  /** Paths relative to the root. */
  readonly modules: readonly string[];
  readonly edges: readonly GraphEdge[];
  /** Modules that import each other in a circle, one list per circle. */
  readonly cycles: readonly (readonly number[])[];
};

/** Mermaid refuses to draw more; the graph is then folded into folders. */
const MERMAID_EDGES_MAX = 400;

const DOT_STYLE = {
  runtime: "",
  late: " [style=dashed]",
  types: ' [style=dotted, color="#888888"]',
} as const;

export function graphDot(graph: ModuleGraph): string {
  const inCycle = new Set(graph.cycles.flat());
  const lines = ["digraph imports {", "  rankdir=LR;", "  node [shape=box, fontsize=10];"];
  const byFolder = new Map<string, number[]>();
  graph.modules.forEach((path, index) => {
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), index]);
  });
  let cluster = 0;
  for (const [folder, members] of byFolder) {
    lines.push(`  subgraph cluster_${cluster++} {`, `    label=${quote(folder)};`);
    for (const index of members) {
      const path = graph.modules[index] ?? "";
      const colour = inCycle.has(index) ? ', color="#b42318"' : "";
      lines.push(`    m${index} [label=${quote(path.slice(path.lastIndexOf("/") + 1))}${colour}];`);
    }
    lines.push("  }");
  }
  for (const edge of graph.edges) lines.push(`  m${edge.from} -> m${edge.to}${DOT_STYLE[edge.kind]};`);
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function quote(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}

export function graphMermaid(graph: ModuleGraph): string {
  let depth = Math.max(1, ...graph.modules.map((one) => one.split("/").length));
  let folded = fold(graph, depth);
  while (folded.edges.length > MERMAID_EDGES_MAX && depth > 1) folded = fold(graph, --depth);
  const lines = ["flowchart LR"];
  folded.names.forEach((name, index) => {
    lines.push(`  m${index}["${name.replace(/["#&<>]/g, (one) => `#${one.charCodeAt(0)};`)}"]`);
  });
  for (const edge of folded.edges.slice(0, MERMAID_EDGES_MAX)) {
    const arrow = edge.kind === "runtime" ? "-->" : "-.->";
    const label = edge.count > 1 ? `|${edge.count}|` : "";
    lines.push(`  m${edge.from} ${arrow}${label} m${edge.to}`);
  }
  const left = folded.edges.length - MERMAID_EDGES_MAX;
  if (left > 0) lines.push(`  %% ${left} more edges: the HTML format shows them all`);
  return `${lines.join("\n")}\n`;
}

type Folded = {
  readonly names: readonly string[];
  readonly edges: readonly (GraphEdge & { readonly count: number })[];
};

/** Folds modules into folders of at most `depth` parts. */
function fold(graph: ModuleGraph, depth: number): Folded {
  const indexByName = new Map<string, number>();
  const groupOf = graph.modules.map((path) => {
    const name = path.split("/").slice(0, depth).join("/");
    const index = indexByName.get(name) ?? indexByName.size;
    indexByName.set(name, index);
    return index;
  });
  const edges = new Map<string, GraphEdge & { count: number }>();
  for (const edge of graph.edges) {
    const from = groupOf[edge.from] ?? 0;
    const to = groupOf[edge.to] ?? 0;
    if (from === to) continue;
    const key = `${from} ${to}`;
    const before = edges.get(key);
    if (before === undefined) edges.set(key, { from, to, kind: edge.kind, count: 1 });
    else {
      const kind = edge.kind === "runtime" ? "runtime" : before.kind;
      edges.set(key, { ...before, kind, count: before.count + 1 });
    }
  }
  const heaviest = [...edges.values()].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
  return { names: [...indexByName.keys()], edges: heaviest };
}
