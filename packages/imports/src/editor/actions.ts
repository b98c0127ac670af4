/** Code actions: the fix of a finding, all fixes of a document, and a comment that silences a finding. */

import type { Edit, Finding } from "../finding.ts";
import { Positions, type Range } from "./positions.ts";

type Json = { readonly [key: string]: unknown };

export type ActionsAsked = {
  /** Those of the document. */
  readonly findings: readonly Finding[];
  readonly range: Range;
  readonly path: string;
  readonly uriOf: (file: string) => string;
  readonly bytesOf: (file: string) => Buffer | undefined;
  readonly diagnosticOf: (finding: Finding) => Json;
};

export function codeActions(asked: ActionsAsked): readonly Json[] {
  const here = asked.findings.filter(
    (one) => one.line - 1 >= asked.range.start.line && one.line - 1 <= asked.range.end.line,
  );
  const actions: Json[] = [];
  for (const finding of here) {
    const diagnostics = [asked.diagnosticOf(finding)];
    const edit = finding.fix === undefined ? undefined : workspaceEdit(finding.fix.edits, asked);
    if (finding.fix !== undefined && edit !== undefined) {
      actions.push({ title: finding.fix.title, kind: "quickfix", diagnostics, isPreferred: true, edit });
    }
    const comment = ignoreEdit(finding, asked);
    if (comment !== undefined) {
      actions.push({
        title: `Ignore ${finding.rule} here, with a reason`,
        kind: "quickfix",
        diagnostics,
        edit: comment,
      });
    }
  }
  // What is only a note is nobody's declared will: each of these is chosen by itself.
  const meant = asked.findings.filter((one) => one.severity !== "note");
  const all = workspaceEdit(disjoint(meant.flatMap((one) => one.fix?.edits ?? [])), asked);
  if (all !== undefined) actions.push({ title: "Fix all imports", kind: "source.fixAll", edit: all });
  return actions;
}

/** Undefined when nothing is to be done or a file cannot be read. */
function workspaceEdit(edits: readonly Edit[], asked: ActionsAsked): Json | undefined {
  if (edits.length === 0) return undefined;
  const changes: Record<string, Json[]> = {};
  const positionsByFile = new Map<string, Positions>();
  for (const edit of edits) {
    let positions = positionsByFile.get(edit.file);
    if (positions === undefined) {
      const bytes = asked.bytesOf(edit.file);
      if (bytes === undefined) return undefined;
      positions = new Positions(bytes);
      positionsByFile.set(edit.file, positions);
    }
    const uri = asked.uriOf(edit.file);
    const own = changes[uri] ?? [];
    changes[uri] = own;
    own.push({ range: positions.range(edit.start, edit.end), newText: edit.text });
  }
  return { changes };
}

/** Each edit once, and the first of those that overlap: an editor refuses them together. */
function disjoint(edits: readonly Edit[]): readonly Edit[] {
  const kept: Edit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const isClear = kept.every(
      (one) =>
        one.file !== edit.file ||
        (one.end <= edit.start && (one.start < edit.start || one.text !== edit.text)),
    );
    if (isClear) kept.push(edit);
  }
  return kept;
}

function ignoreEdit(finding: Finding, asked: ActionsAsked): Json | undefined {
  const lines = asked.bytesOf(asked.path)?.toString("utf8").split("\n");
  const line = lines?.[finding.line - 1];
  if (line === undefined) return undefined;
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  const mark = /\.pyi?$/.test(asked.path) ? "#" : "//";
  const start = { line: finding.line - 1, character: 0 };
  const newText = `${indent}${mark} goldenpath-ignore ${finding.rule} -- say why\n`;
  return { changes: { [asked.uriOf(asked.path)]: [{ range: { start, end: start }, newText }] } };
}
