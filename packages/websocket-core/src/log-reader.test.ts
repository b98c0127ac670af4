import { createMemoryJournal } from "@goldenpath/journal";
import { randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { expect, test } from "vitest";
import { LogReader } from "./log-reader.ts";
import { UserLog } from "./user-log.ts";

test("caught_up names what was sent, also when a snapshot was ahead of what the node has heard of", () => {
  const clock = new TestClock();
  const log = new UserLog("u", { subscribe: () => () => undefined }, () => undefined);
  log.learnHead(76);
  const sent: string[] = [];
  const reader = new LogReader({
    journal: createMemoryJournal({ clock, makeId: randomId }),
    clock,
    log,
    offset: 78,
    bufferedBytes: () => 0,
    send: ({ text }) => void sent.push(text),
    again: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  reader.pump();
  reader.pump();
  expect(sent).toEqual(['{"type":"caught_up","head":78}']);
});
