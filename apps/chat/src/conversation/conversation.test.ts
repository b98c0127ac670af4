import type { Message } from "@goldenpath/protocol";
import { describe, expect, test } from "vitest";
import { announce } from "./announcement.ts";
import { followTo, isAtEnd, isNearStart, judgeScroll } from "./scroll.ts";

const answer: Message = {
  id: "m1",
  threadId: "t1",
  role: "assistant",
  at: 0,
  parts: [],
  status: "streaming",
  agent: "analyst",
};
const text = (words: string): Message => ({ ...answer, parts: [{ type: "text", text: words }] });

describe("announce", () => {
  test("says start, writing once, and the finished answer as a whole", () => {
    const said: string[] = [];
    let heard = announce(undefined, []).heard;
    const states: Message[] = [
      answer,
      text("The"),
      text("The total"),
      text("The total is **12**."),
      { ...text("The total is **12**."), status: "completed" },
    ];
    for (const state of states) {
      const next = announce(heard, [state]);
      heard = next.heard;
      said.push(...next.texts);
    }
    expect(said).toEqual([
      "analyst has started.",
      "analyst is writing the answer.",
      "analyst finished. The total is 12.",
    ]);
  });

  test("an answer that goes on after an interruption says so, once", () => {
    const said: string[] = [];
    let { heard } = announce(announce(undefined, []).heard, [text("The to")]);
    for (const state of [
      { ...answer, attempt: 2 },
      { ...text("The total"), attempt: 2 },
      { ...text("The total is 12."), attempt: 2, status: "completed" as const },
    ]) {
      const next = announce(heard, [state]);
      heard = next.heard;
      said.push(...next.texts);
    }
    expect(said).toEqual([
      "Interrupted and continued. analyst has started.",
      "analyst is writing the answer.",
      "analyst finished. The total is 12.",
    ]);
  });

  test("an opened thread is not read out, nor are older messages that load later", () => {
    const old: Message = { ...text("Old."), status: "completed" };
    const first = announce(undefined, [old, { ...answer, id: "m2" }]);
    expect(first.texts).toEqual([]);
    expect(announce(first.heard, [{ ...old, id: "m0" }, old]).texts).toEqual([]);
  });

  test("the first answer of a thread that was just begun is read, however quick it was", () => {
    const quick: Message = { ...text("Four."), status: "completed" };
    const first = announce(undefined, [quick], true);
    expect(first.texts).toEqual(["analyst finished. Four."]);
    expect(announce(first.heard, [quick]).texts).toEqual([]);
  });

  test("failures and stops are said", () => {
    const { heard } = announce(announce(undefined, []).heard, [answer]);
    const failed: Message = {
      ...answer,
      status: "failed",
      failure: { code: "run_timeout", message: "Too slow." },
    };
    expect(announce(heard, [failed]).texts).toEqual(["analyst failed. Too slow."]);
    expect(announce(heard, [{ ...answer, status: "cancelled" }]).texts).toEqual(["analyst was stopped."]);
  });
});

describe("following the end", () => {
  const at = (scrollTop: number, scrollHeight = 1_000) => ({ scrollTop, scrollHeight, clientHeight: 400 });

  test.each([
    ["at the end", "end", at(600), at(600), "end"],
    ["content grew below", "end", at(600), at(600, 1_400), "end"],
    ["the person scrolled up", "end", at(600), at(450), "nothing"],
    ["reading above while content grows", "nothing", at(300), at(300, 1_400), "nothing"],
    ["the person came back", "nothing", at(300), at(590), "end"],
    ["content grew below an answer's beginning", "answer", at(600), at(600, 1_400), "answer"],
    ["content shrank to an answer's beginning", "answer", at(600), at(500, 900), "answer"],
    ["the person read on from an answer's beginning", "answer", at(300, 1_400), at(500, 1_400), "nothing"],
    ["the person went from there to the end", "answer", at(300), at(600), "end"],
    ["the person scrolled up from there", "answer", at(300, 1_400), at(100, 1_400), "nothing"],
  ] as const)("%s", (_name, following, before, now, expected) => {
    expect(judgeScroll(following, before, now)).toBe(expected);
  });

  test("leads to the end, but past no answer's beginning", () => {
    expect(followTo(at(0), undefined)).toBe(600);
    expect(followTo(at(0), 700)).toBe(600);
    expect(followTo(at(0), 250)).toBe(250);
    expect(followTo(at(0), -16)).toBe(0);
    expect(followTo(at(0, 300), 250)).toBe(0);
  });

  test("a page that fits is at its end", () => {
    expect(isAtEnd({ scrollTop: 0, clientHeight: 400, scrollHeight: 300 })).toBe(true);
    expect(isNearStart({ scrollTop: 0, clientHeight: 400, scrollHeight: 300 })).toBe(false);
  });

  test("older messages are due near the start", () => {
    expect(isNearStart(at(150))).toBe(true);
    expect(isNearStart(at(250))).toBe(false);
  });
});
