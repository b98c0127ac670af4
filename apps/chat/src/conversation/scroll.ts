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

/**
 * Whether to keep following the end after a scroll event. Content that grows moves the end away without
 * the person's doing, so only moving up lets go.
 */
export function keepFollowing(following: boolean, before: ScrollPlace, now: ScrollPlace): boolean {
  if (isAtEnd(now)) return true;
  return following && now.scrollTop >= before.scrollTop - 1;
}
