import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "./baseline.ts";
import { cacheFolder, makeCacheFolder, type Stamp, stampOf } from "./cache.ts";
import { packVersion } from "./facts-layout.ts";
import type { Report } from "./finding.ts";
import { asObject, type JsonValue } from "./resolve/json-with-comments.ts";
import type { Tree } from "./walk.ts";

/**
 * The last report, kept whole: when nothing has changed that could change it, it is the answer.
 *
 * R1 The key holds size and time of every source, of every manifest and TypeScript configuration, of every
 *    folder (files that appear or go change it), all settings, and what this code is: another release may find
 *    something else. Any difference means that the run is made.
 * R2 As with facts: what changed within the last two seconds is not trusted to stay as it is.
 */
const reportName = "imports.report.json";
const freshMs = 2000;

/** Undefined when the report may not be kept (R2). `code` is the URL of the file that is run. */
export function reportKey(
  root: string,
  tree: Tree,
  stamps: ReadonlyMap<string, Stamp>,
  settings: JsonValue,
  nowMs: number,
  code: string = import.meta.url,
): string | undefined {
  const hash = createHash("sha256");
  const ownPath = fileURLToPath(code);
  const own = [ownPath, stampOf(dirname(ownPath), basename(ownPath)) ?? null];
  hash.update(JSON.stringify([packVersion, process.version, own, settings]));
  let latest = 0;
  const made = madeFolder(root);
  const add = (path: string, stamp: Stamp | undefined): void => {
    hash.update(`${path}\n${stamp?.size ?? -1} ${stamp?.changedMs ?? 0}\n`);
    if (path !== made) latest = Math.max(latest, stamp?.changedMs ?? 0);
  };
  for (const path of tree.files) add(path, stamps.get(path));
  for (const path of [...tree.folders, ...tree.manifests, ...tree.settings]) add(path, stampOf(root, path));
  return nowMs - latest > freshMs ? hash.digest("hex") : undefined;
}

/**
 * The folder of what is kept is made before the root is looked at, which it changes: made afterwards, it would
 * make the first report useless. The answer is the root's path in the tree when that has just been done.
 */
function madeFolder(root: string): string | undefined {
  try {
    return makeCacheFolder(root) === "made" ? "" : undefined;
  } catch {
    // A read-only tree keeps no report.
    return undefined;
  }
}

export function readReport(
  root: string,
  key: string,
): { report: Report; mended: readonly string[] } | undefined {
  const path = join(root, cacheFolder, reportName);
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as JsonValue;
    const value = asObject(kept);
    if (value?.key !== key || asObject(value.report)?.version !== 1 || !Array.isArray(value.mended))
      return undefined;
    return { report: value.report as unknown as Report, mended: value.mended as string[] };
  } catch {
    // A torn file is as good as none.
    return undefined;
  }
}

export function writeReport(root: string, key: string, report: Report, mended: readonly string[]): void {
  try {
    makeCacheFolder(root);
    writeWhole(join(root, cacheFolder, reportName), JSON.stringify({ key, report, mended }));
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
  }
}
