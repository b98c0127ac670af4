/**
 * Reads what stands at the top level of a module, an ambient module or a namespace: imports, exports and
 * declarations. Requests inside of expressions are read in `typescript-requests.ts`.
 */

import type { BindingKind } from "../model.ts";
import { type FactsBuilder, type NameRequest, type Range, specifierOf } from "./typescript-facts.ts";
import { bare, child, children, literalOf, type Node, nameOf, word } from "./typescript-parser.ts";

/** What the statements have shown so far, beside the facts themselves. */
export type Surface = {
  /** Has an import or export: the file is a module. */
  isModule: boolean;
  /** Has `export {}`, `export * from`, `export =` or `export default`: nothing is exported by itself. */
  hasExplicitExports: boolean;
  /** `export = name`, whose members are doors too. */
  exportEquals: string | undefined;
  /** `export =` of something whose properties cannot be read. */
  isComputed: boolean;
  /** That name is a namespace, so that its members are all there is. */
  isNamespaceOnly: boolean;
  /** A destructuring whose rest element the lazy tree does not show. */
  needsWholeTree: boolean;
  hasEffects: boolean;
  /** Namespace imports: local name, its import's specifier and where the specifier stands. */
  readonly namespaces: Map<
    string,
    { readonly specifier: string; readonly at: Range; readonly isType: boolean }
  >;
};

export function emptySurface(): Surface {
  return {
    isModule: false,
    hasExplicitExports: false,
    exportEquals: undefined,
    isComputed: false,
    isNamespaceOnly: false,
    needsWholeTree: false,
    hasEffects: false,
    namespaces: new Map(),
  };
}

export function readStatements(body: readonly Node[], facts: FactsBuilder): Surface {
  const surface = emptySurface();
  for (const statement of body) readStatement(statement, facts, surface);
  return surface;
}

function readStatement(node: Node, facts: FactsBuilder, surface: Surface): void {
  switch (node.type) {
    case "ImportDeclaration":
      surface.isModule = true;
      readImport(node, facts, surface);
      return;
    case "TSImportEqualsDeclaration":
      readImportEquals(node, facts, surface);
      return;
    case "ExportDeclaration":
      surface.isModule = true;
      readExportDeclaration(node, facts, surface);
      return;
    case "ExportNamedDeclaration":
      surface.isModule = true;
      surface.hasExplicitExports = true;
      readExportList(node, facts);
      return;
    case "ExportFromDeclaration":
      surface.isModule = true;
      surface.hasExplicitExports = true;
      readExportFrom(node, facts);
      return;
    case "ExportAllDeclaration":
      surface.isModule = true;
      surface.hasExplicitExports = true;
      readExportAll(node, facts);
      return;
    case "ExportDefaultDeclaration":
      surface.isModule = true;
      surface.hasExplicitExports = true;
      readExportDefault(node, facts, surface);
      return;
    case "TSExportAssignment":
      surface.isModule = true;
      surface.hasExplicitExports = true;
      readExportAssignment(node, facts, surface);
      return;
    case "TSNamespaceExportDeclaration":
      surface.isModule = true;
      return;
    case "TSExternalModuleDeclaration":
      return;
    case "ExpressionStatement":
      surface.hasEffects ||= !isQuiet(node);
      return;
    default:
      if (declare(node, node, facts, surface).length === 0)
        surface.hasEffects ||= !/^(TS|Empty)/.test(node.type);
  }
}

/** Directives and what CommonJS writes to export something are no effects. */
function isQuiet(node: Node): boolean {
  const expression = bare(child(node, "expression"));
  if (expression === undefined || literalOf(expression) !== undefined) return true;
  if (expression.type !== "AssignmentExpression") return false;
  const root = rootOf(child(expression, "left"));
  return root === "exports" || root === "module";
}

function rootOf(node: Node | undefined): string {
  let at = node;
  while (at?.type === "StaticMemberExpression" || at?.type === "ComputedMemberExpression")
    at = child(at, "object");
  return at?.type === "IdentifierReference" ? nameOf(at) : "";
}

function readImport(node: Node, facts: FactsBuilder, surface: Surface): void {
  const specifier = specifierOf(child(node, "source"));
  if (specifier === undefined) return;
  const isType = word(node, "importKind") === "type";
  const names: NameRequest[] = [];
  const ranges: Range[] = [];
  for (const one of children(node, "specifiers")) {
    const local = nameOf(child(one, "local"));
    const typeOnly = isType || word(one, "importKind") === "type";
    const name =
      one.type === "ImportSpecifier"
        ? nameOf(child(one, "imported"))
        : one.type === "ImportDefaultSpecifier"
          ? "default"
          : "";
    names.push({ name, local, typeOnly, at: one });
    ranges.push(child(one, "local") ?? one);
    if (name === "")
      surface.namespaces.set(local, { specifier: specifier.text, at: specifier.at, isType: typeOnly });
  }
  const importIndex = facts.request({
    kind: "static",
    specifier: specifier.text,
    statement: node,
    at: specifier.at,
    names,
    guard: isType ? "types" : "none",
  });
  names.forEach((one, nameIndex) => {
    facts.declare({
      name: one.local,
      kind: "import",
      range: one.at,
      at: ranges[nameIndex] ?? one.at,
      presence: one.typeOnly ? "types" : "always",
      importIndex,
      nameIndex,
    });
  });
}

