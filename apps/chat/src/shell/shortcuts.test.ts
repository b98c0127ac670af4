import { expect, test } from "vitest";
import { type KeyPress, shortcutOf, shortcuts } from "./shortcuts.ts";

const plain: KeyPress = {
  key: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  writing: false,
};
const pressOf = (keys: readonly string[], mod: "ctrlKey" | "metaKey"): KeyPress => ({
  ...plain,
  [mod]: keys.includes("Mod"),
  altKey: keys.includes("Alt"),
  shiftKey: keys.includes("Shift") || keys.includes("?"),
  key: { "↑": "ArrowUp", "↓": "ArrowDown" }[keys.at(-1) ?? ""] ?? keys.at(-1) ?? "",
});

test.each(shortcuts.map((entry) => [entry.keys.join("+"), entry] as const))(
  "%s does what help says",
  (_keys, entry) => {
    expect(shortcutOf(pressOf(entry.keys, "ctrlKey"))).toBe(entry.name);
    expect(shortcutOf(pressOf(entry.keys, "metaKey"))).toBe(entry.name);
  },
);

test("plain characters are text while the person writes", () => {
  expect(shortcutOf({ ...plain, key: "?", shiftKey: true, writing: true })).toBeUndefined();
  expect(shortcutOf({ ...plain, key: "/", writing: true })).toBeUndefined();
  expect(shortcutOf({ ...plain, key: "k", ctrlKey: true, writing: true })).toBe("search");
});

test("the browser keeps its own shortcuts", () => {
  for (const key of ["c", "v", "r", "t", "n"]) {
    expect(shortcutOf({ ...plain, key, ctrlKey: true })).toBeUndefined();
  }
});
