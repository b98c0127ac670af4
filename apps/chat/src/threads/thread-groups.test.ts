import type { Thread } from "@goldenpath/protocol";
import { expect, test } from "vitest";
import { filterThreads, groupThreads, neighbour, titleOf } from "./thread-groups.ts";

const nowMs = new Date(2026, 4, 20, 12).getTime();
const thread = (id: string, title: string, hoursAgo: number): Thread => ({
  id,
  title,
  createdAt: 0,
  updatedAt: nowMs - hoursAgo * 3_600_000,
});
const threads = [thread("a", "AI spend", 1), thread("b", "Latency of search", 2), thread("c", "", 30)];

test("groups by day and keeps the order", () => {
  expect(
    groupThreads(threads, nowMs).map((group) => [group.name, group.threads.map((one) => one.id)]),
  ).toEqual([
    ["Today", ["a", "b"]],
    ["Yesterday", ["c"]],
  ]);
});

test("filters by every word", () => {
  expect(filterThreads(threads, "search LAT").map((one) => one.id)).toEqual(["b"]);
  expect(filterThreads(threads, "  ")).toEqual(threads);
  expect(filterThreads(threads, "untitled").map((one) => one.id)).toEqual(["c"]);
  expect(titleOf(threads[2] as Thread)).toBe("Untitled");
});

test("neighbours stop at the ends", () => {
  expect(neighbour(threads, "a", 1)?.id).toBe("b");
  expect(neighbour(threads, "a", -1)).toBeUndefined();
  expect(neighbour(threads, undefined, 1)?.id).toBe("a");
});
