import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble } from "../../assemble.ts";
import { extractPython } from "./python.ts";
import { pythonSkimmerWasm } from "./python-skimmer-wasm.ts";

describe("the assembly", () => {
  it("is what the committed module was compiled from", async () => {
    const compiled = Buffer.from(await assemble()).toString("base64");
    expect(compiled === pythonSkimmerWasm, "run: npm run assemble").toBe(true);
  });
});

const lines = [
  ..."x = 1|self.call(a, [b])|if x:|elif y: pass|else:|for a in b:|while True:|with open(x) as f:|try:".split(
    "|",
  ),
  ..."except ImportError:|finally:|return x|raise X|break|def g(a: int = 1) -> int:|async def h():|class C(B):".split(
    "|",
  ),
  ..."async with a as b:|match x:|case 1:|match = 2|match.group(1)|x = lambda a: a|if (lambda: 1)():|@decorated".split(
    "|",
  ),
  ..."s = 'it''s'|s = f\"{a['b']:>{c}}\"|d = {|}|f(|)|# a comment|x = 1; y = 2|x = 1; return|if x: y = 1".split(
    "|",
  ),
  ..."import a|from b import c|global g|patch('a.b')|self.fail('x')|print 'x'|print(x)|globals()['a'] = 1".split(
    "|",
  ),
  ..."# goldenpath-ignore cycle -- why|x = 'open|x = 1 \\|  y|sys.exit(1)|lazy import q|async = 1|del x|pass".split(
    "|",
  ),
  "'''a text\n  of lines'''",
  '"""one"""',
  "\tx = 1",
  "",
];

describe("bodies that are skipped as a whole", () => {
  it("leave what reading them line by line would", () => {
    const line = fc.tuple(fc.constantFrom(4, 4, 4, 8, 8, 12, 2), fc.constantFrom(...lines));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom("def f():", "class F:"),
        (body, header) => {
          const rest = body.map(([indent, text]) => `${" ".repeat(indent)}${text}\n`).join("");
          const after = "try:\n    import z\nexcept ImportError:\n    z = None\n";
          const source = (first: string): Buffer => Buffer.from(`${header}\n    ${first}\n${rest}${after}`);
          // `lazy` may begin an import, so that body is not skipped.
          const read = extractPython("m.py", source("lazy = 1"));
          const skipped = extractPython("m.py", source("soft = 1"));
          expect(skipped).toEqual(read);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it("are tried once, whatever stands between header and body", () => {
    const comments = "    # a comment\n".repeat(50_000);
    const facts = extractPython("m.py", Buffer.from(`def f():\n${comments}    import a\n`));
    expect(facts.imports[0]?.statement.line).toBe(50_002);
  });
});
