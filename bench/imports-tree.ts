/**
 * A tree in the shape of a large product: packages of Python modules that import each other, with long
 * functions, docstrings, guarded imports and mocks, and a front end in TypeScript. The same every time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const modulesPerPackage = 20;
/** About what a file of the reference tree holds. */
const functionsPerModule = 24;
const modulesPerFolder = 25;

/** Writes Python files of about `bytes` in all; answers how many files and bytes it wrote. */
export function writePython(folder: string, bytes: number): { files: number; bytes: number } {
  let written = 0;
  let files = 0;
  const put = (path: string, text: string): void => {
    write(join(folder, path), text);
    written += text.length;
    files++;
  };
  put("pyproject.toml", '[project]\nname = "bench"\ndependencies = ["pytest"]\n');
  for (let pack = 0; written < bytes; pack++) {
    const names = Array.from({ length: modulesPerPackage }, (_, index) => `part_${index}`);
    put(
      `app/pack_${pack}/__init__.py`,
      names.map((name) => `from .${name} import Service_${name}\n`).join(""),
    );
    for (let index = 0; index < modulesPerPackage && written < bytes; index++)
      put(`app/pack_${pack}/part_${index}.py`, pythonModule(pack, index));
  }
  return { files, bytes: written };
}

function pythonModule(pack: number, index: number): string {
  const lines = [
    `"""Part ${index} of package ${pack}: what it offers and why."""`,
    "import os",
    "import sys as system",
    "from typing import TYPE_CHECKING, Any",
    ...Array.from({ length: 4 }, (_, step) => {
      const other = (index + step * 7 + 1) % modulesPerPackage;
      const from = Math.max(0, pack - step);
      return `from app.pack_${from}.part_${other} import helper_${step} as helper_${other}_${step}`;
    }),
    "if TYPE_CHECKING:",
    `    from app.pack_${pack} import Service_part_0`,
    "try:",
    "    import fast_json",
    "except ImportError:",
    "    fast_json = None",
    `__all__ = ["Service_part_${index}"]`,
    `class Service_part_${index}:`,
    "    def __init__(self, name: str) -> None:",
    "        self.name = name",
  ];
  for (let step = 0; step < functionsPerModule; step++) {
    lines.push(
      "",
      `def helper_${step}(value: Any, limit: int = ${step}) -> dict[str, Any]:`,
      '    """Explains at some length what it does: import nothing, from nobody.',
      "",
      "    Args: the value, and how much of it is wanted (a number).",
      '    """',
      `    from app.pack_${pack} import part_${(index + step) % modulesPerPackage} as neighbour`,
      "    result = {'value': value, \"limit\": limit, 'name': f\"{value!r}:{limit:>4}\"}",
      "    for key, each in sorted(result.items()):  # in a known order",
      "        if each is None or (key == 'limit' and each > limit):",
      "            continue",
      "        result[key] = [neighbour, each, len(str(each)), {'deep': (key, each)}]",
      "    try:",
      `        return {**result, 'path': os.path.join('a', 'b', str(limit)), 'step': ${step + index}}`,
      "    except (ValueError, KeyError) as error:",
      '        raise RuntimeError(f"step failed: {error}") from error',
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Writes a front end of so many TypeScript files, with its configuration. */
export function writeFrontEnd(folder: string, files: number): void {
  const options = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    jsx: "preserve",
    strict: true,
  };
  write(join(folder, "package.json"), '{ "name": "bench-front-end", "private": true, "type": "module" }\n');
  write(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...options, noEmit: true, paths: { "@/*": ["./*"] } } }),
  );
  for (let index = 0; index < files; index++) {
    const place = Math.floor(index / modulesPerFolder);
    const imports = Array.from({ length: Math.min(4, index) }, (_, step) => {
      const other = Math.max(0, index - 1 - step * 9);
      return `import { view${other}, type Props${other} } from "@/parts/folder${Math.floor(other / modulesPerFolder)}/view${other}";`;
    });
    const body = Array.from(
      { length: 30 },
      (_, line) =>
        `  const step${line} = props.items.map((item, at) => \`\${item.name}-\${at * ${line}}\`).filter(Boolean);`,
    );
    write(
      join(folder, `parts/folder${place}/view${index}.ts`),
      [
        ...imports,
        `export interface Props${index} { readonly items: readonly { readonly name: string }[] }`,
        `export function view${index}(props: Props${index}): string {`,
        ...body,
        `  return [${body.map((_, line) => `step${line}.join()`).join(", ")}].join("\\n");`,
        "}",
        `export default view${index};`,
        "",
      ].join("\n"),
    );
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
