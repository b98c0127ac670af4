/**
 * Whether two values are the same JSON, as `isDeepStrictEqual` would say of them; that one also minds what JSON
 * never holds, and took a tenth of all the simulator's time.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!isSameJson(a[at], b[at])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  let fields = 0;
  for (const name in left) {
    if (!Object.hasOwn(right, name) || !isSameJson(left[name], right[name])) return false;
    fields++;
  }
  for (const _ in right) fields--;
  return fields === 0;
}
