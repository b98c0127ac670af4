import type { Json } from "@goldenpath/protocol";

/** One line that hints at a value: `by: "team", limit: 5`. At most `charsMax` long. */
export function previewJson(value: Json | undefined, charsMax = 120): string {
  if (value === undefined) return "";
  const joined =
    isRecord(value) && Object.keys(value).length > 0
      ? Object.entries(value)
          .slice(0, 12)
          .map(([key, entry]) => `${key}: ${inline(entry, charsMax)}`)
          .join(", ")
      : inline(value, charsMax);
  const text = joined.replace(/\s*[\r\n]\s*/g, " ");
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}

function inline(value: Json, charsMax: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, charsMax));
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== "object" || entry === null) && value.length <= 4) {
      return `[${value.map((entry) => inline(entry, charsMax)).join(", ")}]`;
    }
    return value.length === 1 ? "[1 item]" : `[${value.length} items]`;
  }
  if (isRecord(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "{}" : `{${keys.slice(0, 4).join(", ")}${keys.length > 4 ? ", …" : ""}}`;
  }
  return String(value);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Indented JSON. A text value stays text, because that is how its tool wrote it. */
export function prettyJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
