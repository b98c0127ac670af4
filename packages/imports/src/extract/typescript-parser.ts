/**
 * The parser's tree as one shape. `oxc-parser` can hand its tree over without building it (a node becomes
 * an object when it is looked at), which makes reading a file's surface six times cheaper than a whole
 * tree. That way needs a 64-bit little-endian machine; elsewhere, and for the few constructs that the lazy
 * tree leaves out, the whole tree is built and translated to the same shape here. The extractor cannot
 * tell the two apart, and a test holds them equal.
 */

import { createRequire } from "node:module";
import type { EcmaScriptModule, OxcError } from "oxc-parser";

/** A node as both trees show it. Properties are read through `child`, `children` and `word` below. */
export type Node = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
};

export type Visitors = { readonly [type: string]: (node: Node) => void };

export type Comment = { readonly start: number; readonly end: number };

export type Parsed = {
  readonly body: readonly Node[];
  readonly comments: readonly Comment[];
  readonly errors: readonly { readonly message: string; readonly start: number }[];
  /**
   * Walks the tree; may leave out nodes in which none of these places lies (ascending code units). A visitor's key is a
   * node type, with `:exit` for the way out.
   */
  visitAround(places: readonly number[], visitors: Visitors): void;
  /** Gives the parser's memory back. Nodes must not be looked at afterwards. */
  dispose(): void;
};

export type Dialect = {
  readonly lang: "jsx" | "ts" | "tsx" | "dts";
  readonly sourceType: "module" | "commonjs" | "unambiguous";
};

/** What the pinned version offers beyond its published types. */
type LazyResult = {
  readonly program: Node;
  readonly comments: readonly Comment[];
  readonly errors: readonly OxcError[];
  dispose(): void;
};
type LazyParser = {
  parseSync(name: string, text: string, options: object): LazyResult;
  readonly experimentalGetLazyVisitor: unknown;
};

type Oxc = typeof import("oxc-parser");
let loaded: Oxc | undefined;
let isLazySupported: boolean | undefined;

/** Native code takes longer to load than a check in which nothing is parsed may last. */
function oxc(): Oxc {
  loaded ??= createRequire(import.meta.url)("oxc-parser") as Oxc;
  return loaded;
}

function lazyOxc(): LazyParser {
  return oxc() as unknown as LazyParser;
}

export function canParseLazily(): boolean {
  isLazySupported ??=
    typeof lazyOxc().experimentalGetLazyVisitor === "function" && oxc().rawTransferSupported();
  return isLazySupported;
}

export function parseLazily(text: string, dialect: Dialect): Parsed {
  const result = lazyOxc().parseSync("source", text, { ...dialect, experimentalLazy: true });
  return {
    body: children(result.program, "body"),
    comments: result.comments,
    errors: result.errors.map(simpleError),
    visitAround: (places, visitors) => new PlacesWalk(places, visitors).program(result.program),
    dispose: () => result.dispose(),
  };
}

export function parseWhole(text: string, dialect: Dialect): Parsed {
  const result = oxc().parseSync("source", text, { ...dialect, astType: "ts" });
  const program = translate(result.program as unknown as Node, false);
  return {
    body: children(program, "body"),
    comments: result.comments,
    errors: result.errors.map(simpleError),
    visitAround: (_places, visitors) => walk(program, visitors),
    dispose: () => undefined,
  };
}

/** The imports and exports that the parser had seen before it gave up on a broken file. */
export function parseSurface(text: string, dialect: Dialect): EcmaScriptModule {
  return oxc().parseSync("source", text, dialect).module;
}

function simpleError(error: OxcError): { readonly message: string; readonly start: number } {
  const help = error.helpMessage === null ? "" : `: ${error.helpMessage}`;
  return { message: error.message + help, start: error.labels[0]?.start ?? 0 };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

export function child(node: Node | undefined, property: string): Node | undefined {
  const value = node?.[property];
  return isNode(value) ? value : undefined;
}

export function children(node: Node | undefined, property: string): readonly Node[] {
  const value = node?.[property];
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}

/** A property that is text: a name, an operator, the value of a literal. */
export function word(node: Node | undefined, property: string): string | undefined {
  const value = node?.[property];
  return typeof value === "string" ? value : undefined;
}

/** The name of an identifier, or the value of a string that stands in its place. */
export function nameOf(node: Node | undefined): string {
  return word(node, "name") ?? word(node, "value") ?? "";
}

/** The text of a string literal or of a template without substitutions. */
export function literalOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === "StringLiteral") return word(node, "value");
  if (node.type !== "TemplateLiteral" || children(node, "expressions").length > 0) return undefined;
  const value = children(node, "quasis")[0]?.value;
  const cooked =
    typeof value === "object" && value !== null ? (value as { cooked?: unknown }).cooked : undefined;
  return typeof cooked === "string" ? cooked : undefined;
}

/** Strips parentheses, `await`, `as T`, `satisfies T` and `!` from an expression. */
export function bare(node: Node | undefined): Node | undefined {
  let at = node;
  while (at !== undefined) {
    if (at.type === "AwaitExpression") at = child(at, "argument");
    else if (/^(Parenthesized|TSAs|TSSatisfies|TSNonNull|TSTypeAssertion|Chain)/.test(at.type)) {
      at = child(at, "expression");
    } else return at;
  }
  return undefined;
}

