/** Figures as people read them. Pure: locale, time and time zone come from the platform's `Intl`. */

/** 40 → "40 ms", 1530 → "1.5 s", 75_000 → "1 min 15 s". */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 1536 → "1.5 KiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"] as const;
  let value = bytes / 1_024;
  let unit = 0;
  while (value >= 1_023.95 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${units[unit]}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** "1 tool", "3 tools". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A clock time today, else a date: what a list of threads has room for. */
export function formatWhen(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const now = new Date(nowMs);
  if (at.toDateString() === now.toDateString()) {
    return at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  }
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString(
    undefined,
    sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" },
  );
}

/** The group a thread stands under in the list. */
export function dayGroup(atMs: number, nowMs: number): "Today" | "Yesterday" | "Last 7 days" | "Earlier" {
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  if (atMs >= midnight.getTime()) return "Today";
  const dayMs = 86_400_000;
  if (atMs >= midnight.getTime() - dayMs) return "Yesterday";
  if (atMs >= midnight.getTime() - 7 * dayMs) return "Last 7 days";
  return "Earlier";
}
