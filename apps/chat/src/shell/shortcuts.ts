/** Every shortcut of the page: the help dialog lists this table, and `shortcutOf` decides by it. */
export type ShortcutName = "help" | "compose" | "new_thread" | "search" | "previous" | "next" | "stop";

export interface Shortcut {
  readonly name: ShortcutName;
  /** As people read it; `Mod` is ⌘ on Apple's machines and Ctrl elsewhere. */
  readonly keys: readonly string[];
  readonly does: string;
}

export const shortcuts: readonly Shortcut[] = [
  { name: "compose", keys: ["/"], does: "Write a message" },
  { name: "new_thread", keys: ["Mod", "Shift", "O"], does: "New thread" },
  { name: "search", keys: ["Mod", "K"], does: "Search threads" },
  { name: "previous", keys: ["Alt", "↑"], does: "Previous thread" },
  { name: "next", keys: ["Alt", "↓"], does: "Next thread" },
  { name: "stop", keys: ["Mod", "."], does: "Stop the answer" },
  { name: "help", keys: ["?"], does: "Show this list" },
];

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Whether the person is writing: then plain characters are text. */
  readonly writing: boolean;
}

export function shortcutOf(press: KeyPress): ShortcutName | undefined {
  const mod = press.ctrlKey || press.metaKey;
  const key = press.key.toLowerCase();
  if (mod && !press.altKey) {
    if (press.shiftKey) return key === "o" ? "new_thread" : undefined;
    if (key === "k") return "search";
    if (key === ".") return "stop";
    return undefined;
  }
  if (press.altKey && !mod && !press.shiftKey) {
    if (key === "arrowup") return "previous";
    if (key === "arrowdown") return "next";
    return undefined;
  }
  if (press.writing || mod || press.altKey) return undefined;
  if (key === "?") return "help";
  if (key === "/") return "compose";
  return undefined;
}
