import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "./baseline.ts";
import {
  cacheFolder,
  isAsRead,
  isFresh,
  makeCacheFolder,
  type ReadStamp,
  type Stamp,
  stampOf,
} from "./cache.ts";
import { packVersion } from "./facts-layout.ts";
import type { Report, Severity } from "./finding.ts";
import type { Look } from "./look.ts";
import { jsonPieces } from "./report/json.ts";
import { asObject, type JsonValue } from "./resolve/json-with-comments.ts";

/**
 * The last report, kept whole: when nothing has changed that could change it, it is the answer.
 *
 * R1 The key holds size and time of every source, of every manifest and TypeScript configuration, of every
 *    folder (files that appear or go change it), all settings, and what this code is: another release may find
 *    something else. Any difference means that the run is made.
 *    What else was read on the way (a configuration that one names, of whatever name) stands in the report's head,
 *    as it was before it was read.
 * R2 As with facts: what changed within two seconds before the look, or later, is not trusted to be what was read.
 */
const reportName = "imports.report.json";

/** What this code is. `code` is the URL of the file that is run. */
export function codeOf(code: string = import.meta.url): readonly (JsonValue | Stamp | null)[] {
  const path = fileURLToPath(code);
  return [packVersion, process.version, path, stampOf(dirname(path), basename(path)) ?? null];
}

/**
 * R1, but for what is read on the way. Undefined when the report may not be kept (R2). `beside` are paths of what is
 * read, or listed, beside the tree; `code` is the URL of the file that is run.
 */
export function reportKey(
  root: string,
  { tree, stamps, lookedMs, hasMadeFolder }: Look,
  settings: JsonValue,
  beside: readonly string[],
  code: string = import.meta.url,
): string | undefined {
  const said = [JSON.stringify([...codeOf(code), settings])];
  let latest = 0;
  const add = (path: string, stamp: Stamp | undefined): void => {
    said.push(`${path}\n${stamp?.size ?? -1} ${stamp?.changedMs ?? 0}`);
    // Keeping it changes the root, which would make the first report useless.
    if (path !== "" || !hasMadeFolder) latest = Math.max(latest, stamp?.changedMs ?? 0);
  };
  for (const path of tree.files) add(path, stamps.get(path));
  for (const path of [...tree.folders, ...tree.manifests, ...tree.settings, ...beside])
    add(path, stamps.get(path) ?? stampOf(root, path));
  if (isFresh(latest, lookedMs)) return undefined;
  return createHash("sha256").update(said.join("\n")).digest("hex");
}

/** A report as it was kept: its JSON format, which most who ask again want, and what the exit code depends on. */
export type KeptReport = {
  readonly mended: readonly string[];
  readonly worst: Severity | undefined;
  /** The JSON format in pieces of whole lines, each with its last newline, without reading what it says. */
  readonly pieces: (durationMs: number) => Iterable<Uint8Array>;
  readonly parse: (durationMs: number) => Report;
};

export function readReport(root: string, key: string): KeptReport | undefined {
  const path = join(root, cacheFolder, reportName);
  if (!existsSync(path)) return undefined;
  try {
    const bytes = readFileSync(path);
    const headEnd = bytes.indexOf(newline);
    const head = asObject(JSON.parse(bytes.toString("utf8", 0, headEnd)) as JsonValue);
    const body = bytes.subarray(headEnd + 1);
    if (head?.key !== key || head.bytes !== body.length || !Array.isArray(head.mended)) return undefined;
    if (!Array.isArray(head.reads) || !(head.reads as unknown as ReadStamp[]).every(isAsRead))
      return undefined;
    const lineAt = body.indexOf(durationKey);
    const lineEnd = body.indexOf(newline, lineAt);
    if (lineAt < 0 || lineEnd < 0) return undefined;
    return {
      mended: head.mended as string[],
      worst: head.worst as Severity | undefined,
      pieces: function* (durationMs) {
        yield body.subarray(0, lineAt);
        yield Buffer.from(`${durationKey}${durationMs},\n`);
        yield body.subarray(lineEnd + 1);
      },
      parse: (durationMs) => ({ ...(JSON.parse(body.toString("utf8")) as Report), durationMs }),
    };
  } catch {
    // A torn file is as good as none.
    return undefined;
  }
}

const newline = 0x0a;
const durationKey = '  "durationMs": ';

/**
 * Keeps the report, and hands on the pieces of its JSON format, which were made for that. `reads` is what was read
 * beside the sources, `lookedMs` when the tree was looked at.
 */
export function writeReport(
  root: string,
  key: string,
  { report, mended, worst }: Pick<KeptReport, "mended" | "worst"> & { readonly report: Report },
  reads: readonly ReadStamp[],
  lookedMs: number,
): readonly Uint8Array[] {
  const parts = [...jsonPieces(report)].map((piece) => Buffer.from(`${piece}\n`));
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  if (reads.some(([, , changedMs]) => isFresh(changedMs, lookedMs))) return parts;
  try {
    makeCacheFolder(root);
    const head = Buffer.from(`${JSON.stringify({ key, bytes, worst, mended, reads })}\n`);
    writeWhole(join(root, cacheFolder, reportName), [head, ...parts]);
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
  }
  return parts;
}
