import type { NewEvent } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { type Draft, draftCommit } from "./draft.ts";
import type { Commit } from "./journal.ts";
import { packDrafts, packOutcome, unpackDrafts, unpackOutcome, unplain } from "./sqlite-pack.ts";

function draft(commit: Commit): Draft {
  const drafted = draftCommit(commit, 77);
  if (drafted.is === "refused") throw new Error(drafted.detail);
  return drafted.draft;
}

function thought(runId: string, seq: number, text = "a thought"): NewEvent {
  const data = { thoughtId: "t", text };
  return {
    id: `${runId}.${seq}`,
    type: "agent_thinking",
    at: 5,
    threadId: "th",
    runId,
    seq,
    agent: "a",
    data,
  };
}

const run = { runId: "r", attempt: 3 };
const thread = { id: "th", title: "T", createdAt: 1, updatedAt: 1 };
const drafts: Readonly<Record<string, Draft>> = {
  plain: draft({ userId: "u", events: [thought("r", 2)], run }),
  "with line breaks and more than ASCII": draft({ userId: "ü", events: [thought("r", 3, "a\nß 漢")], run }),
  "two events": draft({ userId: "u", events: [thought("r", 4), thought("r", 5)], run }),
  "two runs": draft({
    userId: "u",
    owner: "n",
    events: [
      { ...thought("q", 1), type: "agent_started", data: { messageId: "m", label: "", attempt: 1 } },
      thought("r", 5),
    ],
    run,
  }),
  "no event": draft({ userId: "u", events: [], run }),
  "a line break in an id": draft({ userId: "u\nv", events: [thought("r", 2)], run }),
  "an end": draft({
    userId: "u",
    events: [
      {
        id: "r.6",
        type: "agent_completed",
        at: 5,
        threadId: "th",
        runId: "r",
        seq: 6,
        agent: "a",
        data: { messageId: "m", text: "", durationMs: 1 },
      },
    ],
    run,
  }),
  "a thread": draft({
    userId: "u",
    events: [{ id: "th.1", type: "thread_created", at: 5, threadId: "th", data: { thread } }],
    command: { id: "c", fingerprint: "f", result: { threadId: "th" } },
  }),
};
const objects = new Set(["two runs", "no event", "a line break in an id", "an end", "a thread"]);

describe("a group on its way to the thread", () => {
  it.each(Object.keys(drafts))("brings %s, among others, in its place", (name) => {
    const one = drafts[name];
    const plain = drafts.plain;
    if (!one || !plain) throw new Error(name);
    const group = [plain, one, plain];
    const arrived = unpackDrafts(structuredClone(packDrafts(group)));
    // When a plain one was handed in, and how large it is, is of no use to the thread.
    expect(arrived.map((one) => (one.is === "plain" ? unplain(one) : one.draft))).toEqual(
      group.map((draft) => (objects.has(name) && draft === one ? draft : { ...draft, at: 0, bytes: 0 })),
    );
  });

  it.each(Object.keys(drafts))("writes what is plain as lines, and nothing else: %s", (name) => {
    const packed = packDrafts([drafts[name] ?? draft({ userId: "", events: [] })]);
    expect(packed.objects.length).toBe(objects.has(name) ? 1 : 0);
  });

  it("brings every outcome back", () => {
    const outcomes = [
      { is: "committed", first: 9, head: 9, result: null },
      { is: "committed", first: 9, head: 9, keep: [1], result: null },
      { is: "committed", first: 9, head: 9, result: { threadId: "th" } },
      { is: "repeated", result: null },
      { is: "refused", why: "fenced", detail: "" },
      { is: "threw", message: "" },
    ] as const;
    expect(outcomes.map((outcome) => unpackOutcome(structuredClone(packOutcome(outcome)), 1))).toEqual(
      outcomes,
    );
    expect(packOutcome(outcomes[0])).toBe(9);
  });
});
