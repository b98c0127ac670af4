import { useCallback, useState } from "react";

/** A draft above this is kept only as long as the page is open. */
const keptCharsMax = 100_000;

/**
 * Unfinished text, kept for this tab: a reload, or a look at another thread, loses no words. The key names the
 * user as well: the next one who signs in here must not read them (D4).
 */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const name = `goldenpath.draft.${key}`;
  const [text, setText] = useState(() => readDraft(name));
  const change = useCallback(
    (next: string) => {
      setText(next);
      writeDraft(name, next);
    },
    [name],
  );
  return [text, change];
}

function readDraft(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** Storage may be full or forbidden; the text itself is in the field either way. */
function writeDraft(name: string, text: string): boolean {
  try {
    if (text === "" || text.length > keptCharsMax) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}
