/**
 * What a CommonJS file offers: `module.exports = { … }`, `exports.a = …`, `Object.defineProperty(exports,
 * "a", …)`, and all that another one does: `module.exports = require("it")`, `{ ...require("it") }`. Any other use of `exports` or `module` makes the doors unknown, because then some other code
 * decides what is offered (M4: never guessed).
 */

import type { Doors } from "../model.ts";
import { type FactsBuilder, type Range, specifierOf } from "./typescript-facts.ts";
import {
  bare,
  child,
  children,
  literalOf,
  type Node,
  nameOf,
  type Parsed,
  type Visitors,
  word,
} from "./typescript-parser.ts";

const MENTIONS = /\bexports\b/;
/** Everything that is looked at stands around one of these. */
const REFERENCES = /\b(?:exports|module)\b/g;

export function readCommonJs(parsed: Parsed, facts: FactsBuilder): Doors {
  if (!MENTIONS.test(facts.source.text)) return "none";
  const reader = new CommonJsReader(facts);
  const places = Array.from(facts.source.text.matchAll(REFERENCES), (match) => match.index);
  parsed.visitAround(places, reader.visitors());
  return reader.doors();
}

class CommonJsReader {
  readonly #facts: FactsBuilder;
  /** Starts of `exports` and `module` references whose meaning is known. */
  readonly #understood = new Set<number>();
  readonly #references: number[] = [];
  /** What is read of `exports`, by where that stands. */
  readonly #readByStart = new Map<number, string>();
  readonly #functions: Range[] = [];
  /** Functions in which something else goes by the name of `module`. */
  readonly #shadows = new Set<Range>();
  #isComputed = false;
  #writes = 0;

  constructor(facts: FactsBuilder) {
    this.#facts = facts;
  }

  doors(): Doors {
    if (this.#references.length === 0) return "none";
    const isUnderstood = (start: number): boolean =>
      this.#understood.has(start) ||
      this.#facts.isOffered(this.#readByStart.get(start) ?? "") ||
      [...this.#shadows].some((one) => one.start <= start && start < one.end);
    if (this.#isComputed || !this.#references.every(isUnderstood)) return "unknown";
    return this.#writes > 0 ? "object" : "none";
  }

  visitors(): Visitors {
    const visitors: Record<string, (node: Node) => void> = {};
    visitors.AssignmentExpression = (node) => this.#assignment(node);
    visitors.CallExpression = (node) => this.#call(node);
    visitors.IdentifierReference = (node) => this.#reference(node);
    visitors.StaticMemberExpression = (node) => this.#member(node);
    // `require.main === module`
    visitors.BinaryExpression = (node) => {
      if (!/^[!=]==?$/.test(word(node, "operator") ?? "")) return;
      for (const side of [child(node, "left"), child(node, "right")])
        if (side !== undefined) this.#understood.add(side.start);
    };
    visitors.BindingIdentifier = (node) => {
      const inside = this.#functions.at(-1);
      if (nameOf(node) === "module" && inside !== undefined) this.#shadows.add(inside);
    };
    for (const type of ["Function", "ArrowFunctionExpression"]) {
      visitors[type] = ({ start, end }) => this.#functions.push({ start, end });
      visitors[`${type}:exit`] = () => this.#functions.pop();
    }
    return visitors;
  }

  #reference(node: Node): void {
    const name = nameOf(node);
    if (name === "exports" || name === "module") this.#references.push(node.start);
  }

  /** Reading `module.id`, `module.children` and the like, or what is offered anyway, says nothing about the doors. */
  #member(node: Node): void {
    const object = child(node, "object");
    const exports = this.#exportsObject(object);
    if (exports !== undefined) this.#readByStart.set(exports.start, nameOf(child(node, "property")));
    if (object?.type !== "IdentifierReference" || nameOf(object) !== "module") return;
    if (nameOf(child(node, "property")) !== "exports") this.#understood.add(object.start);
  }

  #assignment(node: Node): void {
    if (word(node, "operator") !== "=") return;
    const left = child(node, "left");
    const right = bare(child(node, "right"));
    const object = this.#exportsObject(left);
    if (object !== undefined) {
      this.#understood.add(object.start);
      if (right?.type !== "AssignmentExpression") this.#assignWhole(right);
      return;
    }
    if (left?.type !== "StaticMemberExpression") return;
    const owner = this.#exportsObject(child(left, "object"));
    const property = child(left, "property");
    if (owner === undefined || property === undefined) return;
    this.#understood.add(owner.start);
    this.#offer(nameOf(property), property);
  }

  #call(node: Node): void {
    const callee = child(node, "callee");
    const [target, name] = children(node, "arguments");
    if (callee?.type !== "StaticMemberExpression" || nameOf(child(callee, "property")) !== "defineProperty")
      return;
    const object = this.#exportsObject(target);
    const literal = literalOf(name);
    if (object === undefined || name === undefined || literal === undefined) return;
    this.#understood.add(object.start);
    this.#offer(literal, name);
  }

  /** The reference in `exports` or `module.exports`, when this is one of them. */
  #exportsObject(node: Node | undefined): Node | undefined {
    if (node?.type === "IdentifierReference") return nameOf(node) === "exports" ? node : undefined;
    if (node?.type !== "StaticMemberExpression" || nameOf(child(node, "property")) !== "exports")
      return undefined;
    const object = child(node, "object");
    return object?.type === "IdentifierReference" && nameOf(object) === "module" ? object : undefined;
  }

  #assignWhole(value: Node | undefined): void {
    this.#writes++;
    if (value?.type !== "ObjectExpression") {
      if (!this.#passOn(value)) this.#isComputed = true;
      return;
    }
    for (const one of children(value, "properties")) {
      if (one.type === "SpreadElement" && this.#passOn(bare(child(one, "argument")))) continue;
      const key = child(one, "key");
      if (key === undefined || one.computed === true) this.#isComputed = true;
      else this.#offer(nameOf(key), key);
    }
  }

  /** What `require("it")` returns is offered with all its names; false when `value` is something else. */
  #passOn(value: Node | undefined): boolean {
    const callee = value?.type === "CallExpression" ? child(value, "callee") : undefined;
    const asked = value === undefined ? undefined : specifierOf(children(value, "arguments")[0]);
    if (value === undefined || asked === undefined || nameOf(callee) !== "require") return false;
    const { imports } = this.#facts;
    const { start } = this.#facts.source.place(asked.at.start, asked.at.end);
    const index = imports.findIndex((one) => one.kind === "require" && one.at.start === start);
    const found = imports[index];
    if (found === undefined) return false;
    const place = this.#facts.source.place(value.start, value.end);
    imports[index] = { ...found, names: [{ ...place, name: "*", local: "", typeOnly: false }] };
    this.#facts.pass("*", index, "*", value, false);
    return true;
  }

  #offer(name: string, at: Node): void {
    this.#writes++;
    if (name === "__esModule" || this.#facts.isOffered(name)) return;
    const isBound = this.#facts.bindings.some((one) => one.name === name);
    if (!isBound) this.#facts.declare({ name, kind: "variable", range: at, at });
    this.#facts.offer(name, name, at);
  }
}
