import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { check } from "../check.ts";
import { type Config, defaultConfig } from "../config.ts";
import type { Finding, Report } from "../finding.ts";
import type { CheckOptions } from "../summary.ts";

/** A tree on disk that lives as long as `use` runs. */
export async function withTree<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (root: string) => Promise<T> | T,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "goldenpath-imports-"));
  try {
    for (const [path, content] of Object.entries(files)) writeBelow(root, path, content);
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Writes a file, and the folders that lead to it. */
export function writeBelow(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const ticksMax = 1_000_000;

/** Ends when the clock of the file system has moved on: what changes afterwards has another time. */
export function awaitTick(root: string): void {
  const probe = join(root, "..", `${basename(root)}.tick`);
  const time = (): number => {
    writeFileSync(probe, "");
    return statSync(probe).ctimeMs;
  };
  const before = time();
  try {
    for (let count = 0; count < ticksMax; count++) if (time() !== before) return;
    throw new Error("the clock of the file system stands still");
  } finally {
    rmSync(probe);
  }
}

/** Checks a tree on disk. Time stands still, and the day is given. */
export async function checkTree(
  root: string,
  config: Partial<Config> = {},
  options: Partial<Omit<CheckOptions, "root" | "config">> = {},
): Promise<Report> {
  const result = await check({
    root,
    config: { ...defaultConfig, ...config },
    paths: [],
    useBaseline: false,
    now: () => 0,
    today: "2026-01-01",
    ...options,
  });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

/** `rule file:line symbol` of every finding, for comparison. */
export function brief(findings: readonly Finding[], rule?: string): string[] {
  return findings
    .filter((each) => rule === undefined || each.rule.startsWith(rule))
    .map((each) => `${each.severity} ${each.rule} ${each.file}:${each.line} ${each.symbol || each.module}`);
}

export async function checkFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  config: Partial<Config> = {},
  options: Pick<Partial<CheckOptions>, "today"> = {},
): Promise<readonly Finding[]> {
  return withTree(files, async (root) => (await checkTree(root, config, options)).findings);
}
