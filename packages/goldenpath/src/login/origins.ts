/** Whether a browser's request comes from a page that may use this server with the visitor's cookie. */
export type OriginVerdict =
  | { readonly is: "own" }
  /** A page of another origin that the operator put on the list. */
  | { readonly is: "listed" }
  /** Not a browser's page: no Origin, and no sign of a cross-site request. */
  | { readonly is: "absent" }
  | { readonly is: "refused"; readonly origin: string };

export interface Origins {
  /** The exact origins of this server's own page; the first is the one it names itself by. */
  readonly own: readonly string[];
  readonly listed: readonly string[];
}

export function judgeOrigin(
  origins: Origins,
  origin: string | null,
  fetchSite: string | null,
): OriginVerdict {
  if (origin !== null) {
    if (origins.own.includes(origin)) return { is: "own" };
    if (origins.listed.includes(origin)) return { is: "listed" };
    return { is: "refused", origin };
  }
  // A browser that leaves out Origin still says where the request came from.
  if (fetchSite === "cross-site" || fetchSite === "same-site") return { is: "refused", origin: fetchSite };
  return { is: "absent" };
}