/** Returns the bound name. */
function readImportEquals(node: Node, facts: FactsBuilder, surface: Surface): string {
  const id = child(node, "id");
  const name = nameOf(id);
  const reference = child(node, "moduleReference");
  const typeOnly = word(node, "importKind") === "type";
  if (reference?.type !== "TSExternalModuleReference") {
    facts.declare({ name, kind: "alias", range: node, at: id ?? node, target: dotted(reference) });
    return name;
  }
  surface.isModule = true;
  const specifier = specifierOf(child(reference, "expression"));
  if (specifier === undefined) return name;
  const importIndex = facts.request({
    kind: "import-equals",
    specifier: specifier.text,
    statement: node,
    at: specifier.at,
    names: [{ name: "", local: name, typeOnly, at: id ?? node }],
    guard: typeOnly ? "types" : "none",
  });
  facts.declare({ name, kind: "import", range: node, at: id ?? node, importIndex, nameIndex: 0 });
  return name;
}

function dotted(node: Node | undefined): string {
  if (node === undefined) return "";
  if (node.type !== "TSQualifiedName") return nameOf(node);
  return `${dotted(child(node, "left"))}.${nameOf(child(node, "right"))}`;
}

function readExportDeclaration(node: Node, facts: FactsBuilder, surface: Surface): void {
  const declaration = child(node, "declaration");
  if (declaration === undefined) return;
  if (declaration.type === "TSImportEqualsDeclaration") {
    const name = readImportEquals(declaration, facts, surface);
    facts.offer(name, name, child(declaration, "id") ?? node);
    return;
  }
  for (const one of declare(declaration, node, facts, surface)) {
    facts.offer(one.name, one.name, one.at, one.isType);
  }
}

function readExportList(node: Node, facts: FactsBuilder): void {
  const allTypes = word(node, "exportKind") === "type";
  for (const one of children(node, "specifiers")) {
    const local = nameOf(child(one, "local"));
    const name = nameOf(child(one, "exported"));
    facts.offer(name, local, one, allTypes || word(one, "exportKind") === "type");
  }
}

function readExportFrom(node: Node, facts: FactsBuilder): void {
  const specifier = specifierOf(child(node, "source"));
  if (specifier === undefined) return;
  const allTypes = word(node, "exportKind") === "type";
  const doors = children(node, "specifiers").map((one) => ({
    name: nameOf(child(one, "exported")),
    imported: nameOf(child(one, "local")),
    typeOnly: allTypes || word(one, "exportKind") === "type",
    at: one as Range,
  }));
  const importIndex = facts.request({
    kind: "re-export",
    specifier: specifier.text,
    statement: node,
    at: specifier.at,
    names: doors.map((one) => ({ name: one.imported, local: "", typeOnly: one.typeOnly, at: one.at })),
    guard: allTypes ? "types" : "none",
  });
  for (const one of doors) facts.pass(one.name, importIndex, one.imported, one.at, one.typeOnly);
}

function readExportAll(node: Node, facts: FactsBuilder): void {
  const specifier = specifierOf(child(node, "source"));
  if (specifier === undefined) return;
  const typeOnly = word(node, "exportKind") === "type";
  const exported = child(node, "exported");
  const asked = exported === undefined ? "*" : "";
  const importIndex = facts.request({
    kind: "re-export",
    specifier: specifier.text,
    statement: node,
    at: specifier.at,
    names: [{ name: asked, local: "", typeOnly, at: exported ?? node }],
    guard: typeOnly ? "types" : "none",
  });
  facts.pass(exported === undefined ? "*" : nameOf(exported), importIndex, asked, exported ?? node, typeOnly);
}

function readExportDefault(node: Node, facts: FactsBuilder, surface: Surface): void {
  const declaration = child(node, "declaration");
  const expression = bare(declaration);
  if (expression?.type === "IdentifierReference") {
    facts.offer("default", nameOf(expression), node);
    return;
  }
  const declared = declaration === undefined ? [] : declare(declaration, node, facts, surface);
  const name = declared[0]?.name;
  if (name !== undefined) {
    facts.offer("default", name, node, declared[0]?.isType);
    return;
  }
  facts.declare({ name: "default", ...shapeOf(expression), range: node, at: node });
  facts.offer("default", "default", node);
}

