import type { Page } from "./journal.ts";

const pageItemsMax = 200;

/** How many items a page gets: 1 to 200. */
export function pageLimit(page: Page): number {
  return Math.max(1, Math.min(pageItemsMax, Math.trunc(page.limit) || pageItemsMax));
}
