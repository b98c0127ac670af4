import { useCallback, useSyncExternalStore } from "react";

/** Where the threads become a drawer; the same width stands in `shell.css`. */
export const phoneWidth = "(max-width: 760px)";

/** Whether the media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
