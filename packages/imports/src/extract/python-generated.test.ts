import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractPython } from "./python.ts";

/** A piece of Python with the imports that it holds, as `specifier name local`. */
type Piece = { readonly lines: readonly string[]; readonly imports: readonly string[] };

const name = fc.constantFrom("a", "b_1", "Case", "imports", "from_x", "caf\u00e9", "_p", "match", "type");
const dotted = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const relative = fc
  .tuple(fc.nat(3), fc.option(dotted))
  .map(([dots, rest]) => ".".repeat(dots + 1) + (rest ?? ""));
const asked = fc.record({ name, local: fc.option(name) });

const plain = fc
  .array(fc.record({ module: dotted, local: fc.option(name) }), { minLength: 1, maxLength: 3 })
  .map((each): Piece => {
    const parts = each.map(({ module, local }) => (local === null ? module : `${module} as ${local}`));
    const imports = each.map(({ module, local }) => `${module}  ${local ?? module.split(".")[0]}`);
    return { lines: [`import ${parts.join(", ")}`], imports };
  });

const style = fc.constantFrom("flat", "brackets", "lines", "joined");
const from = fc
  .tuple(fc.oneof(dotted, relative), fc.array(asked, { minLength: 1, maxLength: 4 }), style)
  .map(([module, names, how]): Piece => {
    const parts = names.map((each) => (each.local === null ? each.name : `${each.name} as ${each.local}`));
    const imports = names.map((each) => `${module} ${each.name} ${each.local ?? each.name}`);
    const head = `from ${module} import`;
    switch (how) {
      case "brackets":
        return { lines: [`${head} (${parts.join(", ")},)  # tail ( [`], imports };
      case "lines":
        return {
          lines: [`${head} (  # first`, ...parts.map((part) => `  ${part},  # "quoted`), ")"],
          imports,
        };
      case "joined":
        return { lines: [`${head} \\`, `  ${parts.join(", \\\n ")}`], imports };
      default:
        return { lines: [`${head} ${parts.join(" , ")}`], imports };
    }
  });

const noise = fc
  .constantFrom(
    ["x = 'import a'"],
    ['"""', "import nothing", 'from x import y"""'],
    ["y = f'{d[\"import\"]:>{w}} {{import a}}'"],
    ["z = (", "  1,", "import_a, # )", ")"],
    ["r'\\'; import a'"],
    ["s = 'a\\", "import b'"],
    ["print('x'); pass"],
    ["lambda: (yield)", "# import c"],
    ["b'''", "from a import b", "'''"],
    ["d = {'a': [1, (2)], 'b': lambda x: x}"],
  )
  .map((lines): Piece => ({ lines, imports: [] }));

const header = fc.constantFrom(
  "if x:",
  "def f(a: int = {1: 2}[1], *, b) -> 'c':",
  "class A(B, metaclass=C):",
  "with open('x') as f, g:",
  "for i in range(3):",
  "while lambda: x:",
  "async def g():",
  "try:",
);

/** Blocks hold blocks; a `try` gets the `finally` that it needs. */
const block: fc.Arbitrary<Piece> = fc.letrec<{ piece: Piece }>((tie) => ({
  piece: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plain,
    from,
    noise,
    fc
      .tuple(
        header,
        fc.array(tie("piece"), { minLength: 1, maxLength: 4 }),
        fc.constantFrom("  ", "    ", "\t"),
      )
      .map(([head, pieces, indent]): Piece => {
        const body = pieces.flatMap((piece) => indented(piece.lines, indent));
        const tail = head === "try:" ? ["finally: pass"] : [];
        return { lines: [head, ...body, ...tail], imports: pieces.flatMap((piece) => piece.imports) };
      }),
  ),
})).piece;

/** Lines within strings and joined lines are moved too, which changes nothing that is compared. */
function indented(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => indent + line);
}

describe("generated programs", () => {
  it("yield exactly the imports that were put into them", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"), (pieces, newline) => {
        const source = pieces
          .flatMap((piece) => piece.lines)
          .join("\n")
          .replaceAll("\n", newline);
        const facts = extractPython("m.py", Buffer.from(source));
        const found = facts.imports.flatMap((each) =>
          each.names.map((one) => `${each.specifier} ${one.name} ${one.local}`),
        );
        expect(found).toEqual(pieces.flatMap((piece) => piece.imports));
        expect(facts.problems).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
