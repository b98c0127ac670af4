/**
 * What declaration files say: `declare module "a"`, namespaces behind `export =`, and the rule that a
 * declaration file without explicit exports exports everything it declares.
 */

import { type FactsBuilder, specifierOf } from "./typescript-facts.ts";
import { child, children, type Node, nameOf } from "./typescript-parser.ts";
import { type Declared, declare, emptySurface, type Surface } from "./typescript-statements.ts";

/**
 * A module file augments: its `declare module "a"` is a request for "a" whose names it adds. A script
 * declares: the binding `"a"` says that such a module exists.
 */
export function readAmbientModules(body: readonly Node[], facts: FactsBuilder, surface: Surface): void {
  for (const node of body) {
    if (node.type !== "TSExternalModuleDeclaration") continue;
    const id = child(node, "id");
    const specifier = specifierOf(id);
    if (id === undefined || specifier === undefined) continue;
    const quoted = `"${specifier.text}"`;
    const content = statementsOf(node);
    const declared = readContent(content, facts, `${quoted}.`, true);
    readAmbientDoors(node, content, facts, quoted);
    facts.declare({ name: quoted, kind: "namespace", range: node, at: id, presence: "types" });
    if (!surface.isModule) continue;
    facts.request({
      kind: "types",
      specifier: specifier.text,
      statement: node,
      at: specifier.at,
      names: declared.map((one) => ({
        name: one.name.slice(quoted.length + 1),
        local: "",
        typeOnly: true,
        at: one.at,
      })),
      guard: "types",
    });
  }
}

/**
 * What an ambient module offers beside its declarations: names that it passes on, `default`, and `*` for
 * what cannot be listed: `export *`, `export =`, and the module without a body, which offers anything.
 */
function readAmbientDoors(module: Node, content: readonly Node[], facts: FactsBuilder, quoted: string): void {
  const offer = (name: string, at: Node): void =>
    facts.declare({ name: `${quoted}.${name}`, kind: "type", range: at, at, presence: "types" });
  if (child(module, "body") === undefined) offer("*", module);
  for (const node of content) {
    if (node.type === "ExportDefaultDeclaration") offer("default", node);
    else if (node.type === "ExportAllDeclaration" || node.type === "TSExportAssignment") offer("*", node);
    else if (node.type === "ExportNamedDeclaration" || node.type === "ExportFromDeclaration") {
      for (const one of children(node, "specifiers")) {
        const exported = child(one, "exported") ?? child(one, "local");
        const name = exported === undefined ? undefined : nameOf(exported);
        offer(name ?? "*", one);
      }
    }
  }
}

/** `export = name` offers the members of the namespaces called `name`. */
export function readNamespaceMembers(
  body: readonly Node[],
  name: string,
  facts: FactsBuilder,
  surface: Surface,
): void {
  const own = facts.bindings.filter((one) => one.name === name);
  const namespaces = body
    .map((node) => (node.type === "ExportDeclaration" ? (child(node, "declaration") ?? node) : node))
    .filter((node) => node.type === "TSNamespaceDeclaration" && nameOf(child(node, "id")) === name);
  for (const node of namespaces) {
    for (const one of readContent(statementsOf(node), facts, `${name}.`, node.declare === true)) {
      facts.offer(one.name.slice(name.length + 1), one.name, one.at, one.isType);
    }
  }
  surface.isNamespaceOnly =
    namespaces.length > 0 &&
    own.every((one) => /^(namespace|function|interface|type)$/.test(one.kind)) &&
    !namespaces.some((node) => statementsOf(node).some((one) => one.type === "ExportNamedDeclaration"));
}

export function readImplicitExports(facts: FactsBuilder): void {
  for (const one of [...facts.bindings]) {
    if (one.kind === "import" || one.kind === "alias" || one.name.includes('"')) continue;
    const isType = one.kind === "interface" || one.kind === "type";
    facts.offerAt(one.name, one.name, one, isType);
  }
}

function statementsOf(node: Node): readonly Node[] {
  const block = child(node, "body");
  if (block === undefined) return [];
  return block.type === "TSModuleBlock" || Array.isArray(block.body) ? children(block, "body") : [block];
}

/** Declares the exported content under a prefix, and asks for what it imports itself. */
function readContent(
  body: readonly Node[],
  facts: FactsBuilder,
  prefix: string,
  isAmbient: boolean,
): readonly Declared[] {
  const declared: Declared[] = [];
  const scratch = emptySurface();
  for (const node of body) {
    if (/^(Import|ExportFrom|ExportAll)/.test(node.type)) {
      readNestedRequest(node, facts);
      continue;
    }
    const isExported = node.type === "ExportDeclaration";
    if (!isExported && !isAmbient) continue;
    const inner = isExported ? child(node, "declaration") : node;
    if (inner?.type === "TSImportEqualsDeclaration") declared.push(...declareAlias(inner, facts, prefix));
    else if (inner !== undefined) declared.push(...declare(inner, node, facts, scratch, prefix));
  }
  return declared;
}

/** `export import a = other.a` in a namespace: a name of it, be it a type or a value. */
function declareAlias(node: Node, facts: FactsBuilder, prefix: string): readonly Declared[] {
  const id = child(node, "id");
  if (id === undefined) return [];
  const name = prefix + nameOf(id);
  facts.declare({ name, kind: "namespace", range: node, at: id, presence: "always" });
  return [{ name, at: id, isType: false }];
}

function readNestedRequest(node: Node, facts: FactsBuilder): void {
  const specifier = specifierOf(child(node, "source"));
  if (specifier === undefined) return;
  const names = children(node, "specifiers").map((one) => {
    const asked =
      child(one, "imported") ?? (node.type === "ImportDeclaration" ? undefined : child(one, "local"));
    const name = asked !== undefined ? nameOf(asked) : one.type === "ImportDefaultSpecifier" ? "default" : "";
    return { name, local: "", typeOnly: true, at: one };
  });
  facts.request({
    kind: "types",
    specifier: specifier.text,
    statement: node,
    at: specifier.at,
    names:
      node.type === "ExportAllDeclaration" ? [{ name: "*", local: "", typeOnly: true, at: node }] : names,
    guard: "types",
  });
}
