import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { isAtEnd, keepFollowing, type ScrollPlace } from "./scroll.ts";

export interface FollowEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** False while the person reads further up. */
  readonly atEnd: boolean;
  readonly jumpToEnd: () => void;
  /** Call right before older content is put on top; the first visible element then stays where it is. */
  readonly holdPlace: () => void;
}

/** What grows this soon after a click was opened by it, and must stay under the pointer. */
const openingMs = 400;

/**
 * Keeps the end in view while the person is there, and never moves anything while they are not.
 * `contentKey` changes when content was put on top. What is `empty` is read from its beginning.
 */
export function useFollowEnd(contentKey: string | undefined, empty: boolean): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const before = useRef<ScrollPlace>({ scrollTop: 0, clientHeight: 0, scrollHeight: 0 });
  const touchedAt = useRef(Number.NEGATIVE_INFINITY);
  const held = useRef<{ readonly element: Element; readonly top: number }>(undefined);
  const isEmpty = useRef(empty);
  const [atEnd, setAtEnd] = useState(true);

  useLayoutEffect(() => {
    isEmpty.current = empty;
  }, [empty]);

  const toEnd = useCallback(() => {
    const place = scroller.current;
    if (place) place.scrollTop = place.scrollHeight;
  }, []);

  useEffect(() => {
    const place = scroller.current;
    const inside = content.current;
    if (!place || !inside) return;
    const onScroll = () => {
      const now = {
        scrollTop: place.scrollTop,
        clientHeight: place.clientHeight,
        scrollHeight: place.scrollHeight,
      };
      following.current = keepFollowing(following.current, before.current, now);
      before.current = now;
      setAtEnd(following.current || isAtEnd(now));
    };
    const observer = new ResizeObserver(() => {
      if (performance.now() - touchedAt.current < openingMs) following.current = isAtEnd(place);
      else if (following.current && !isEmpty.current) toEnd();
      setAtEnd(following.current || isAtEnd(place));
    });
    const onClick = () => {
      touchedAt.current = performance.now();
    };
    inside.addEventListener("click", onClick, { capture: true });
    observer.observe(inside);
    observer.observe(place);
    place.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      place.removeEventListener("scroll", onScroll);
      inside.removeEventListener("click", onClick, { capture: true });
    };
  }, [toEnd]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the top changed
  useLayoutEffect(() => {
    const { current: anchor } = held;
    const place = scroller.current;
    held.current = undefined;
    if (!anchor || !place || following.current) return;
    place.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
  }, [contentKey]);

  const jumpToEnd = useCallback(() => {
    following.current = true;
    touchedAt.current = Number.NEGATIVE_INFINITY;
    setAtEnd(true);
    toEnd();
  }, [toEnd]);

  const holdPlace = useCallback(() => {
    const element = content.current?.querySelector("article");
    if (element) held.current = { element, top: element.getBoundingClientRect().top };
  }, []);

  return { scroller, content, atEnd, jumpToEnd, holdPlace };
}
