import { useSyncExternalStore } from "react";

/** `system` follows the device. `public/theme.js` applies the kept choice before the first paint. */
export type Theme = "system" | "light" | "dark";

export const themes: readonly Theme[] = ["system", "light", "dark"];

const key = "goldenpath.theme";
const changed = "goldenpath:theme";

function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  keep(key, theme === "system" ? undefined : theme);
  dispatchEvent(new Event(changed));
}

export function useTheme(): Theme {
  return useSyncExternalStore((call) => {
    addEventListener(changed, call);
    return () => removeEventListener(changed, call);
  }, current);
}

/** Storage may be full or forbidden: then a choice lasts as long as the page does. */
export function keep(name: string, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
}

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}