/** Where an identifier gives a name instead of using one. */
const BINDING_PLACES =
  /^(?:VariableDeclarator\.id|.*Function.*\.(?:id|params)|Class.*\.id|TS.*Declaration\.id|CatchClause\.param|Import.*Specifier\.local)$/;
/** Where a pattern hands that role on. */
const PATTERN_PLACES =
  /^(?:ObjectPattern\.properties|Property\.value|ArrayPattern\.elements|AssignmentPattern\.left|RestElement\.argument|TSParameterProperty\.parameter)$/;

/** The whole tree's names for things, as the lazy tree has them. */
function translate(node: Node, isBinding: boolean): Node {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null) {
      out[key] = value;
      continue;
    }
    const place = `${node.type}.${key}`;
    const binds = BINDING_PLACES.test(place) || (isBinding && PATTERN_PLACES.test(place));
    if (Array.isArray(value)) out[key] = value.map((one) => (isNode(one) ? translate(one, binds) : one));
    else out[key] = isNode(value) ? translate(value, binds) : value;
    // `a.b` and `{ b: 1 }` use the name `b`, not a variable of that name.
    const isPlainName = (key === "property" || key === "key") && node.computed !== true;
    if (isPlainName && isNode(value) && value.type === "Identifier") {
      out[key] = { ...value, type: "IdentifierName" };
    }
  }
  out.type = translatedType(node, isBinding);
  // The whole tree counts an identifier's type as part of it.
  if (node.type === "Identifier" && node.typeAnnotation) out.end = node.start + nameOf(node).length;
  return out as Node;
}

function translatedType(node: Node, isBinding: boolean): string {
  switch (node.type) {
    case "Identifier":
      return isBinding ? "BindingIdentifier" : "IdentifierReference";
    case "Literal":
      return typeof node.value === "string" ? "StringLiteral" : "Literal";
    case "MemberExpression":
      return node.computed === true ? "ComputedMemberExpression" : "StaticMemberExpression";
    case "ExportNamedDeclaration":
      if (isNode(node.declaration)) return "ExportDeclaration";
      return isNode(node.source) ? "ExportFromDeclaration" : node.type;
    case "TSModuleDeclaration":
      if (node.kind === "global") return "TSGlobalDeclaration";
      return isNode(node.id) && node.id.type === "Literal"
        ? "TSExternalModuleDeclaration"
        : "TSNamespaceDeclaration";
    default:
      return node.type;
  }
}

const FUNCTIONS =
  /^(FunctionDeclaration|FunctionExpression|TSDeclareFunction|TSEmptyBodyFunctionExpression)$/;

/** The node's type as visitors name it. */
function visitedType({ type }: Node): string {
  if (FUNCTIONS.test(type)) return "Function";
  return type === "ClassDeclaration" || type === "ClassExpression" ? "Class" : type;
}

/** Depth is bounded by the parser, which refuses sources that nest deeper than its own stack. */
function walk(node: Node, visitors: Visitors): void {
  const type = visitedType(node);
  visitors[type]?.(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) walk(one, visitors);
    } else if (isNode(value)) walk(value, visitors);
  }
  visitors[`${type}:exit`]?.(node);
}

/** The properties of lazy nodes, which are getters of their class. */
const propertiesByClass = new Map<object, readonly string[]>();

function propertiesOf(node: Node): readonly string[] {
  const prototype: object = Object.getPrototypeOf(node);
  let properties = propertiesByClass.get(prototype);
  if (properties === undefined) {
    const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, one]) => one.get);
    properties = getters.map(([name]) => name).filter((name) => !/^(?:start|end|type)$/.test(name));
    propertiesByClass.set(prototype, properties);
  }
  return properties;
}

function isRanged(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).start === "number";
}

/** Only of these, which the standard's tree has too, are places always counted in code units. */
const PASSED_BY = /(?:Statement|Declaration|Expression|JSXElement|JSXFragment)$/;

/** A walk down the lazy tree to some places in it. What lies aside of them never becomes objects. */
class PlacesWalk {
  readonly #places: readonly number[];
  readonly #visitors: Visitors;

  constructor(places: readonly number[], visitors: Visitors) {
    this.#places = places;
    this.#visitors = visitors;
  }

  program(program: Node): void {
    let from = 0;
    for (const statement of children(program, "body")) {
      // Decorators may stand before an export, which begins behind them.
      if (this.#holds(from, statement.end)) this.#enter(statement);
      from = statement.end;
    }
  }

  #enter(node: Node): void {
    // Parameters have no type of their own.
    const type = node.type === undefined ? "" : visitedType(node);
    this.#visitors[type]?.(node);
    const isExport = type.startsWith("Export");
    for (const property of propertiesOf(node)) {
      const value = node[property];
      if (Array.isArray(value)) {
        for (const one of value.values()) this.#pass(one, isExport);
      } else this.#pass(value, isExport);
    }
    this.#visitors[`${type}:exit`]?.(node);
  }

  #pass(value: unknown, isExported: boolean): void {
    if (!isRanged(value)) return;
    const isPassedBy = !isExported && PASSED_BY.test(value.type) && !this.#holds(value.start, value.end);
    if (!isPassedBy) this.#enter(value);
  }

  /** Whether one of the places lies from `start` on and before `end`. */
  #holds(start: number, end: number): boolean {
    const places = this.#places;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    return low < places.length && (places[low] as number) < end;
  }
}
