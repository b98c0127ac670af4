import { expect, test } from "vitest";
import { CommitQueue, type WaitingCommit } from "./commit-queue.ts";
import { threadCreated } from "./contract-fixture.ts";
import { type Draft, draftCommit } from "./draft.ts";
import { type CommitOutcome, commitBytesMax, commitsWaitingMax } from "./journal.ts";

const committed: CommitOutcome = { is: "repeated", result: null };

/** A queue that commits its first group when the test says so, and the others at once. */
function open() {
  const sizes: number[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const queue = new CommitQueue(async (group: readonly WaitingCommit[]) => {
    sizes.push(group.length);
    await released;
    for (const { settle } of group) settle(committed);
  });
  return { queue, sizes, release };
}

function draftOf(events: number, bytes?: number): Draft {
  const drafted = draftCommit(
    { userId: "ann", events: Array.from({ length: events }, (_, n) => threadCreated(`t${n}`)) },
    1,
  );
  if (drafted.is === "refused") throw new Error(drafted.detail);
  return bytes === undefined ? drafted.draft : { ...drafted.draft, bytes };
}

test("G1: what comes in one turn is one group, and what comes while it is under way is the next", async () => {
  const { queue, sizes, release } = open();
  const first = [queue.add(draftOf(1)), queue.add(draftOf(1))];
  await Promise.resolve();
  const second = [1, 2, 3].map(() => queue.add(draftOf(1)));
  expect(sizes).toEqual([2]);
  release();
  await queue.idle();
  expect(sizes).toEqual([2, 3]);
  expect(await Promise.all([...first, ...second])).toEqual(Array(5).fill(committed));
});

test("G2: a group is closed at 256 events, or at 1 MiB; a single larger commit goes alone", async () => {
  const sizesOf = async (drafts: readonly Draft[]) => {
    const { queue, sizes, release } = open();
    release();
    await Promise.all(drafts.map((draft) => queue.add(draft)));
    return sizes;
  };
  const kib = 1024;
  expect(await sizesOf([200, 56, 1].map((events) => draftOf(events)))).toEqual([2, 1]);
  expect(await sizesOf([1, 600, 1].map((events) => draftOf(events)))).toEqual([1, 1, 1]);
  expect(await sizesOf([700, 324, 1].map((size) => draftOf(1, size * kib)))).toEqual([2, 1]);
  expect(await sizesOf([1, 4_000, 1].map((size) => draftOf(1, size * kib)))).toEqual([1, 1, 1]);
});

test.each([
  ["number", draftOf(1), commitsWaitingMax],
  ["bytes", draftOf(1, commitBytesMax), 4],
])("G4: what waits is bounded in %s, and there is room again when it was refused", async (_, draft, max) => {
  const { queue, sizes, release } = open();
  const fill = () => Array.from({ length: max }, () => queue.add(draft));
  const full = { is: "refused", why: "unavailable" };
  const first = fill();
  expect(await queue.add(draft)).toMatchObject(full);
  queue.refuseWaiting("The database is away.");
  const second = fill();
  expect(await queue.add(draft)).toMatchObject(full);
  release();
  const underWay = sizes[0] ?? 0;
  const outcomes = await Promise.all(first);
  expect(outcomes.slice(0, underWay)).toEqual(Array(underWay).fill(committed));
  const away = { ...full, detail: "The database is away." };
  expect(outcomes.slice(underWay)).toEqual(Array(max - underWay).fill(away));
  expect(await Promise.all(second)).toEqual(Array(max).fill(committed));
  expect(await queue.add(draft)).toEqual(committed);
});
