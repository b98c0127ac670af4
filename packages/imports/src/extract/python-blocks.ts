import type { Guard, Presence, Scope } from "../model.ts";

export type BlockKind =
  | "module"
  | "def"
  | "class"
  | "if"
  | "else"
  | "for"
  | "while"
  | "try"
  | "except"
  | "finally"
  | "with"
  | "match"
  | "case";

/** A `try` statement as a whole. `isCatching` and `isRaising` are known once its handlers have been read. */
export type Try = { readonly id: number; isCatching: boolean; isRaising: boolean };

/** One indented block (or the rest of a line after a header's colon). */
export type Block = {
  readonly kind: BlockKind;
  /** Columns of the header and, once its first line was read, of the body. */
  readonly headerIndent: number;
  indent: number;
  /** What standing in this block alone does to an import. */
  guard: Guard;
  attempt: Try | undefined;
  /** `except` that catches import errors; its body decides whether the error is raised again. */
  isHandler: boolean;
  /** `while True:` */
  isEndless: boolean;
  hasBreak: boolean;
  /** A `return`, `raise` or the like stood directly in it: what follows never runs. */
  isEnded: boolean;
  isRaising: boolean;
  /** All branches of the chain before this one ended. */
  isChainEnded: boolean;
  /** A branch of the `if` chain before this one is always taken. */
  isChainDecided: boolean;
  /** What the other branch of this condition means: `else` of `if TYPE_CHECKING`. */
  otherwise: Guard;
  /** The block that closed last directly in this one, until a statement shows that its chain is over. */
  lastChild: Block | undefined;
  /** Index of the binding whose definition this block is, else -1. */
  binding: number;
};

/** All blocks are made here and have one shape, which is what keeps reading them fast. */
export function block(kind: BlockKind, headerIndent: number, guard: Guard = "none"): Block {
  return {
    kind,
    headerIndent,
    indent: -1,
    guard,
    attempt: undefined,
    isHandler: false,
    isEndless: false,
    hasBreak: false,
    isEnded: false,
    isRaising: false,
    isChainEnded: true,
    isChainDecided: false,
    otherwise: "conditional",
    lastChild: undefined,
    binding: -1,
  };
}

/** Whether control never comes out behind the chain of which `last` is the last block. */
export function endsChain(last: Block): boolean {
  switch (last.kind) {
    case "else":
      return last.isEnded && last.isChainEnded;
    case "except":
      return last.isEnded && last.isChainEnded;
    case "finally":
      return last.isEnded || last.isChainEnded;
    case "with":
      return last.isEnded && last.guard === "none";
    case "while":
      return last.isEndless && !last.hasBreak;
    default:
      return false;
  }
}

export function scopeOf(blocks: readonly Block[]): Scope {
  for (let index = blocks.length - 1; index > 0; index--) {
    const kind = (blocks[index] as Block).kind;
    if (kind === "def") return "function";
    // A class body in a function runs when the function does.
    if (kind === "class") return scopeOf(blocks.slice(0, index)) === "function" ? "function" : "class";
  }
  return "module";
}

/** The strongest guard of an import in the innermost block. `try` may turn out to guard nothing: see `settle`. */
export function guardOf(blocks: readonly Block[]): { guard: Guard; attempt: Try | undefined } {
  let guard: Guard = "none";
  let attempt: Try | undefined;
  let isOutside = false;
  for (let index = blocks.length - 1; index >= 0; index--) {
    const each = blocks[index] as Block;
    if (each.isEnded || each.guard === "unreachable") return { guard: "unreachable", attempt: undefined };
    if (each.guard === "types") guard = "types";
    if (guard === "types") continue;
    if (!isOutside) {
      if (each.kind === "try" && attempt === undefined) attempt = each.attempt;
      if (guard === "none" || guard === "conditional") {
        if (each.guard !== "none" && !(each.guard === "conditional" && attempt !== undefined))
          guard = each.guard;
      }
    }
    // What stands around a definition does not stand around its execution.
    if (each.kind === "def") isOutside = true;
  }
  if (guard === "types") return { guard, attempt: undefined };
  return { guard, attempt };
}

/** The guard once the handlers of the `try` around it are known. */
export function settle(guard: Guard, attempt: Try | undefined): Guard {
  if (attempt === undefined || !attempt.isCatching) return guard;
  if (guard !== "none" && guard !== "conditional") return guard;
  return attempt.isRaising ? "try-raise" : "try";
}

/** When a name bound in these blocks is there. Only asked at module level. */
export function presenceOf(blocks: readonly Block[]): Presence {
  let presence: Presence = "always";
  for (const each of blocks) {
    if (each.isEnded || each.guard === "unreachable" || each.guard === "types") return "types";
    if (each.kind === "try" || each.kind === "except") presence = "try";
    else if (each.kind !== "module" && each.kind !== "with" && presence === "always")
      presence = "conditional";
  }
  return presence;
}
