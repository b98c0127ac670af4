/** The question that is asked about a specifier, and the answers to it, in absolute paths. */

export type Location =
  /** `asAsset`: a query (`?raw`, `?worker`) makes something else of the file than its module. */
  | { readonly is: "path"; readonly path: string; readonly asAsset?: boolean }
  | { readonly is: "builtin"; readonly name: string }
  | {
      readonly is: "external";
      readonly package: string;
      readonly isDeclared: boolean;
      readonly isInstalled: boolean | undefined;
    }
  | { readonly is: "missing"; readonly tried: readonly string[]; readonly nearest: string }
  | { readonly is: "unknown"; readonly why: string; readonly ambient?: string };

export type Asking = {
  /** Absolute path of the file that asks. */
  readonly from: string;
  readonly specifier: string;
  /** `require` and `import =` go by other conditions than `import`. */
  readonly isRequire: boolean;
};
