import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const bundleBytesMax = 8 * 1024;

/** What a page downloads for it: one minified file, React left out because the page has its own. */
async function bundle(
  entry: string,
): Promise<{ readonly bytes: number; readonly modules: readonly string[] }> {
  const build = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: "browser",
    external: ["react"],
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  expect(output).toHaveLength(1);
  return { bytes: gzipSync(output[0].code, { level: 9 }).length, modules: Object.keys(output[0].modules) };
}

test("the client fits in 8 KiB gzipped, and brings no schema library", async () => {
  const { bytes, modules } = await bundle("./index.ts");
  expect(bytes).toBeLessThanOrEqual(bundleBytesMax);
  expect(modules.filter((path) => !/\/packages\/(protocol|client)\/src\//.test(path))).toEqual([]);
  expect(modules.some((path) => path.endsWith("/protocol/src/schema.ts"))).toBe(false);
});

test("the hooks add little, and no second React", async () => {
  const { bytes } = await bundle("./react.ts");
  expect(bytes).toBeLessThanOrEqual(1_200);
});
