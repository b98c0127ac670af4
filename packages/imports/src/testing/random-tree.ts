/** Trees of modules that take each other's names in every way that changes how a name is found. */
import * as fc from "fast-check";

export type RandomFile = { readonly path: string; readonly statements: readonly string[] };

/** A statement more in a file, or one less. */
export type RandomEdit = {
  readonly path: string;
  readonly at: number;
  readonly statement: string | undefined;
};

/**
 * In the order in which they may take names of each other when they load: what a name is that leads back to itself
 * depends on where one begins. Inside of functions, and as whole modules, they take what they like.
 */
const pythonFiles = [
  { path: "app/_inner.py", modules: ["app._inner", "._inner", "app._inner"] },
  { path: "app/one.py", modules: ["app.one", ".one"] },
  { path: "app/two.pyi", modules: [] },
  { path: "app/two.py", modules: ["app.two", ".two"] },
  { path: "app/part/three.py", modules: ["app.part.three"] },
  { path: "app/part/__init__.py", modules: ["app.part", ".part"] },
  { path: "app/__init__.py", modules: ["app", "."] },
  { path: "loose/four.py", modules: ["loose.four"] },
  { path: "tests/test_five.py", modules: [] },
];
const pythonModules = [
  "app",
  "app.one",
  "app.two",
  "app._inner",
  "app.part",
  "app.part.three",
  "loose.four",
  "gone",
];
const scriptPaths = ["web/index.ts", "web/alpha.ts", "web/beta.tsx", "web/part/index.ts", "web/gamma.js"];
const scriptModules = ["./alpha", "./beta", "./part", "../alpha", "../beta", "./gone", "."];
const names = ["First", "Second", "_third"];

const name = fc.constantFrom(...names);
const absoluteModule = fc.constantFrom(...pythonModules);
const scriptModule = fc.constantFrom(...scriptModules);

/** Long enough to be compared with its namesakes. */
const body = (kind: number): string =>
  Array.from(
    { length: 8 },
    (_, line) =>
      `value_${line} = compute(${kind === 0 ? line : `"other", ${kind}, ${line * 7}`}, left, right)`,
  )
    .map((line) => `    ${line}\n`)
    .join("");

