import type { FileFacts, Language } from "../model.ts";
import { extractPython } from "./python.ts";
import { extractTypeScript } from "./typescript.ts";

/** Generated data rather than code; Python's own compiler takes minutes for such a file. */
const bytesMax = 64 * 1024 * 1024;

export function languageOf(path: string): Language {
  return path.endsWith(".py") || path.endsWith(".pyi") ? "python" : "typescript";
}

/** The facts of one file by its extension. */
export function extract(path: string, bytes: Uint8Array): FileFacts {
  if (bytes.length > bytesMax) {
    return withoutFacts(path, {
      kind: "limit",
      message: `is larger than ${bytesMax / 1024 / 1024} MiB`,
      line: 1,
      column: 1,
    });
  }
  return languageOf(path) === "python" ? extractPython(path, bytes) : extractTypeScript(path, bytes);
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
