import type { Committed } from "@goldenpath/journal";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Signal } from "./bus.ts";
import {
  decodeCommitted,
  decodeNotices,
  decodeSignal,
  encodeCommitted,
  encodeNotices,
  subjectToken,
  userOfToken,
} from "./bus-message.ts";

const committed = fc
  .record({
    userId: fc.string({ unit: "binary" }),
    epoch: fc.stringMatching(/^[0-9a-f]{1,64}$/),
    first: fc.nat().map((n) => n + 1),
    events: fc.array(fc.json()),
  })
  .map((one): Committed => ({ ...one, head: one.first + one.events.length - 1 }));

const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({ is: fc.constant("session_ended"), sessionId: fc.string() } as const),
  fc.record({ is: fc.constant("run_taken"), runId: fc.string(), attempt: fc.nat() } as const),
  fc.record({ is: fc.constant("run_left"), runId: fc.string() } as const),
  fc.record({
    is: fc.constant("approval_decided"),
    approvalId: fc.string(),
    decision: fc.constantFrom("approve", "reject"),
  } as const),
);

test("a commit comes out as it went in, with and without its events", () => {
  fc.assert(
    fc.property(committed, (one) => {
      expect(decodeCommitted(one.userId, encodeCommitted(one))).toEqual(one);
    }),
  );
});

test("signals and growth come out as they went in, in payloads that NOTIFY takes, and not at who said them", () => {
  const users = fc.string({ maxLength: 64 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ userId: users, signal }), { maxLength: 300 }),
      fc.array(committed, { maxLength: 300 }),
      (signals, grown) => {
        const payloads = encodeNotices("me", signals, grown);
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
        const heard = payloads.flatMap((payload) => decodeNotices("other", payload));
        expect(heard).toEqual([
          ...signals.map((one) => ({ is: "signal", ...one })),
          ...grown.map(({ userId, epoch, head }) => ({
            is: "grown",
            committed: { userId, epoch, first: head + 1, head, events: [] },
          })),
        ]);
        expect(payloads.flatMap((payload) => decodeNotices("me", payload))).toEqual([]);
      },
    ),
    { numRuns: 50 },
  );
});

test("what is not one of ours is nothing", () => {
  for (const text of ["", "x", "1 2", "1 3 e\n{}", "null", "[]", '{"is":"session_ended"}', "1 1 e"]) {
    expect(decodeCommitted("u", text)).toBeUndefined();
    expect(decodeSignal(text)).toBeUndefined();
    expect(decodeNotices("me", text)).toEqual([]);
  }
  fc.assert(
    fc.property(fc.json(), (text) => {
      decodeSignal(text);
      decodeNotices("me", text);
    }),
  );
});

test("a user's id becomes one token of a subject, and no other id becomes the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (userId) => {
      const token = subjectToken(userId);
      expect(token).toMatch(/^[A-Za-z0-9_=-]*$/);
      expect(userOfToken(token)).toBe(userId);
    }),
  );
});
