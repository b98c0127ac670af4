import { PackWriter } from "../facts-codec.ts";
import { filesIn } from "../facts-view.ts";
import type { FileFacts, Language } from "../model.ts";
import { readPython } from "./python.ts";
import { extractTypeScript } from "./typescript.ts";

/** Generated data rather than code; Python's own compiler takes minutes for such a file. */
const bytesMax = 64 * 1024 * 1024;

export function languageOf(path: string): Language {
  return path.endsWith(".py") || path.endsWith(".pyi") ? "python" : "typescript";
}

/** The facts of one file by its extension. */
export function extract(path: string, bytes: Uint8Array): FileFacts {
  const pack = new PackWriter(1);
  extractInto(pack, path, bytes);
  return filesIn(pack.local())[0] as FileFacts;
}

/** Adds the facts of one file to a pack. */
export function extractInto(pack: PackWriter, path: string, bytes: Uint8Array): void {
  if (bytes.length > bytesMax) {
    addBeyond(pack, path, `is larger than ${bytesMax / 1024 / 1024} MiB`);
  } else if (languageOf(path) === "typescript") pack.add(extractTypeScript(path, bytes));
  else if (!readPython(path, bytes, pack)) addBeyond(pack, path, "binds or imports too many names");
}

/** A file that is too large in some way. */
function addBeyond(pack: PackWriter, path: string, message: string): void {
  pack.add(withoutFacts(path, { kind: "limit", message, line: 1, column: 1 }));
}

/** For a file that could not be read: known to exist, its doors unknown. */
export function withoutFacts(path: string, problem: FileFacts["problems"][number]): FileFacts {
  return {
    path,
    language: languageOf(path),
    byteLength: 0,
    lineCount: 0,
    imports: [],
    bindings: [],
    exports: [],
    doors: "unknown",
    publicNames: undefined,
    lazy: { is: "any" },
    hasEffects: false,
    problems: [problem],
    ignores: [],
  };
}
