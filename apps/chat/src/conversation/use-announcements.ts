import type { Message } from "@goldenpath/protocol";
import { useEffect, useRef, useState } from "react";
import { takeBegun } from "../route.ts";
import { announce, type Heard } from "./announcement.ts";

/** The newest thing a screen reader should say about these messages; begins once they are `loaded`. */
export function useAnnouncements(messages: readonly Message[], loaded: boolean): string {
  const heard = useRef<Heard>(undefined);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!loaded) return;
    const begun = heard.current === undefined && messages.length > 0 && takeBegun();
    const next = announce(heard.current, messages, begun);
    heard.current = next.heard;
    if (next.texts.length > 0) setSaid(next.texts.join(" "));
  }, [messages, loaded]);
  return said;
}
