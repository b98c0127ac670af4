import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Following, followTo, isAtEnd, judgeScroll, type ScrollPlace } from "./scroll.ts";

export interface FollowEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** False while there is more below. */
  readonly atEnd: boolean;
  readonly jumpToEnd: () => void;
  /** Call when something was asked: goes to the end, and later shows the answer from its beginning. */
  readonly awaitAnswer: () => void;
  /** Call right before older content is put on top; the first visible element then stays where it is. */
  readonly holdPlace: () => void;
}

/** What grows this soon after a click was opened by it, and must stay under the pointer. */
const openingMs = 400;

/** What is left free above an answer that is shown from its beginning. */
const beginningPx = 8;

/**
 * Keeps the end in view while the person is there, and never moves anything while they are not. The newest answer is
 * not carried past its own beginning: who asked reads it from there, however fast it grows. What is `empty` is read
 * from its beginning too. `contentKey` changes when content was put on top.
 */
export function useFollowEnd(contentKey: string | undefined, empty: boolean): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef<Following>("answer");
  /** Where following led last; a scroll event from there is our own doing. */
  const aimed = useRef(0);
  const before = useRef<ScrollPlace>({ scrollTop: 0, clientHeight: 0, scrollHeight: 0 });
  const touchedAt = useRef(Number.NEGATIVE_INFINITY);
  const held = useRef<{ readonly element: Element; readonly top: number }>(undefined);
  const isEmpty = useRef(empty);
  const [atEnd, setAtEnd] = useState(true);

  useLayoutEffect(() => {
    isEmpty.current = empty;
  }, [empty]);

  const become = useCallback((what: Following) => {
    following.current = what;
    // The browser holds the place of who reads; who follows is moved by nobody but us.
    if (scroller.current) scroller.current.style.overflowAnchor = what === "nothing" ? "auto" : "none";
  }, []);

  const follow = useCallback(() => {
    const place = scroller.current;
    if (!place) return;
    const target = followTo(place, following.current === "answer" ? beginningIn(place) : undefined);
    place.scrollTop = target;
    aimed.current = place.scrollTop;
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
      if (now.scrollTop !== aimed.current || following.current === "nothing")
        become(judgeScroll(following.current, before.current, now));
      before.current = now;
      setAtEnd(following.current === "end" || isAtEnd(now));
    };
    become(following.current);
    const observer = new ResizeObserver(() => {
      if (performance.now() - touchedAt.current < openingMs) become(isAtEnd(place) ? "end" : "nothing");
      else if (following.current !== "nothing" && !isEmpty.current) follow();
      setAtEnd(isEmpty.current || following.current === "end" || isAtEnd(place));
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
  }, [become, follow]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the top changed
  useLayoutEffect(() => {
    const { current: anchor } = held;
    const place = scroller.current;
    held.current = undefined;
    if (!anchor || !place || following.current !== "nothing") return;
    place.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
  }, [contentKey]);

  const go = useCallback(
    (what: Following) => {
      become(what);
      touchedAt.current = Number.NEGATIVE_INFINITY;
      setAtEnd(true);
      follow();
    },
    [become, follow],
  );
  const jumpToEnd = useCallback(() => go("end"), [go]);
  const awaitAnswer = useCallback(() => go("answer"), [go]);

  const holdPlace = useCallback(() => {
    const element = content.current?.querySelector("article");
    if (element) held.current = { element, top: element.getBoundingClientRect().top };
  }, []);

  return { scroller, content, atEnd, jumpToEnd, awaitAnswer, holdPlace };
}

/** Where the newest answer begins, when the newest thing is an answer. */
function beginningIn(place: HTMLElement): number | undefined {
  const answer = [...place.querySelectorAll("article")].at(-1)?.querySelector(".answer-body");
  if (!answer) return undefined;
  const below = answer.getBoundingClientRect().top - place.getBoundingClientRect().top;
  return place.scrollTop + below - beginningPx;
}
