import type { IncomingMessage } from "node:http";
import { limits } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress } from "../http/client-address.ts";
import { judgeOrigin } from "./origins.ts";
import { RateLimiter } from "./rate-limit.ts";
import { type IssuedTicket, MemoryTickets } from "./tickets.ts";

describe("judgeOrigin", () => {
  const origins = { own: ["http://127.0.0.1:4000"], listed: ["https://app.example.com"] };

  it.each([
    ["http://127.0.0.1:4000", null, "own"],
    ["https://app.example.com", "cross-site", "listed"],
    ["https://app.example.com.evil.example", "cross-site", "refused"],
    ["http://127.0.0.1:4001", "same-site", "refused"],
    ["https://127.0.0.1:4000", null, "refused"],
    ["null", "cross-site", "refused"],
    [null, "cross-site", "refused"],
    [null, "same-site", "refused"],
    [null, "same-origin", "absent"],
    [null, null, "absent"],
  ] as const)("Origin %s, fetched %s: %s", (origin, fetchSite, verdict) => {
    expect(judgeOrigin(origins, origin, fetchSite).is).toBe(verdict);
  });
});

describe("clientAddress", () => {
  const request = (forwarded?: string) =>
    ({
      socket: { remoteAddress: "192.0.2.1" },
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    }) as unknown as IncomingMessage;

  it.each([
    [undefined, false, "192.0.2.1"],
    ["198.51.100.7", false, "192.0.2.1"],
    ["198.51.100.7", true, "198.51.100.7"],
    ["10.9.8.7, 198.51.100.7", true, "198.51.100.7"],
    [undefined, true, "192.0.2.1"],
    ["10.9.8.7, ", true, "192.0.2.1"],
  ])("X-Forwarded-For %s, trusted: %s, is %s", (forwarded, trusted, address) => {
    expect(clientAddress(request(forwarded), trusted)).toBe(address);
  });
});

describe("RateLimiter", () => {
  it("allows at most max in each window, says when the next begins, and keeps keys apart", async () => {
    const clock = new TestClock();
    const limiter = new RateLimiter(clock);
    const rate = { max: 2, windowMs: 1_000 };
    expect(limiter.take("a", rate).is).toBe("allowed");
    await clock.advance(400);
    expect(limiter.take("a", rate).is).toBe("allowed");
    expect(limiter.take("a", rate)).toEqual({ is: "limited", afterMs: 600 });
    expect(limiter.take("b", rate).is).toBe("allowed");
    await clock.advance(600);
    expect(limiter.take("a", rate).is).toBe("allowed");
  });

  it("L1: never holds more than keysMax keys, and lets no key over its rate while it is remembered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9), fc.nat(300)), { maxLength: 60 }),
        fc.integer({ min: 10, max: 20 }),
        async (takes, keysMax) => {
          const clock = new TestClock();
          const limiter = new RateLimiter(clock, keysMax);
          const rate = { max: 3, windowMs: 1_000 };
          const allowedAt = new Map<number, number[]>();
          for (const [key, waitMs] of takes) {
            await clock.advance(waitMs);
            if (limiter.take(`k${key}`, rate).is !== "allowed") continue;
            const times = [...(allowedAt.get(key) ?? []), clock.now()];
            allowedAt.set(key, times);
            // A fixed window lets at most 2 × max through in any span of one window.
            expect(times.filter((at) => at > clock.now() - rate.windowMs).length).toBeLessThanOrEqual(6);
          }
          expect(limiter.size).toBeLessThanOrEqual(keysMax);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("L1: forgets the window that began first when it is full", async () => {
    const clock = new TestClock();
    const limiter = new RateLimiter(clock, 2);
    const rate = { max: 1, windowMs: 1_000 };
    for (const key of ["a", "b", "c"]) limiter.take(key, rate);
    expect(limiter.take("c", rate).is).toBe("limited");
    expect(limiter.take("a", rate).is).toBe("allowed");
  });

  it("L1: counts a key that comes again after its window among the newest", async () => {
    const clock = new TestClock();
    const limiter = new RateLimiter(clock, 3);
    const rate = { max: 1, windowMs: 1_000 };
    limiter.take("a", rate);
    await clock.advance(1_000);
    for (const key of ["b", "a", "c", "d"]) limiter.take(key, rate);
    expect(limiter.take("a", rate).is).toBe("limited");
    expect(limiter.take("b", rate).is).toBe("allowed");
  });
});

describe("Tickets", () => {
  it("T1: opens once, and not after its time", async () => {
    const clock = new TestClock();
    const tickets = new MemoryTickets(clock);
    const first = await tickets.issue("s1");
    const late = await tickets.issue("s1");
    expect(first?.expiresAt).toBe(clock.now() + limits.ticketMsMax);
    expect(await tickets.redeem(String(first?.ticket))).toBe("s1");
    expect(await tickets.redeem(String(first?.ticket))).toBeUndefined();
    await clock.advance(limits.ticketMsMax);
    expect(await tickets.redeem(String(late?.ticket))).toBeUndefined();
    expect(await tickets.redeem("never issued")).toBeUndefined();
  });

  it("T3: a session's newest sixteen hold; one session cannot use up the places of others", async () => {
    const clock = new TestClock();
    const tickets = new MemoryTickets(clock, 20);
    const issued: (IssuedTicket | undefined)[] = [];
    for (let count = 0; count < 40; count++) issued.push(await tickets.issue("greedy"));
    expect(await tickets.issue("modest")).toBeDefined();
    expect(await tickets.redeem(String(issued[0]?.ticket))).toBeUndefined();
    expect(await tickets.redeem(String(issued[39]?.ticket))).toBe("greedy");
  });

  it("T3: gives none beyond its bound, and some again when the old ones ran out", async () => {
    const clock = new TestClock();
    const tickets = new MemoryTickets(clock, 3);
    for (const session of ["a", "b", "c"]) expect(await tickets.issue(session)).toBeDefined();
    expect(await tickets.issue("d")).toBeUndefined();
    await clock.advance(limits.ticketMsMax);
    expect(await tickets.issue("d")).toBeDefined();
  });
});
