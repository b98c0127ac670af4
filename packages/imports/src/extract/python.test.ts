import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractPython } from "./python.ts";

function read(source: string | Buffer) {
  return extractPython("m.py", Buffer.from(source));
}

/** `line:column specifier > name as local [scope guard]` of every statement. */
function imports(source: string): string[] {
  return read(source).imports.map((each) => {
    const names = each.names.map((name) =>
      name.name === name.local ? name.name : `${name.name} as ${name.local}`,
    );
    const guard = each.guard === "none" ? "" : ` ${each.guard}`;
    const scope = each.scope === "module" ? "" : ` ${each.scope}`;
    const kind = each.kind === "static" ? "" : ` ${each.kind}`;
    return `${each.statement.line}:${each.at.column} ${each.specifier} > ${names.join(", ")}${kind}${scope}${guard}`;
  });
}

function bindings(source: string): string[] {
  return read(source).bindings.map((each) => `${each.name} ${each.kind} ${each.presence}`);
}

describe("import statements", () => {
  it.each([
    ["import a", ["1:8 a >  as a"]],
    ["import a.b.c as d, e", ["1:8 a.b.c >  as d", "1:20 e >  as e"]],
    ["from a import b as c, d", ["1:6 a > b as c, d"]],
    ["from . import x", ["1:6 . > x"]],
    ["from .. a import x", ["1:6 ..a > x"]],
    ["from...a.b import *", ["1:5 ...a.b > * as "]],
    ["from a import (\n  b, # one\n  c as d,\n)\nimport e", ["1:6 a > b, c as d", "5:8 e >  as e"]],
    ["import a; import b  # c\n", ["1:8 a >  as a", "1:18 b >  as b"]],
    ["from a \\\n  import b, \\\n c\n", ["1:6 a > b, c"]],
    ["if x: import a\nelse: import b", ["1:14 a >  as a conditional", "2:14 b >  as b conditional"]],
    ["lazy import a\nlazy from b import c\nlazy = 1", ["1:13 a >  as a", "2:11 b > c"]],
    ["class A:\n  import a\n  def f(self): import b", ["2:10 a >  as a class", "3:23 b >  as b function"]],
    ["import caf\u00e9, \ufb01x", ["1:8 caf\u00e9 >  as caf\u00e9", "1:14 fix >  as fix"]],
    ["\ufeffimport a\r\nimport b\rimport c", ["1:8 a >  as a", "2:8 b >  as b", "3:8 c >  as c"]],
  ])("reads %j", (source, expected) => {
    expect(imports(source)).toEqual(expected);
    expect(read(source).problems).toEqual([]);
  });

  it.each([
    '"""\nimport a\n"""',
    "'\\\nimport a\\\n'",
    "x = (\nimport_a)\n",
    "# import a",
    "f'{x[\"import a\"]}'",
    "f'''\nimport a\n{x!r:>{width}}\n'''",
    "f'{d['k']}' # import a",
    "r'\\' ; import a'",
  ])("sees no import in %j", (source) => {
    expect(imports(source)).toEqual([]);
    expect(read(source).problems).toEqual([]);
  });

  it("says what stands around an import", () => {
    const source = [
      "try:",
      "    import a",
      "except ImportError:",
      "    import b",
      "try: import c",
      "except ImportError: raise",
      "try: import d",
      "except ValueError: pass",
      "if TYPE_CHECKING:",
      "    import e",
      "else: import f",
      "with pytest.raises(ImportError):",
      "    import g",
      "with suppress(ImportError): import h",
      "def i():",
      "    return 1",
      "    import j",
      "if sys.version_info < (3, 0): import k",
    ].join("\n");
    expect(imports(source)).toEqual([
      "2:12 a >  as a try",
      "4:12 b >  as b handler",
      "5:13 c >  as c try-raise",
      "7:13 d >  as d",
      "10:12 e >  as e types",
      "11:14 f >  as f",
      "13:12 g >  as g expected",
      "14:36 h >  as h suppress",
      "17:12 j >  as j function unreachable",
      "18:38 k >  as k unreachable",
    ]);
  });

  it("reads strings that name modules", () => {
    const source = [
      'import_module("a.b")',
      'm = importlib.import_module(".c", package=__package__)',
      'import_module(".c", "a.b"), import_module("..d.e", package="a.b"), import_module("...", "a.b")',
      '@patch("a.b.C")',
      "def f(): pass",
      'with mock.patch.dict("os.environ", {}): pass',
      'client.patch("a.b")',
      'patch("a" + x)',
      'patch("a.b.D", create=True)',
      'pytest.importorskip("a.e")',
    ].join("\n");
    expect(imports(source)).toEqual([
      "1:16 a.b >  dynamic",
      "2:30 .c >  dynamic",
      "3:16 a.b.c >  dynamic",
      "3:44 a.d.e >  dynamic",
      "4:9 a.b.C >  mock function",
      "6:23 os.environ >  mock function",
      "9:8 a.b.D >  mock function suppress",
      "10:22 a.e >  dynamic suppress",
    ]);
  });
});

