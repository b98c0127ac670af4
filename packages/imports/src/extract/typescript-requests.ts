/**
 * Requests that stand inside of expressions and types: `require`, `import()`, mocks, `import("a").T`, and
 * the properties used of namespace imports. Only files whose text could hold one are walked.
 *
 * Invariants
 * R1 A request is reported once, with the names that its immediate surroundings take from it.
 * R2 Where `require` may mean something else (a parameter, a loader for another folder), none is reported.
 */

import type { Guard, Scope } from "../model.ts";
import {
  type FactsBuilder,
  type NameRequest,
  type Range,
  type Request,
  specifierOf,
} from "./typescript-facts.ts";
import {
  bare,
  type Comment,
  child,
  children,
  type Node,
  nameOf,
  type Parsed,
  type Visitors,
} from "./typescript-parser.ts";
import { patternNames, type Surface } from "./typescript-statements.ts";

const MOCK_METHODS =
  "mock|unmock|doMock|dontMock|doUnmock|deepUnmock|setMock|unstable_mockModule|requireActual|requireMock|createMockFromModule|genMockFromModule|importActual|importMock";
const WORTH_WALKING = new RegExp(`\\brequire\\s*[.(]|\\bimport\\s*\\(|\\.\\s*(?:${MOCK_METHODS})\\s*[(<?!/]`);
/** Every request stands around one of these, and so does what gives `require` another meaning. */
const REQUEST_PLACES = `\\brequire\\b|\\bimport\\s*\\(|\\.\\s*(?:${MOCK_METHODS})\\b`;

const MOCKERS = new Set(["jest", "vi", "vitest"]);
const MOCK_CALLS = new Set([
  "mock",
  "unmock",
  "doMock",
  "dontMock",
  "doUnmock",
  "deepUnmock",
  "setMock",
  "unstable_mockModule",
]);
const MODULE_CALLS: { readonly [name: string]: "require" | "dynamic" } = {
  requireActual: "require",
  requireMock: "require",
  createMockFromModule: "require",
  genMockFromModule: "require",
  importActual: "dynamic",
  importMock: "dynamic",
};

/** Members are not collected for these: they are never first-party, and React alone would fill the cache. */
const NEVER_OURS = /^(?:node:|react$|react\/|vitest$|zod)/;

export function readRequests(parsed: Parsed, facts: FactsBuilder, surface: Surface): void {
  const text = facts.source.text;
  const namespaces = new Map([...surface.namespaces].filter(([, one]) => !NEVER_OURS.test(one.specifier)));
  const walksRequests = WORTH_WALKING.test(text);
  if (!walksRequests && namespaces.size === 0) return;
  const walk = new RequestWalk(facts, new Set(namespaces.keys()));
  parsed.visitAround(placesIn(text, walksRequests, [...namespaces.keys()]), {
    ...(walksRequests ? walk.requestVisitors() : {}),
    ...(namespaces.size > 0 ? walk.memberVisitors() : {}),
  });
  walk.finish(namespaces);
  surface.needsWholeTree ||= walk.missesSome(text, namespaces.keys());
}

/** Where requests, or names of namespaces, are written. */
function placesIn(text: string, hasRequests: boolean, namespaces: readonly string[]): readonly number[] {
  const names = namespaces.map((one) => `(?<![\\w$])${one.replaceAll("$", "\\$")}(?![\\w$])`);
  const places = new RegExp([...(hasRequests ? [REQUEST_PLACES] : []), ...names].join("|"), "g");
  return Array.from(text.matchAll(places), (match) => match.index);
}

