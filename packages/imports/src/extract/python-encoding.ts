import { isUtf8 } from "node:buffer";

/** PEP 263: a comment in the first two lines. */
export function declaresOtherEncoding(content: Buffer): boolean {
  const head = content.toString("latin1", 0, Math.min(content.length, 400)).split(/\r\n|\r|\n/, 2);
  for (const line of head) {
    const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
    if (declared !== undefined) return !/^utf[-_]?8/i.test(declared);
    if (!/^[ \t\f]*(#.*)?$/.test(line)) return false;
  }
  return false;
}

/** The line in which the first bytes stand that are no UTF-8. */
export function firstBadLine(content: Buffer): { line: number } {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = content.indexOf(0x0a, start);
    const stop = end < 0 ? content.length : end;
    if (end < 0 || !isUtf8(content.subarray(start, stop))) return { line };
    start = end + 1;
    line++;
  }
}
