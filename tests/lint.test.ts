/** The linter's configuration rejects what would fail in silence: an empty catch, and a promise nobody hears. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const biome = fileURLToPath(new URL("../node_modules/.bin/biome", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-lint-"));
  copyFileSync(new URL("../biome.json", import.meta.url), join(folder, "biome.json"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lints a file with the repository's own configuration, in a folder that is no git clone. */
function lint(source: string): { readonly status: number | null; readonly said: string } {
  writeFileSync(join(folder, "snippet.ts"), source);
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(biome, ["lint", "--vcs-enabled=false", "snippet.ts"], options);
  return { status, said: stdout + stderr };
}

const work = "async function work(): Promise<void> {\n  await Promise.resolve();\n}\n";

it.each([
  [
    "an empty catch",
    'export function f(): void {\n  try {\n    JSON.parse("");\n  } catch {}\n}\n',
    "noEmptyBlockStatements",
  ],
  [
    "a rejection that is swallowed",
    `${work}export const f = (): Promise<void> => work().catch(() => {});\n`,
    "noEmptyBlockStatements",
  ],
  ["a promise that nobody hears", `${work}export function f(): void {\n  work();\n}\n`, "noFloatingPromises"],
  ["an any", "export const f = (value: any): unknown => value;\n", "noExplicitAny"],
])("rejects %s", (_what, source, rule) => {
  const { status, said } = lint(source);
  expect(said).toContain(rule);
  expect(status).toBe(1);
});

it("takes the same with an answer", () => {
  const heard = `${work}export function f(failed: (error: unknown) => void): void {\n  work().catch(failed);\n}\n`;
  expect(lint(heard).said).toContain("No fixes applied");
  expect(lint(heard).status).toBe(0);
});
