import { clientLimits } from "@goldenpath/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attachmentName, fitsMessage, judgeDraft, judgeFile } from "./draft.ts";

describe("judgeDraft", () => {
  test.each([
    ["", 0, "empty"],
    [" \n ", 0, "empty"],
    ["", 1, "ready"],
    ["hello", 0, "ready"],
    ["x".repeat(clientLimits.messageCharsMax), 0, "ready"],
    ["x".repeat(clientLimits.messageCharsMax + 1), 0, "file_it"],
    ["hello", clientLimits.messagePartsMax, "too_many_files"],
  ])("%#", (text, files, verdict) => {
    expect(judgeDraft(text, files).is).toBe(verdict);
  });

  test("a text that is called ready fits its frame, whatever its characters", () => {
    const unit = fc.constantFrom("a", "語", "🙂", "\u0000", '"');
    fc.assert(
      fc.property(unit, fc.integer({ min: 1, max: 100_000 }), (character, times) => {
        const text = character.repeat(times).slice(0, clientLimits.messageCharsMax);
        const frame = JSON.stringify({ type: "send", id: "x".repeat(64), parts: [{ type: "text", text }] });
        return !fitsMessage(text) || new TextEncoder().encode(frame).length <= clientLimits.frameBytesMax;
      }),
    );
    expect(fitsMessage("語".repeat(100_000))).toBe(false);
  });
});

test("files are judged by size", () => {
  expect(judgeFile({ name: "a", size: 0 })).toMatch(/empty/);
  expect(judgeFile({ name: "a", size: clientLimits.attachmentBytesMax })).toBeUndefined();
  expect(judgeFile({ name: "a", size: clientLimits.attachmentBytesMax + 1 })).toMatch(/32 MiB/);
});

test("names are cut before their ending", () => {
  expect(attachmentName("  ", 20)).toBe("file");
  expect(attachmentName(`${"x".repeat(40)}.csv`, 20)).toBe(`${"x".repeat(16)}.csv`);
});
