/**
 * The inner loops over Python source: where statements, strings and comments end, and which lines and bodies are of
 * no interest. AssemblyScript, compiled to WebAssembly by `assemble.ts`; `src/extract/python-skimmer.ts` is the only
 * one that calls it. Every byte of a tree goes through here, sixteen at a time where only a few marks matter.
 */
import { addWord, skipBody, skipPlain } from "./bodies.ts";
import { begin, comment, prepare } from "./source.ts";
import { scan } from "./statements.ts";

export { addWord, begin, comment, prepare, scan, skipBody, skipPlain };
