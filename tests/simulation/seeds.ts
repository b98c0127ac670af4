/**
 * Every seed that ever found something, with its story. A seed tells the same story only as long as the
 * simulator draws as it did then; what was mended has a test of its own beside the mended code.
 */
export const toldSeeds: readonly {
  readonly seed: number;
  readonly story: string;
  /** How many the world had that was found; the first ones are of a time when all had one. Default 1. */
  readonly nodes?: number;
}[] = [
  {
    seed: 20,
    story: "another user signed in, and the page read their log on from where its own had ended (D3)",
  },
  {
    seed: 50,
    nodes: 3,
    story:
      "the same on a second connection while a node drained: it fed one user's page with another's log (D4)",
  },
  {
    seed: 1315,
    story: "a starting server could not read a run it had to take over, and left it streaming for ever (J5)",
  },
  {
    seed: 1017,
    story: "the same with a run whose person was being asked for an approval (J5)",
  },
  {
    seed: 1101,
    story:
      "a command's answer was lost, its repetition met a full disk: the client said nothing was written (J3)",
  },
  {
    seed: 1118,
    story: "the same over three restarts and a clock that was set back (J3)",
  },
  {
    seed: 5814,
    story: "a snapshot showed the run of a deleted thread, whose end could not be written yet (D1)",
  },
  {
    seed: 188,
    story: "a snapshot was ahead of what the node had heard of, and caught_up named an older offset (D3)",
  },
  {
    seed: 2645,
    story: "what waited in a page that was never welcomed went to the user who signed in next (D4)",
  },
  {
    seed: 5768,
    story:
      "with a clock set back, a page of history put a running answer elsewhere than its place in the log",
  },
  {
    seed: 505861,
    story: "a pass did not count the read that was handed out and not yet written: 630 KB in one socket (D5)",
  },
  {
    seed: 501783,
    story: "two questions of one millisecond: an open page put the first answer behind the second question",
  },
  {
    seed: 11837,
    story: "a thread was deleted while a snapshot was taken: its run is left out, the deletion follows",
  },
];
