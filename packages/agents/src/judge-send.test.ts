import { limits, type SendFrame } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { fingerprintOf, titleOf } from "./judge-send.ts";

const text = (value: string) => ({ type: "text", text: value }) as const;
const file = {
  type: "attachment",
  attachmentId: "f",
  name: "spend.csv",
  mediaType: "text/csv",
  bytes: 3,
} as const;

describe("a thread's title", () => {
  const titles: readonly (readonly [string, Parameters<typeof titleOf>[0], string])[] = [
    ["is the first message", [text("Where does it go?")], "Where does it go?"],
    ["is one line", [text("  a\n\n b\u0000\tc ")], "a b c"],
    ["is cut between words", [text("word ".repeat(40))], `${"word ".repeat(16).trim()} …`],
    ["is cut inside a word that is too long", [text("x".repeat(100))], `${"x".repeat(80)} …`],
    ["never holds half a character", [text(`${"x".repeat(79)}😀`)], `${"x".repeat(79)}\uFFFD …`],
    ["is the file's name where there is no text", [text(" "), file], "spend.csv"],
  ];
  it.each(titles)("%s (V1)", (_, parts, title) => {
    expect(titleOf(parts)).toBe(title);
    expect(title.length).toBeLessThanOrEqual(limits.titleCharsMax);
  });
});

describe("a command's fingerprint", () => {
  it("is of what is said, not of the order of its fields, and tells different sends apart (J3)", () => {
    const one: SendFrame = { type: "send", id: "1", threadId: "t", parts: [text("a"), file] };
    const { name, ...rest } = file;
    const same: SendFrame = { parts: [text("a"), { name, ...rest }], threadId: "t", id: "2", type: "send" };
    expect(fingerprintOf(same)).toBe(fingerprintOf(one));
    const others: SendFrame[] = [
      { ...one, threadId: "u" },
      { type: "send", id: "1", parts: one.parts },
      { ...one, agent: "t" },
      { ...one, parts: [text("b"), file] },
      { ...one, parts: [file, text("a")] },
      { ...one, parts: [text("a"), { ...file, attachmentId: "g" }] },
    ];
    expect(new Set([one, ...others].map(fingerprintOf)).size).toBe(others.length + 1);
  });
});
