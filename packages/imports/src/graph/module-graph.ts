import type { ModuleGraph } from "../report/graph.ts";
import { components } from "./components.ts";
import type { Edges } from "./edges.ts";
import type { Project } from "./project.ts";

const kinds = { load: "runtime", call: "late", types: "types" } as const;

/** The import graph in the form in which it is drawn. */
export function moduleGraph(project: Project, edges: Edges): ModuleGraph {
  return {
    root: project.root,
    modules: project.files.map((facts) => facts.path),
    edges: project.files.flatMap((_, file) =>
      edges.from(file).map(({ from, to, kind }) => ({ from, to, kind: kinds[kind] })),
    ),
    cycles: components(project.files.length, (file) =>
      edges
        .from(file)
        .filter((edge) => edge.kind === "load")
        .map((edge) => edge.to),
    ),
  };
}