function readExportAssignment(node: Node, facts: FactsBuilder, surface: Surface): void {
  const expression = bare(child(node, "expression"));
  if (expression?.type === "IdentifierReference") {
    surface.exportEquals = nameOf(expression);
    facts.offer("export=", nameOf(expression), node);
    return;
  }
  surface.isComputed = true;
  facts.declare({ name: "export=", ...shapeOf(expression), range: node, at: node });
  facts.offer("export=", "export=", node);
}

export type Declared = { readonly name: string; readonly at: Range; readonly isType: boolean };

const KIND_BY_TYPE: { readonly [type: string]: BindingKind } = {
  FunctionDeclaration: "function",
  TSDeclareFunction: "function",
  Function: "function",
  ClassDeclaration: "class",
  Class: "class",
  TSEnumDeclaration: "enum",
  TSInterfaceDeclaration: "interface",
  TSTypeAliasDeclaration: "type",
  TSNamespaceDeclaration: "namespace",
};

/** Declares what this statement declares, and says under which names. Empty when it declares nothing. */
export function declare(
  node: Node,
  whole: Range,
  facts: FactsBuilder,
  surface: Surface,
  prefix = "",
): readonly Declared[] {
  if (node.type === "VariableDeclaration") return declareVariables(node, whole, facts, surface, prefix);
  const kind = KIND_BY_TYPE[node.type];
  const id = leftmost(child(node, "id"));
  if (kind === undefined || id === undefined) return [];
  const isType = kind === "interface" || kind === "type";
  const name = prefix + nameOf(id);
  facts.declare({
    name,
    kind,
    range: whole,
    at: id,
    isAsync: node.async === true,
    presence: isType ? "types" : "always",
  });
  return [{ name, at: id, isType }];
}

/** `namespace A.B` declares `A`. */
function leftmost(node: Node | undefined): Node | undefined {
  let at = node;
  while (at?.type === "TSQualifiedName") at = child(at, "left");
  return at;
}

function declareVariables(
  node: Node,
  whole: Range,
  facts: FactsBuilder,
  surface: Surface,
  prefix: string,
): readonly Declared[] {
  const out: Declared[] = [];
  const declarators = children(node, "declarations");
  const isFixed = word(node, "kind") === "const";
  for (const one of declarators) {
    const id = child(one, "id");
    const init = bare(child(one, "init"));
    const range = declarators.length === 1 ? whole : one;
    if (id?.type === "BindingIdentifier") {
      const shape = shapeOf(init);
      const name = prefix + nameOf(id);
      facts.declare({
        name,
        ...shape,
        range,
        at: id,
        isState: shape.isState || (!isFixed && node.declare !== true),
      });
      out.push({ name, at: id, isType: false });
      continue;
    }
    for (const inner of patternNames(id, facts.source.text, surface)) {
      facts.declare({ name: prefix + nameOf(inner), kind: "variable", range, at: inner });
      out.push({ name: prefix + nameOf(inner), at: inner, isType: false });
    }
  }
  return out;
}

/** The names that a destructuring pattern binds. */
export function patternNames(node: Node | undefined, text: string, surface?: Surface): readonly Node[] {
  if (node === undefined) return [];
  if (surface !== undefined && text.slice(node.start, node.end).includes("..."))
    surface.needsWholeTree = true;
  switch (node.type) {
    case "BindingIdentifier":
    case "IdentifierReference":
      return [node];
    case "ObjectPattern":
      return children(node, "properties").flatMap((one) =>
        patternNames(child(one, "value") ?? child(one, "argument"), text),
      );
    case "ArrayPattern":
      return children(node, "elements").flatMap((one) => (one === null ? [] : patternNames(one, text)));
    case "AssignmentPattern":
      return patternNames(child(node, "left"), text);
    default:
      return patternNames(child(node, "argument"), text);
  }
}

const MAKERS = /^(create|make|init|new|get|open|connect)(?=[A-Z_]|$)/;

/** What a value is: a function, a class, or a variable that may hold state. */
function shapeOf(value: Node | undefined): {
  readonly kind: BindingKind;
  readonly isAsync: boolean;
  readonly isState: boolean;
  readonly target: string;
} {
  const variable = { kind: "variable", isAsync: false, isState: false, target: "" } as const;
  switch (value?.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "Function":
      return { ...variable, kind: "function", isAsync: value.async === true };
    case "ClassExpression":
    case "ClassDeclaration":
    case "Class":
      return { ...variable, kind: "class" };
    case "IdentifierReference":
      return nameOf(value) === "undefined" ? variable : { ...variable, kind: "alias", target: nameOf(value) };
    case "NewExpression":
      return { ...variable, isState: true };
    case "ArrayExpression":
      return { ...variable, isState: children(value, "elements").length === 0 };
    case "ObjectExpression":
      return { ...variable, isState: children(value, "properties").length === 0 };
    case "CallExpression":
      return { ...variable, isState: MAKERS.test(nameOf(child(value, "callee"))) };
    default:
      return variable;
  }
}
