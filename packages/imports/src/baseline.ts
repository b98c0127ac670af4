import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Finding } from "./finding.ts";
import { asObject, readJsonWithComments } from "./resolve/json-with-comments.ts";

/** Known findings by identity. A count would let a new one take the place of one that was mended. */
export type Baseline = { readonly ids: ReadonlySet<string> };

export type BaselineReading =
  | { readonly ok: true; readonly baseline: Baseline | undefined }
  | { readonly ok: false; readonly message: string };

export function readBaseline(path: string): BaselineReading {
  if (!existsSync(path)) return { ok: true, baseline: undefined };
  const read = readJsonWithComments(readFileSync(path, "utf8"));
  if (read.is === "broken") return { ok: false, message: `${path} cannot be read as JSON: ${read.message}` };
  const ids = asObject(read.value)?.findings;
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== "string")) {
    return {
      ok: false,
      message: `${path} must be {"version": 1, "findings": ["…"]}; write it anew with ratchet`,
    };
  }
  return { ok: true, baseline: { ids: new Set(ids as string[]) } };
}

/** What of the baseline still holds, what is mended, and what is new. Notes fail nothing and are not kept. */
export function compareBaseline(baseline: Baseline, findings: readonly Finding[]) {
  const now = new Set<string>();
  const fresh: Finding[] = [];
  for (const finding of findings) {
    if (finding.severity === "note") continue;
    now.add(finding.id);
    if (!baseline.ids.has(finding.id)) fresh.push(finding);
  }
  const mended = [...baseline.ids].filter((id) => !now.has(id));
  return { fresh, mended, known: now.size - fresh.length };
}

export function writeBaseline(path: string, ids: Iterable<string>): void {
  writeWhole(path, `${JSON.stringify({ version: 1, findings: [...ids].sort() }, undefined, 1)}\n`);
}

/** Writes beside and renames, so that nobody ever reads half a file. Parts are written one after the other. */
export function writeWhole(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  mode?: number,
): void {
  const beside = `${path}.${process.pid}.partial`;
  const parts = Array.isArray(content)
    ? (content as readonly Uint8Array[])
    : [content as string | Uint8Array];
  const file = openSync(beside, "w", mode);
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
