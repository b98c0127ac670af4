/** What the tests use of `workspace.mjs`; the rest is for the scripts beside it. */
export function suffices(version: string): boolean;
export function holds(
  installed: Readonly<Record<string, { readonly version?: string }>>,
  wanted: Readonly<
    Record<string, { readonly version?: string; readonly link?: boolean; readonly optional?: boolean }>
  >,
): boolean;
