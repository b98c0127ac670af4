import type { ReactNode } from "react";
import { useNow } from "../shell/use-now.ts";

/** The seconds since a moment, counting. The server's clock may differ, so it never goes below zero. */
export function Elapsed({ sinceMs }: { readonly sinceMs: number }): ReactNode {
  const nowMs = useNow(true, 1_000);
  return <span className="elapsed">{Math.max(0, Math.round((nowMs - sinceMs) / 1_000))} s</span>;
}
