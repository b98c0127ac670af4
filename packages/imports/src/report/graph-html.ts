/**
 * The import graph as one self-contained page. Ten thousand modules drawn at once show nothing, so the page
 * draws one folder at a time: its children, what they import of each other, and what the outside asks of
 * them. A search leads to any module, with its importers, its imports and its circle.
 */

import type { ModuleGraph } from "./graph.ts";
import { GRAPH_SCRIPT, GRAPH_STYLE } from "./graph-page.ts";
import { escapeJson, htmlPage, escapeHtml as text } from "./markup.ts";

const KIND = { runtime: 0, late: 1, types: 2 } as const;

export function graphHtml(graph: ModuleGraph): string {
  const name = graph.root.split("/").filter(Boolean).at(-1) ?? graph.root;
  const data = {
    modules: graph.modules,
    // Three numbers an edge: at a hundred thousand edges the page is still below two megabytes.
    edges: graph.edges.flatMap((one) => [one.from, one.to, KIND[one.kind]]),
    cycles: graph.cycles,
  };
  const body = `<header><h1>Imports of ${text(name)}</h1>
<input id="search" type="search" placeholder="find a module" aria-label="Find a module" list="found" autocomplete="off"><datalist id="found"></datalist>
<label><input id="types" type="checkbox" checked> imports of types</label>
<nav id="crumbs" aria-label="Folder"></nav></header>
<main><div id="stage"><svg id="drawing" role="group" aria-label="The folder's modules and their imports"></svg></div><aside id="side" aria-live="polite"></aside></main>
<script type="application/json" id="data">${escapeJson(data)}</script>`;
  return htmlPage(`Imports of ${name}`, GRAPH_STYLE, body, GRAPH_SCRIPT);
}
