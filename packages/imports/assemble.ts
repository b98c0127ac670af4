/**
 * Compiles `assembly/` to WebAssembly and writes it as a module, `src/extract/python-wasm.ts`, so that
 * neither a bundler nor a worker has to find a file. Run by `npm run assemble`; a test holds the two the same.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const target = here("src/extract/python-wasm.ts");

/** The compiled module. */
export async function assemble(): Promise<Uint8Array> {
  let compiled: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      "python.ts",
      "--baseDir",
      here("assembly"),
      "--outFile",
      "python.wasm",
      "--runtime",
      "stub",
      "--optimizeLevel",
      "3",
      "--noAssert",
      "--enable",
      "simd",
      // What lies below is kept for our tables.
      "--memoryBase",
      "53248",
      "--initialMemory",
      "34",
      // Addresses are numbers with a sign.
      "--maximumMemory",
      "32767",
      "--use",
      "abort=",
    ],
    {
      writeFile: (_name: string, contents: Uint8Array | string): void => {
        if (typeof contents !== "string") compiled = contents;
      },
    },
  );
  if (error !== null || compiled === undefined) throw new Error(`assembly does not compile\n${stderr}`);
  return compiled;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = Buffer.from(await assemble()).toString("base64");
  writeFileSync(
    target,
    `/** Compiled from \`assembly/\` by \`npm run assemble\`: base64. */\nexport const pythonWasm =\n  "${text}";\n`,
  );
}