const REFERENCE = /^\/\/\/[ \t]*<reference[ \t]+path[ \t]*=[ \t]*(["'])(?<path>[^"']+)\1/d;

/** `/// <reference path="a.d.ts" />` asks for a file beside this one. */
export function readReferences(facts: FactsBuilder, comments: readonly Comment[]): void {
  const text = facts.source.text;
  if (!text.includes("<reference")) return;
  for (const comment of comments) {
    const match = REFERENCE.exec(text.slice(comment.start, comment.end));
    const path = match?.groups?.path;
    const where = match?.indices?.groups?.path;
    if (path === undefined || where === undefined) continue;
    facts.request({
      kind: "types",
      specifier: /^[./]/.test(path) ? path : `./${path}`,
      statement: comment,
      at: { start: comment.start + where[0], end: comment.start + where[1] },
      names: [],
      guard: "types",
    });
  }
}

/** A region that decides about what stands in it: entered and left as the tree is walked. */
type Region = {
  readonly guard: Guard;
  readonly start: number;
  readonly end: number;
  readonly tryBlock: number;
};

type Found = {
  readonly request: Request;
  /** `require` itself and not a mocking library's way to say it. */
  readonly isPlainRequire: boolean;
  /** `import()` itself. */
  readonly isImportCall?: boolean;
};

class RequestWalk {
  readonly #facts: FactsBuilder;
  readonly #namespaces: ReadonlySet<string>;
  readonly #namesByRequest = new Map<number, readonly NameRequest[]>();
  readonly #caught = new Set<number>();
  readonly #regions: Region[] = [];
  readonly #scopes: Scope[] = [];
  readonly #members = new Map<string, Map<string, NameRequest>>();
  readonly #rebindings = new Map<number, string>();
  readonly #found: Found[] = [];
  /** Where an `import()` stands that says what is mocked. */
  readonly #mockedBy = new Set<number>();
  /** What the file makes up by a mock: it need not exist. */
  readonly #virtual = new Set<string>();
  #isRequireForeign = false;

  constructor(facts: FactsBuilder, namespaces: ReadonlySet<string>) {
    this.#facts = facts;
    this.#namespaces = namespaces;
  }

  requestVisitors(): Visitors {
    const enter = (scope: Scope) => () => void this.#scopes.push(scope);
    const enterFunction = (node: Node) => {
      this.#scopes.push("function");
      // The whole tree has no node for all parameters.
      this.#parameters(children(node, "params"));
    };
    const leave = () => void this.#scopes.pop();
    const branch = (node: Node) => this.#enterRegion(node, "conditional");
    const out = () => void this.#regions.pop();
    const visitors: Record<string, (node: Node) => void> = {
      Function: enterFunction,
      "Function:exit": leave,
      ArrowFunctionExpression: enterFunction,
      "ArrowFunctionExpression:exit": leave,
      StaticBlock: enter("class"),
      "StaticBlock:exit": leave,
      PropertyDefinition: enter("class"),
      "PropertyDefinition:exit": leave,
      TryStatement: (node) => this.#enterTry(node),
      "TryStatement:exit": out,
      VariableDeclarator: (node) => this.#declarator(node),
      CallExpression: (node) => this.#call(node),
      StaticMemberExpression: (node) => this.#memberOfRequest(node),
      ImportExpression: (node) => this.#importExpression(node),
      TSImportType: (node) => this.#importType(node),
      FormalParameters: (node) => this.#parameters(children(node, "items")),
    };
    for (const type of ["IfStatement", "ConditionalExpression", "LogicalExpression", "SwitchStatement"]) {
      visitors[type] = branch;
      visitors[`${type}:exit`] = out;
    }
    for (const type of ["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement"]) {
      visitors[type] = branch;
      visitors[`${type}:exit`] = out;
    }
    return visitors;
  }

  /** Goes with `requestVisitors`: its `StaticMemberExpression` covers both. */
  memberVisitors(): Visitors {
    const ofMember = (node: Node): void => {
      this.#memberOfRequest(node);
      this.#member(child(node, "object"), child(node, "property"), false);
    };
    return {
      StaticMemberExpression: ofMember,
      TSQualifiedName: (node) => this.#member(child(node, "left"), child(node, "right"), true),
      JSXMemberExpression: (node) => this.#member(child(node, "object"), child(node, "property"), false),
      VariableDeclarator: (node) => {
        this.#declarator(node);
        this.#declaresNamespaceName(node);
      },
      BindingIdentifier: (node) => {
        if (this.#namespaces.has(nameOf(node))) this.#rebindings.set(node.start, nameOf(node));
      },
    };
  }

  finish(namespaces: Surface["namespaces"]): void {
    // Where the file mocks a module, the mock decides which names a later request gets.
    const mocked = new Set(
      this.#found.flatMap((one) => (one.request.kind === "mock" ? [one.request.specifier] : [])),
    );
    for (const { request, isPlainRequire } of this.#found) {
      if (this.#virtual.has(request.specifier)) continue;
      if (this.#isRequireForeign && isPlainRequire) continue;
      const isMocked = mocked.has(request.specifier) && request.kind !== "types";
      this.#facts.request(isMocked ? { ...request, names: wholly(request.names) } : request);
    }
    // Each namespace import binds its own name once; any further binding of it may shadow it.
    const count = new Map<string, number>();
    for (const name of this.#rebindings.values()) count.set(name, (count.get(name) ?? 0) + 1);
    for (const [local, namespace] of namespaces) {
      const members = this.#members.get(local);
      if (members === undefined || (count.get(local) ?? 0) > 1) continue;
      const names = [...members.values()];
      const first = names[0];
      if (first === undefined) continue;
      this.#facts.request({
        kind: "member",
        specifier: namespace.specifier,
        statement: first.at,
        at: namespace.at,
        names: namespace.isType ? names.map((one) => ({ ...one, typeOnly: true })) : names,
        guard: namespace.isType ? "types" : "none",
      });
    }
  }

  /**
   * The lazy tree leaves out the types of variables and rest elements. What the text shows and the walk did
   * not find may stand in one; it may also stand in a comment, which the whole tree then settles.
   */
  missesSome(text: string, namespaces: Iterable<string>): boolean {
    const written = text.match(/\bimport\s*\(\s*["'`]/g)?.length ?? 0;
    const found = this.#found.filter((one) => one.request.kind === "types" || one.isImportCall);
    if (written > found.length) return true;
    for (const local of namespaces) {
      if (!/^\w+$/.test(local)) continue;
      const members = this.#members.get(local);
      for (const match of text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, "g"))) {
        if (members?.has(match[1] ?? "") !== true) return true;
      }
    }
    return false;
  }

  #enterRegion(range: Range, guard: Guard, tryBlock = 0): void {
    this.#regions.push({ guard, start: range.start, end: range.end, tryBlock });
  }

  #enterTry(node: Node): void {
    const block = child(node, "block") ?? node;
    const handler = child(node, "handler");
    if (handler === undefined) {
      this.#enterRegion({ start: -1, end: -1 }, "none");
      return;
    }
    const body = children(child(handler, "body"), "body");
    const raises = body.at(-1)?.type === "ThrowStatement";
    this.#enterRegion(block, raises ? "try-raise" : "try", node.start + 1);
  }

  /** What stands between this place and a crash, innermost first. */
  #guardAt(start: number): { readonly guard: Guard; readonly tryBlock: number } {
    for (let at = this.#regions.length - 1; at >= 0; at--) {
      const region = this.#regions[at];
      if (region === undefined || region.guard === "none") continue;
      const isInside = start >= region.start && start < region.end;
      if (region.guard === "conditional") {
        const outer = this.#regions.slice(0, at).find((one) => one.tryBlock > 0 && start < one.end);
        return outer === undefined
          ? { guard: "conditional", tryBlock: 0 }
          : { guard: outer.guard, tryBlock: outer.tryBlock };
      }
      return isInside
        ? { guard: region.guard, tryBlock: region.tryBlock }
        : { guard: "handler", tryBlock: region.tryBlock };
    }
    return { guard: "none", tryBlock: 0 };
  }

  /** `const { a, b: c } = require("m")` or `= await import("m")`; `const m = require("m")`. */
  #declarator(node: Node): void {
    const id = child(node, "id");
    const value = bare(child(node, "init"));
    if (id?.type === "BindingIdentifier" && nameOf(id) === "require" && value !== undefined) {
      this.#isRequireForeign ||= !isOwnLoader(value, this.#facts.source.text);
    }
    const request = value?.type === "StaticMemberExpression" ? bare(child(value, "object")) : value;
    if (id === undefined || request === undefined || !isRequest(request)) return;
    if (value?.type === "StaticMemberExpression") {
      const property = child(value, "property");
      const local = id.type === "BindingIdentifier" ? nameOf(id) : "";
      this.#take(request, [{ name: nameOf(property), local, at: property ?? value }]);
    } else if (id.type === "BindingIdentifier") {
      this.#take(request, [{ name: "", local: nameOf(id), at: id }]);
    } else this.#take(request, takenBy(id, this.#facts.source.text));
  }

  #take(request: Node, names: readonly NameRequest[]): void {
    if (!this.#namesByRequest.has(request.start)) this.#namesByRequest.set(request.start, names);
  }

  /** `(await import("m")).a`, `require("m").a`. */
  #memberOfRequest(node: Node): void {
    const request = bare(child(node, "object"));
    const property = child(node, "property");
    if (request === undefined || property === undefined || !isRequest(request)) return;
    const isAwaited = child(node, "object") !== request || request.type === "CallExpression";
    if (isAwaited) this.#take(request, [{ name: nameOf(property), local: "", at: property }]);
  }

  #call(node: Node): void {
    const callee = child(node, "callee");
    const [argument] = children(node, "arguments");
    const specifier = specifierOf(argument);
    if (callee?.type === "StaticMemberExpression") {
      const object = bare(child(callee, "object"));
      const method = nameOf(child(callee, "property"));
      if (object?.type === "ImportExpression") {
        this.#settled(node, object, method);
        return;
      }
      // `vi.mock(import("m"))` loads nothing: it names the module in a way that compilers check.
      const isMock = MOCKERS.has(nameOf(object)) && MOCK_CALLS.has(method);
      if (argument?.type === "ImportExpression" && isMock) this.#mockedBy.add(argument.start);
      if (specifier === undefined || object?.type !== "IdentifierReference") return;
      this.#methodCall(node, nameOf(object), method, specifier);
      return;
    }
    if (callee?.type !== "IdentifierReference" || nameOf(callee) !== "require" || specifier === undefined)
      return;
    this.#report("require", node, specifier, true);
  }

  #methodCall(node: Node, object: string, method: string, specifier: { text: string; at: Range }): void {
    if (object === "require" && method === "resolve") {
      // With `paths` it looks somewhere else.
      if (children(node, "arguments").length === 1) this.#report("require", node, specifier, true);
      return;
    }
    if (!MOCKERS.has(object)) {
      if (method === "unstable_mockModule" && isVirtual(node)) this.#virtual.add(specifier.text);
      return;
    }
    const literal = { start: specifier.at.start - 1, end: specifier.at.end + 1 };
    if (MOCK_CALLS.has(method)) {
      if (isVirtual(node)) {
        this.#virtual.add(specifier.text);
        return;
      }
      const scope = this.#scopes.at(-1) ?? "module";
      const mock = { kind: "mock", specifier: specifier.text, at: specifier.at } as const;
      this.#found.push({ request: { ...mock, statement: literal, names: [], scope }, isPlainRequire: false });
      return;
    }
    const kind = MODULE_CALLS[method];
    if (kind !== undefined) this.#report(kind, node, specifier);
  }

  /** `import("m").then(({ a }) => …)`, `import("m").then(m => m.a)`, `import("m").catch(…)`. */
  #settled(call: Node, request: Node, method: string): void {
    const handlers = children(call, "arguments");
    if (method === "catch" || (method === "then" && handlers.length > 1)) this.#caught.add(request.start);
    if (method !== "then") return;
    const callback = handlers[0];
    const parameters = child(callback, "params");
    const first =
      parameters === undefined ? children(callback, "params")[0] : children(parameters, "items")[0];
    const pattern = child(first, "pattern") ?? first;
    if (pattern?.type === "ObjectPattern") {
      this.#take(request, takenBy(pattern, this.#facts.source.text));
      return;
    }
    const body = bare(child(callback, "body"));
    const object = child(body, "object");
    if (body?.type !== "StaticMemberExpression" || object?.type !== "IdentifierReference") return;
    const property = child(body, "property");
    if (pattern !== undefined && nameOf(object) === nameOf(pattern) && property !== undefined) {
      this.#take(request, [{ name: nameOf(property), local: "", at: property }]);
    }
  }

  #importExpression(node: Node): void {
    const specifier = specifierOf(child(node, "source"));
    if (specifier === undefined) return;
    this.#report(this.#mockedBy.has(node.start) ? "mock" : "dynamic", node, specifier, false, true);
  }

  #importType(node: Node): void {
    const specifier = specifierOf(child(node, "source") ?? child(child(node, "argument"), "literal"));
    if (specifier === undefined) return;
    let first = child(node, "qualifier");
    while (first !== undefined && child(first, "left") !== undefined) first = child(first, "left");
    const names = first === undefined ? [] : [{ name: nameOf(first), local: "", typeOnly: true, at: first }];
    const types = { kind: "types", specifier: specifier.text, at: specifier.at, guard: "types" } as const;
    this.#found.push({ request: { ...types, statement: node, names }, isPlainRequire: false });
  }

  #report(
    kind: "require" | "dynamic" | "mock",
    node: Node,
    specifier: { text: string; at: Range },
    isPlainRequire = false,
    isImportCall = false,
  ): void {
    const guard = this.#guardAt(node.start);
    const isCaught = guard.guard !== "try" && this.#caught.has(node.start);
    const request: Request = {
      kind,
      specifier: specifier.text,
      statement: node,
      at: specifier.at,
      names: this.#namesByRequest.get(node.start) ?? [],
      scope: this.#scopes.at(-1) ?? "module",
      guard: isCaught ? "try" : guard.guard,
      tryBlock: guard.tryBlock,
    };
    this.#found.push({ request, isPlainRequire, isImportCall });
  }

  /** R2: `function (require, module, exports)` of a bundle looks up its own table. */
  #parameters(parameters: readonly Node[]): void {
    for (const one of parameters) {
      if (nameOf(child(one, "pattern") ?? one) === "require") this.#isRequireForeign = true;
    }
  }

  #member(object: Node | undefined, property: Node | undefined, typeOnly: boolean): void {
    if (object === undefined || property === undefined) return;
    if (object.type !== "IdentifierReference" && object.type !== "JSXIdentifier") return;
    const local = nameOf(object);
    if (!this.#namespaces.has(local)) return;
    const members = this.#members.get(local) ?? new Map<string, NameRequest>();
    this.#members.set(local, members);
    const name = nameOf(property);
    const before = members.get(name);
    if (before === undefined) members.set(name, { name, local: "", typeOnly, at: property });
    else if (before.typeOnly && !typeOnly) members.set(name, { ...before, typeOnly });
  }

  /** `const { a } = ns` takes a property as well. */
  #declaresNamespaceName(node: Node): void {
    const id = child(node, "id");
    const object = bare(child(node, "init"));
    if (id?.type !== "ObjectPattern" || object?.type !== "IdentifierReference") return;
    for (const one of children(id, "properties")) {
      if (one.computed !== true) this.#member(object, child(one, "key"), false);
    }
  }
}

