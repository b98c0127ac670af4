/**
 * How facts lie in memory, in messages between threads and in the cache: one row of numbers and one table of
 * strings. Every kind of fact has a section of rows of one width, so that a fact is found by its index and
 * nothing has to be read before it. `facts-codec.ts` writes packs, `facts-view.ts` reads them.
 */
export type Pack = { readonly numbers: Int32Array<ArrayBuffer>; readonly strings: string };

/** Strings as they are kept: UTF-8 with the separator between them, and the byte at which each of them begins. */
export type KeptTexts = { readonly bytes: Buffer; readonly starts: Int32Array };
/** A pack whose strings are decoded one by one when they are asked for. */
export type KeptPack = { readonly numbers: Int32Array; readonly texts: KeptTexts };

/** A pack of which the strings were never put together, for as long as it stays where it was made. */
export type LocalPack = { readonly numbers: Int32Array<ArrayBuffer>; readonly made: string[] };

/** Changes whenever the layout below, the model or an extractor's meaning changes. */
export const packVersion = 10;

/** Between strings. It cannot stand in a name; in a specifier it would be one that resolves to nothing. */
export const separator = "\u0000";

export const kinds = [
  "static",
  "re-export",
  "import-equals",
  "require",
  "dynamic",
  "mock",
  "types",
  "member",
] as const;
export const scopes = ["module", "class", "function"] as const;
export const guards = [
  "none",
  "conditional",
  "try",
  "try-raise",
  "handler",
  "suppress",
  "expected",
  "types",
  "unreachable",
] as const;
export const bindingKinds = [
  "class",
  "function",
  "variable",
  "type",
  "interface",
  "enum",
  "namespace",
  "import",
  "alias",
] as const;
export const presences = ["always", "conditional", "try", "types", "late", "deleted"] as const;
export const doors = ["bindings", "exports", "object", "unknown", "none"] as const;
export const problemKinds = ["syntax", "encoding", "unreadable", "skipped", "limit"] as const;
export const languages = ["python", "typescript"] as const;

/** The sections, in their order behind the version and their lengths. A width of 1 is a section without rows. */
export const sections = ["files", "imports", "names", "bindings", "exports", "extras"] as const;
export type Section = (typeof sections)[number];
export const widths: Readonly<Record<Section, number>> = {
  files: 11,
  imports: 13,
  names: 7,
  bindings: 9,
  exports: 9,
  extras: 1,
};
export const headerLength = 1 + sections.length;

/**
 * Offsets within a row. Kinds and the like share one number by bits; a place takes four (start, end, line,
 * column); `…At` is the index of the first row in another section, followed by how many there are. A file's
 * extras (public names, lazy names, problems, ignores) are counted lists one after the other; -1: it has none.
 */
export const fileRow = {
  path: 0,
  flags: 1,
  byteLength: 2,
  lineCount: 3,
  importsAt: 4,
  bindingsAt: 6,
  exportsAt: 8,
  extrasAt: 10,
} as const;
export const fileBits = { doors: 1, hasEffects: 4, publicNames: 5, lazy: 7, hasProblems: 9 } as const;
export const importRow = { flags: 0, specifier: 1, tryBlock: 2, statement: 3, at: 7, namesAt: 11 } as const;
export const importBits = { scope: 4, guard: 8 } as const;
export const nameRow = { name: 0, local: 1, typeOnly: 2, place: 3 } as const;
export const bindingRow = {
  name: 0,
  flags: 1,
  importIndex: 2,
  nameIndex: 3,
  target: 4,
  place: 5,
} as const;
export const bindingBits = { presence: 4, isAsync: 8, isState: 9 } as const;
export const exportRow = { name: 0, local: 1, importIndex: 2, imported: 3, typeOnly: 4, place: 5 } as const;
