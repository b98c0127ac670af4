/** Within this many pixels of the end counts as being there: half a line more than a wheel's rounding. */
const slackPx = 40;

export interface ScrollPlace {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

export function isAtEnd(place: ScrollPlace): boolean {
  return place.scrollHeight - place.clientHeight - place.scrollTop <= slackPx;
}

/** Near enough to the beginning to fetch what is before it. */
export function isNearStart(place: ScrollPlace): boolean {
  return place.scrollTop < 200 && !isAtEnd(place);
}

/** What stays in view while content grows: the end, the end up to where the newest answer begins, or nothing. */
export type Following = "end" | "answer" | "nothing";

/**
 * What is followed after a scroll event. Content that grows moves the end away, and content that shrinks brings it,
 * without the person's doing. So who is at the end lets go by moving up, who reads an answer by moving at all, and
 * only moving down to the end asks for it.
 */
export function judgeScroll(following: Following, before: ScrollPlace, now: ScrollPlace): Following {
  const movedPx = now.scrollTop - before.scrollTop;
  if (isAtEnd(now)) return following === "answer" && movedPx <= 1 ? "answer" : "end";
  return movedPx < -1 || (following === "answer" && movedPx > 1) ? "nothing" : following;
}

/** Where following leads: to the end, or to where the newest answer begins when that comes first. */
export function followTo(place: ScrollPlace, beginning: number | undefined): number {
  const end = Math.max(0, place.scrollHeight - place.clientHeight);
  return beginning === undefined ? end : Math.min(end, Math.max(0, beginning));
}
