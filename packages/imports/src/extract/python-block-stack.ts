import { type Block, block, endsChain } from "./python-blocks.ts";
import { readLazyNames } from "./python-conditions.ts";
import type { PythonLexer } from "./python-lexer.ts";
import type { PythonRecord } from "./python-record.ts";

/** The indent of a body that stands on its header's line. */
const inline = Number.MAX_SAFE_INTEGER;

/** The blocks around the statement that is being read, by Python's rules of indentation. */
export class BlockStack {
  /** Innermost last; the first is the module. */
  readonly blocks: Block[];
  /** Definitions we are inside of; 0 at module level. */
  definitions = 0;
  /** Where the last statement ended. */
  lastEnd = 0;
  readonly #lexer: PythonLexer;
  readonly #record: PythonRecord;
  #tries = 0;
  #hasIndentProblem = false;
  #lazyBody: { block: Block; start: number; parameter: string } | undefined;

  /** `blocks` is shared with the record, which asks what stands around a fact. */
  constructor(lexer: PythonLexer, record: PythonRecord, blocks: Block[]) {
    this.#lexer = lexer;
    this.#record = record;
    this.blocks = blocks;
    const module = block("module", -1);
    module.indent = 0;
    blocks.push(module);
  }

  get top(): Block {
    return this.blocks[this.blocks.length - 1] as Block;
  }

  /** The column at which a header in the innermost block stands. */
  get lineIndent(): number {
    return Math.max(0, this.top.indent);
  }

  nextTry(): number {
    return ++this.#tries;
  }

  /** So many `try` statements were not looked at. */
  skipTries(count: number): void {
    this.#tries += count;
  }

  /** The body of `opened` begins, on its header's line or on the next one. */
  push(opened: Block): void {
    this.blocks.push(opened);
    if (opened.kind === "def" || opened.kind === "class") this.definitions++;
  }

  /** Says of the block pushed last that its body stands on its header's line. */
  stayOnLine(): void {
    this.top.indent = inline;
  }

  /** The module's own `__getattr__` begins at `start`: which names it answers for is read when it ends. */
  awaitLazyNames(opened: Block, start: number, parameter: string): void {
    this.#lazyBody = { block: opened, start, parameter };
  }

  enterLine(indent: number): void {
    const { top } = this;
    if (top.indent === -1) {
      if (indent > top.headerIndent) {
        top.indent = indent;
        return;
      }
      this.#lexer.problem("lacks an indented block after the line above");
      this.#pop();
    }
    let hasPopped = false;
    while (indent < this.top.indent) {
      this.#pop();
      hasPopped = true;
    }
    if (indent > this.top.indent && !this.#hasIndentProblem) {
      this.#hasIndentProblem = true;
      this.#lexer.problem(
        hasPopped ? "is indented unlike any block around it" : "is indented without reason",
      );
    }
  }

  /** A body on its header's line ends with the line; `depth` blocks were there when it began. */
  leaveLine(depth: number): void {
    while (this.blocks.length > depth && this.top.indent === inline) this.#pop();
  }

  leaveAll(): void {
    if (this.top.indent === -1) this.#lexer.problem("ends where an indented block should begin");
    while (this.blocks.length > 1) this.#pop();
  }

  /** The nearest loop is left by a `break`. */
  breakLoop(): void {
    for (let index = this.blocks.length - 1; index > 0; index--) {
      const each = this.blocks[index] as Block;
      if (each.kind === "for" || each.kind === "while") {
        each.hasBreak = true;
        return;
      }
      if (each.kind === "def" || each.kind === "class") return;
    }
  }

  #pop(): void {
    const child = this.blocks.pop() as Block;
    const parent = this.top;
    if (child.lastChild !== undefined && endsChain(child.lastChild)) child.isEnded = true;
    parent.lastChild = child;
    if (child.kind === "def" || child.kind === "class") this.definitions--;
    if (child.binding >= 0) this.#record.endBinding(child.binding, this.lastEnd);
    if (child.isHandler && child.attempt !== undefined && !child.attempt.isCatching) {
      child.attempt.isCatching = true;
      child.attempt.isRaising = child.isRaising;
    }
    if (this.#lazyBody?.block === child) {
      const { start, parameter } = this.#lazyBody;
      const names = readLazyNames(this.#lexer.text(start, this.lastEnd), parameter);
      this.#record.lazy = names === undefined ? { is: "any" } : { is: "names", names };
      this.#lazyBody = undefined;
    }
  }
}