/** The same locals, but of the module as a whole. */
function wholly(names: readonly NameRequest[]): readonly NameRequest[] {
  return names.map((one) => ({ ...one, name: "" }));
}

function isRequest(node: Node): boolean {
  if (node.type === "ImportExpression") return true;
  if (node.type !== "CallExpression") return false;
  const callee = child(node, "callee");
  if (callee?.type === "IdentifierReference") return nameOf(callee) === "require";
  if (callee?.type !== "StaticMemberExpression") return false;
  return MODULE_CALLS[nameOf(child(callee, "property"))] !== undefined;
}

/** The names that a pattern takes; everything too when it has a rest or a computed key. */
function takenBy(pattern: Node, text: string): readonly NameRequest[] {
  if (pattern.type !== "ObjectPattern") return [{ name: "", local: "", at: pattern }];
  const names: NameRequest[] = [];
  const properties = children(pattern, "properties");
  // The lazy tree leaves out rest elements.
  const hasRest = text.slice(pattern.start, pattern.end).includes("...");
  if (hasRest || properties.some((one) => one.computed === true))
    names.push({ name: "", local: "", at: pattern });
  for (const one of properties) {
    const key = child(one, "key");
    if (key === undefined || one.computed === true) continue;
    const locals = patternNames(child(one, "value"), text);
    const local = locals.length === 1 ? nameOf(locals[0]) : "";
    names.push({ name: nameOf(key), local, at: one });
  }
  return names;
}

/** `createRequire(import.meta.url)` and `createRequire(__filename)` look where the file itself would. */
function isOwnLoader(value: Node, text: string): boolean {
  if (isRequest(value)) return true;
  if (value.type !== "CallExpression") return false;
  const argument = children(value, "arguments")[0];
  const written = argument === undefined ? "" : text.slice(argument.start, argument.end);
  return /^(?:import\.meta\.(?:url|filename)|__filename)$/.test(written);
}

/** `jest.mock("m", factory, { virtual: true })` names a module that need not exist. */
function isVirtual(call: Node): boolean {
  return children(children(call, "arguments")[2], "properties").some(
    (one) => nameOf(child(one, "key")) === "virtual",
  );
}
