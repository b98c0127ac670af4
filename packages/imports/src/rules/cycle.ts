import { type Arc, components, cut } from "../graph/components.ts";
import type { Edge } from "../graph/edges.ts";
import { type Remark, type Rule, type RuleContext, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "cycle",
  "warning",
  "Modules that import each other in a circle work only as long as nobody changes who is imported first.",
);

const namedMax = 12;
const cutsMax = 20;

/** Circles among imports that run on load; those that exist only through functions or types are notes. */
export const cycle: Rule = {
  infos: [info],
  covers: "tree",
  check: (context, tell) => {
    const { memo } = context.edges();
    const { focus } = context;
    if (focus === undefined) memo.once(circlesKey, () => circlesOf(context));
    for (const { members, remark } of memo.made<readonly Circle[]>(circlesKey) ?? circlesOf(context)) {
      if (focus === undefined || members.some((member) => focus.has(member))) tell(info, remark);
    }
  },
};

/** What is made of the edges of the whole tree, under this key of their memo. */
export const circlesKey = "circles";
export type Circle = { readonly members: readonly number[]; readonly remark: Remark };

function circlesOf(context: RuleContext): readonly Circle[] {
  const edges = context.edges();
  const circles: Circle[] = [];
  const say = (members: readonly number[], kind: Edge["kind"]): void => {
    const remark = remarkOf(context, members, kind);
    if (remark !== undefined) circles.push({ members, remark });
  };
  const inLoad = new Set<number>();
  const ofKind = (isIncluded: (edge: Edge) => boolean) => (file: number) =>
    edges
      .from(file)
      .filter(isIncluded)
      .map((edge) => edge.to);
  for (const members of components(
    edges.count,
    ofKind((edge) => edge.kind === "load"),
  )) {
    for (const member of members) inLoad.add(member);
    say(members, "load");
  }
  const runtime = new Set<number>();
  for (const members of components(
    edges.count,
    ofKind((edge) => edge.kind !== "types"),
  )) {
    if (!members.some((member) => inLoad.has(member))) say(members, "call");
    for (const member of members) runtime.add(member);
  }
  for (const members of components(
    edges.count,
    ofKind(() => true),
  )) {
    if (!members.some((member) => runtime.has(member))) say(members, "types");
  }
  return circles;
}

function remarkOf(context: RuleContext, members: readonly number[], kind: Edge["kind"]): Remark | undefined {
  const { project, focus } = context;
  if (focus !== undefined && !members.some((member) => focus.has(member))) return undefined;
  const edges = context.edges();
  const inside = new Set(members);
  const arcs: Arc[] = [];
  const edgeByArc = new Map<Arc, Edge>();
  for (const member of members) {
    for (const edge of edges.from(member)) {
      if (
        !inside.has(edge.to) ||
        (kind === "load" && edge.kind !== "load") ||
        (kind === "call" && edge.kind === "types")
      ) {
        continue;
      }
      const arc: Arc = { from: edge.from, to: edge.to };
      arcs.push(arc);
      edgeByArc.set(arc, edge);
    }
  }
  const cuts = cut(members, arcs);
  const first = cuts[0] === undefined ? undefined : edgeByArc.get(cuts[0]);
  if (first === undefined) return undefined;
  const where = (edge: Edge): string => {
    const line = project.facts(edge.from).imports[edge.importIndex]?.statement.line ?? 1;
    return `${project.facts(edge.from).path}:${line} imports ${project.facts(edge.to).path}`;
  };
  const names = members.slice(0, namedMax).map((member) => project.moduleName(member));
  const more = members.length > namedMax ? ` and ${members.length - namedMax} more` : "";
  const only =
    kind === "call" ? ", only through imports inside functions" : kind === "types" ? ", only in types" : "";
  const place = project.facts(first.from).imports[first.importIndex]?.statement;
  if (place === undefined) return undefined;
  const path = shortestCircle(arcs, first);
  const said = cuts.slice(0, cutsMax).flatMap((arc) => {
    const edge = edgeByArc.get(arc);
    return edge === undefined ? [] : [`cut: ${where(edge)}`];
  });
  return {
    file: first.from,
    place: { ...place, end: Math.min(place.end, place.start + 80) },
    module: project.moduleName(members[0] as number),
    symbol: "",
    message: `${members.length} modules import each other in a circle${only}: ${names.join(", ")}${more}`,
    why: [
      `one way round: ${path.map((file) => project.facts(file).path).join(" → ")}`,
      `${cuts.length} import${cuts.length === 1 ? "" : "s"} to cut:`,
      ...said,
      ...(cuts.length > cutsMax ? [`and ${cuts.length - cutsMax} more`] : []),
    ],
    ...(kind === "load" ? {} : { severity: "note" as const }),
  };
}

/** From the edge's end back to its start, breadth first. */
function shortestCircle(arcs: readonly Arc[], edge: Edge): readonly number[] {
  const out = new Map<number, number[]>();
  for (const arc of arcs) {
    const known = out.get(arc.from);
    if (known === undefined) out.set(arc.from, [arc.to]);
    else known.push(arc.to);
  }
  const before = new Map<number, number>([[edge.to, -1]]);
  let row = [edge.to];
  while (row.length > 0 && !before.has(edge.from)) {
    const next: number[] = [];
    for (const node of row) {
      for (const to of out.get(node) ?? []) {
        if (before.has(to)) continue;
        before.set(to, node);
        next.push(to);
      }
    }
    row = next;
  }
  const way: number[] = [];
  for (let node = edge.from; node !== -1 && node !== undefined; node = before.get(node) ?? -1) way.push(node);
  return [edge.from, ...way.reverse()];
}
