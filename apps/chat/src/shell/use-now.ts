import { useEffect, useState } from "react";

/** The time, moving while `ticking`. */
export function useNow(ticking: boolean, everyMs = 500): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    setNowMs(Date.now());
    const handle = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(handle);
  }, [ticking, everyMs]);
  return nowMs;
}
