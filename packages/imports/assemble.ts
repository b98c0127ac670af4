/**
 * Compiles `assembly/` to WebAssembly and writes it as modules, so that neither a bundler nor a worker has to find a
 * file. Run by `npm run assemble`; a test holds the two the same.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What is compiled from a file in `assembly/`: where it is written to, and what its memory is at first. */
type Assembled = { readonly source: string; readonly target: string; readonly pages: number };

export const assembled: readonly Assembled[] = [
  { source: "python", target: "src/extract/python-wasm.ts", pages: 34 },
  { source: "nesting", target: "src/extract/nesting-wasm.ts", pages: 4 },
  { source: "shingles", target: "src/rules/shingles-wasm.ts", pages: 17 },
];

/** The module that holds it. */
export async function assemble({ source, pages }: Assembled): Promise<string> {
  let compiled: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      `${source}.ts`,
      "--baseDir",
      here("assembly"),
      "--outFile",
      `${source}.wasm`,
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
      String(pages),
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
  const text = Buffer.from(compiled).toString("base64");
  return `/** Compiled from \`assembly/${source}.ts\` by \`npm run assemble\`: base64. */\nexport const ${source}Wasm =\n  "${text}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const each of assembled) writeFileSync(here(each.target), await assemble(each));
}
