/** What a user may keep in attachments when nothing else is said. */
export const attachmentBytesTotalMax = 1024 * 1024 * 1024;
/** Counted for each attachment beside its bytes, so that many empty ones are bounded as well. */
const overheadBytes = 1024;

export function attachmentCost(bytes: number): number {
  return bytes + overheadBytes;
}

/** `kept` is the cost of all the user's attachments so far. */
export function attachmentFits(kept: number, bytes: number, totalMax: number): boolean {
  return kept + attachmentCost(bytes) <= totalMax;
}