describe("bindings", () => {
  it.each([
    [
      "a = b = 1\nc: int = 2\nd: int",
      ["a variable always", "b variable always", "c variable always", "d variable late"],
    ],
    ["(a, *b), c.d, e[0] = x", ["a variable always", "b variable always"]],
    ["for a, b in c: pass", ["a variable conditional", "b variable conditional"]],
    ["with x as a, y as (b, c): pass", ["a variable always", "b variable always", "c variable always"]],
    ["a = lambda x=1: x\nb += 1\nc == 1", ["a variable always"]],
    ["async def a(): pass\nclass B: c = 1", ["a function always", "B class always"]],
    ["if (a := 1): pass\nwhile (b := 1): pass", ["a variable always", "b variable always"]],
    [
      "match x:\n  case [a, *b] if (g := c.d): pass\n  case K(e=f) | {'k': h.i, **j} as k: pass\n  case _: pass",
      [..."agbfjk"].map((name) => `${name} variable conditional`),
    ],
    [
      'match x:\n  case (\n    a,  # not this, \'nor that\n    """it\'s""",\n    b,\n  ): pass',
      ["a variable conditional", "b variable conditional"],
    ],
    ["with (\n  open(x),  # as seen ) above\n  y as z,\n): pass", ["z variable always"]],
    ["A = B.C\nD = None", ["A alias always", "D variable always"]],
    ["type X = int\ntype = 1", ["X type always", "type variable always"]],
    ["def f():\n  global g\n  g = 1", ["f function always", "g variable late"]],
    ["a = 1\ndel a", ["a variable always", "a variable deleted"]],
    ["match x:\n  case 1: a = 1\nmatch = 2", ["a variable conditional", "match variable always"]],
  ])("binds by %j", (source, expected) => {
    const found = bindings(source);
    for (const each of expected) expect(found).toContain(each);
    expect(found.length).toBe(expected.length);
  });

  it("reads __all__ only as far as it is literal", () => {
    const names = (source: string) => {
      const found = read(source).publicNames;
      return found === undefined ? undefined : [found.isKnown, ...found.names.map((each) => each.name)];
    };
    expect(names("x = 1")).toBeUndefined();
    expect(names("__all__ = ['a', \"b\"]")).toEqual([true, "a", "b"]);
    expect(
      names("__all__: list[str] = ('a',)\n__all__ += ['b']\n__all__.extend(['c'])\n__all__.append('d')"),
    ).toEqual([true, "a", "b", "c", "d"]);
    expect(names("__all__ = ['a'] + ['b']")).toEqual([true, "a", "b"]);
    expect(names("__all__ = ['a'] + other.__all__")?.[0]).toBe(false);
    expect(names("__all__ = [n for n in dir()]")?.[0]).toBe(false);
    expect(names("__all__ = ['a']\nif x:\n  __all__ += ['b']")?.[0]).toBe(false);
  });

  it("reads the names that a module's __getattr__ tests for", () => {
    const literal =
      "def __getattr__(name):\n    if name == 'a':\n        return 1\n    raise AttributeError(name)\n";
    expect(read(literal).lazy).toEqual({ is: "names", names: ["a"] });
    expect(read("def __getattr__(name):\n    return load(name)\n").lazy).toEqual({ is: "any" });
  });
});

describe("broken input", () => {
  it.each([
    ["def f(:\n  pass\nimport a\n", 1],
    ["x = (1,\nimport a\n", 1],
    ["x = 'abc\nimport a\n", 1],
    ["if x\n  pass\nimport a\n", 1],
    ["def f():\nimport a\n", 2],
    ["x = 1\n  y = 2\nimport a\n", 2],
    ["print 'hello'\nimport a\n", 1],
    ["x = )\nimport a\n", 1],
    ["from x import\nimport a\n", 1],
    ["import a\0b\nimport a\n", 1],
  ])("says where %j is broken and reads on", (source, line) => {
    const facts = read(source);
    expect(facts.problems[0]?.line).toBe(line);
    expect(facts.imports.map((each) => each.specifier)).toContain("a");
  });

  it("says that bytes are not UTF-8 unless another encoding is declared", () => {
    const latin = Buffer.from("# caf\u00e9\nimport a\n", "latin1");
    expect(read(latin).problems[0]?.kind).toBe("encoding");
    const declared = Buffer.from("# -*- coding: latin-1 -*-\n# caf\u00e9\nimport a\n", "latin1");
    expect(read(declared).problems).toEqual([]);
  });

  it("ends on any bytes, and its places lie in the file", () => {
    const piece = fc.constantFrom(
      ..."import a|from b import c|try:|except ImportError:|    |\t|\n|\r|(|)|[|}|{|'|\"|'''|f'{|#|\\|:|;|=|def f|class C|lambda x: |match x:|case 1:|__all__|,|.|\0".split(
        "|",
      ),
      "\u00e9",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const bytes = Buffer.from(pieces.join(""));
        const facts = extractPython("m.py", bytes);
        for (const each of facts.imports) {
          expect(each.statement.start).toBeLessThanOrEqual(each.at.start);
          expect(each.at.end).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("takes deep nesting and long files in linear time", () => {
    const deep = `x = ${"(".repeat(5000)}${")".repeat(5000)}\nimport a\n`;
    expect(read(deep).problems[0]?.message).toContain("nested");
    const blocks = read("if x: ".repeat(5000));
    expect([blocks.problems[0]?.message, blocks.doors]).toEqual(["has too many nested blocks", "unknown"]);
    expect(read("a = ".repeat(256)).doors).toBe("bindings");
    expect(read("a = ".repeat(257)).doors).toBe("unknown");
    expect(read(`${"x = 1\n".repeat(100_000)}import a\n`).imports[0]?.statement.line).toBe(100_001);
    expect(read(`__all__ = [${'"name",'.repeat(200_000)}]`).publicNames?.names.length).toBe(200_000);
  });
});