/** `rank` is the place of the file in the order above. */
function pythonStatement(rank: number): fc.Arbitrary<string> {
  const isInApp = /^app\/[^/]+$/.test(pythonFiles[rank]?.path ?? "");
  const known = pythonFiles
    .slice(0, rank)
    .flatMap(({ modules }) => modules.filter((each) => isInApp || !each.startsWith(".")));
  const one = (modules: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom("gone", "os") },
      ...modules.map((each) => ({ weight: 2, arbitrary: fc.constant(each) })),
    );
  const pythonModule = one(known);
  const wholeModule = one(known.filter((each) => !each.startsWith(".")));
  /** What each of them is an alias of comes before it. */
  const alias = fc.tuple(fc.nat(names.length - 1), fc.nat(names.length - 1));
  const ordered = alias.map((pair) => pair.sort().map((each) => names[each]));
  return fc.oneof(
    {
      weight: 16,
      arbitrary: fc.tuple(pythonModule, name, name).map(([from, a, b]) => `from ${from} import ${a}, ${b}\n`),
    },
    {
      weight: 6,
      arbitrary: fc
        .tuple(pythonModule, name, name)
        .map(([from, a, b]) => `from ${from} import ${a} as ${b}\n`),
    },
    { weight: 5, arbitrary: pythonModule.map((from) => `from ${from} import *\n`) },
    { weight: 2, arbitrary: fc.tuple(wholeModule, name).map(([from, a]) => `import ${from} as ${a}\n`) },
    { weight: 1, arbitrary: absoluteModule.map((from) => `import ${from}\n`) },
    {
      weight: 2,
      arbitrary: fc.tuple(pythonModule, name).map(([from, a]) => `from ${from} import one, ${a}\n`),
    },
    { weight: 7, arbitrary: fc.tuple(name, fc.nat(2)).map(([a, kind]) => `class ${a}:\n${body(kind)}`) },
    {
      weight: 7,
      arbitrary: fc.tuple(name, fc.nat(2)).map(([a, kind]) => `def ${a}(left, right):\n${body(kind)}`),
    },
    { weight: 3, arbitrary: ordered.map(([b, a]) => `${a} = ${b}\n`) },
    { weight: 3, arbitrary: fc.tuple(ordered, name).map(([[b, a], c]) => `${a} = ${b}.${c}\n`) },
    {
      weight: 1,
      arbitrary: fc.tuple(name, name).map(([a, b]) => `${a} = ${rank > 6 ? "app" : "os"}.${b}\n`),
    },
    { weight: 1, arbitrary: name.map((a) => `${a} = {}\n`) },
    { weight: 1, arbitrary: name.map((a) => `del ${a}\n`) },
    { weight: 2, arbitrary: fc.subarray(names).map((all) => `__all__ = ${JSON.stringify(all)}\n`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(pythonModule, name)
        .map(([from, a]) => `try:\n    from ${from} import ${a}\nexcept ImportError:\n    ${a} = None\n`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(absoluteModule, name)
        .map(([from, a]) => `def late():\n    from ${from} import ${a}\n`),
    },
    { weight: 4, arbitrary: fc.tuple(absoluteModule, name).map(([from, a]) => `patch("${from}.${a}")\n`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pythonModule, name)
        .map(([from, a]) => `if TYPE_CHECKING:\n    from ${from} import ${a}\n`),
    },
    { weight: 1, arbitrary: fc.tuple(name, name).map(([a, b]) => `${a}.${b} = 1\n`) },
    {
      weight: 1,
      arbitrary: name.map(
        (a) =>
          `def __getattr__(name):\n    if name == "${a}":\n        return 1\n    raise AttributeError(name)\n`,
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "def __getattr__(name):\n    return make(name)\n",
        "globals().update(make())\n",
        "print(1)\n",
        "def broken(:\n",
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "\n\n",
        "# a comment\n",
        "# goldenpath-ignore unresolved-symbol, canonical-path -- it is so\n",
        "# goldenpath-ignore cycle\n",
      ),
    },
  );
}

const scriptStatement = fc.oneof(
  {
    weight: 16,
    arbitrary: fc
      .tuple(scriptModule, name, name)
      .map(([from, a, b]) => `import { ${a}, ${b} as ${b}Here } from "${from}";\n`),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(scriptModule, name, name)
      .map(([from, a, b]) => `export { ${a} as ${b} } from "${from}";\n`),
  },
  { weight: 6, arbitrary: scriptModule.map((from) => `export * from "${from}";\n`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(scriptModule, name, name)
      .map(([from, a, b]) => `import * as ${a}Space from "${from}";\nuse(${a}Space.${b});\n`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(scriptModule, name).map(([from, a]) => `export * as ${a} from "${from}";\n`),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(name, fc.nat(2)).map(([a, kind]) => `export class ${a} {\n${body(kind)}}\n`),
  },
  { weight: 2, arbitrary: name.map((a) => `export type ${a} = { readonly it: number };\n`) },
  {
    weight: 3,
    arbitrary: fc.tuple(name, name).map(([a, b]) => `const ${a} = ${b}Here;\nexport { ${a} };\n`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(scriptModule, name)
      .map(([from, a]) => `import ${a}Whole from "${from}";\nexport default ${a}Whole;\n`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(scriptModule, name)
      .map(([from, a]) => `const { ${a}: ${a}Late } = require("${from}");\n`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(scriptModule, name)
      .map(([from, a]) => `declare module "${from}" { interface ${a} {} }\n`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "export default function () {}\n",
      "module.exports = make();\n",
      "// goldenpath-ignore unresolved-symbol -- it is so\n",
      "\n",
      "const = ;\n",
    ),
  },
);

type Kind = { readonly path: string; readonly statement: fc.Arbitrary<string> };

const kinds: readonly Kind[] = [
  ...pythonFiles.map(({ path }, rank) => ({ path, statement: pythonStatement(rank) })),
  ...scriptPaths.map((path) => ({ path, statement: scriptStatement })),
];

/** Every file of the tree. */
export const randomTree: fc.Arbitrary<readonly RandomFile[]> = fc.tuple(
  ...kinds.map(({ path, statement }) =>
    fc.array(statement, { minLength: 1, maxLength: 8 }).map((statements) => ({ path, statements })),
  ),
);

export const randomEdit: fc.Arbitrary<RandomEdit> = fc.oneof(
  ...kinds.map(({ path, statement }) =>
    fc.record({
      path: fc.constant(path),
      at: fc.nat(6),
      statement: fc.option(statement, { nil: undefined }),
    }),
  ),
);

/** The same files after an edit. */
export function edited(files: readonly RandomFile[], edit: RandomEdit): readonly RandomFile[] {
  return files.map((file) => {
    if (file.path !== edit.path) return file;
    const { length } = file.statements;
    const at = length === 0 ? 0 : edit.at % length;
    const statements =
      edit.statement === undefined
        ? file.statements.toSpliced(at, 1)
        : file.statements.toSpliced(at, 0, edit.statement);
    return { path: file.path, statements };
  });
}

export function textsOf(files: readonly RandomFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, statements }) => [path, statements.join("")]));
}
