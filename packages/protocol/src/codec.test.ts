import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeClientFrame, errorFrame, eventsFrame, limits } from "./index.ts";

function codeOf(text: string): string {
  const decoded = decodeClientFrame(text);
  return decoded.ok ? decoded.frame.type : decoded.error.code;
}

const send = { type: "send", id: "c1", parts: [{ type: "text", text: "hello" }] };

describe("decodeClientFrame", () => {
  it("reads every frame of the specification", () => {
    const frames = [
      { type: "hello", client: "test" },
      { type: "hello", client: "test", cursor: { epoch: "e", offset: 0 }, ticket: "t" },
      send,
      { ...send, threadId: "t1", agent: "analyst" },
      { type: "cancel", id: "c2", runId: "r" },
      { type: "resolve", id: "c3", approvalId: "a", decision: "reject" },
      { type: "refresh", token: "t" },
      { type: "ack", offset: 7 },
      { type: "pong" },
    ];
    for (const frame of frames) expect(decodeClientFrame(JSON.stringify(frame))).toEqual({ ok: true, frame });
  });

  it.each([
    ["", "bad_frame"],
    ["nonsense", "bad_frame"],
    ["null", "bad_frame"],
    ["[]", "bad_frame"],
    ["{}", "unknown_type"],
    ['{"type":"start_agent"}', "unknown_type"],
    ['{"type":"constructor"}', "unknown_type"],
    ['{"type":"__proto__"}', "unknown_type"],
    ['{"type":["send"]}', "unknown_type"],
    ['{"type":"send"}', "bad_frame"],
    [JSON.stringify({ ...send, userId: "someone" }), "bad_frame"],
    [JSON.stringify({ ...send, id: "" }), "bad_frame"],
    [JSON.stringify({ ...send, id: "x".repeat(65) }), "bad_frame"],
    [JSON.stringify({ ...send, id: "white space" }), "bad_frame"],
    [JSON.stringify({ ...send, parts: "text" }), "bad_frame"],
    [JSON.stringify({ ...send, parts: Array(17).fill(send.parts[0]) }), "bad_frame"],
    ['{"type":"ack","offset":-1}', "bad_frame"],
    ['{"type":"ack","offset":1.5}', "bad_frame"],
    ['{"type":"ack","offset":1e300}', "bad_frame"],
    ['{"type":"resolve","id":"a","approvalId":"b","decision":"maybe"}', "bad_frame"],
    [`{"type":"pong","deep":${"[".repeat(40)}${"]".repeat(40)}}`, "bad_frame"],
    ["[".repeat(200_000), "bad_frame"],
    [JSON.stringify({ ...send, parts: [{ type: "text", text: "x".repeat(300_000) }] }), "frame_too_large"],
    [JSON.stringify({ ...send, parts: [{ type: "text", text: "€".repeat(100_000) }] }), "frame_too_large"],
  ])("refuses %.60s with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("names the command and the field, where they can be read", () => {
    const decoded = decodeClientFrame('{"type":"cancel","id":"c9"}');
    expect(decoded).toMatchObject({
      ok: false,
      error: { id: "c9", message: expect.stringContaining("runId") },
    });
  });

  it("takes brackets inside strings for text", () => {
    expect(codeOf(JSON.stringify({ ...send, parts: [{ type: "text", text: '\\"[[['.repeat(50) }] }))).toBe(
      "send",
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), mutatedFrame), (text) => {
        const decoded = decodeClientFrame(text);
        expect(decoded.ok || decoded.error.code.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A valid frame with some of its characters changed, dropped or doubled. */
const mutatedFrame = fc
  .tuple(
    fc.constantFrom(JSON.stringify(send), '{"type":"ack","offset":3}'),
    fc.array(fc.tuple(fc.nat(), fc.string())),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [at, insert]) => {
      const place = at % (edited.length + 1);
      return edited.slice(0, place) + insert + edited.slice(place + (at % 3));
    }, text),
  );

describe("server frames", () => {
  it("splices serialised events into one frame", () => {
    expect(JSON.parse(eventsFrame(['{"offset":1}', '{"offset":2}']))).toEqual({
      type: "events",
      events: [{ offset: 1 }, { offset: 2 }],
    });
  });

  it("carries the table's retry in an error", () => {
    expect(errorFrame("rate_limited", undefined, "c1", 50)).toMatchObject({
      id: "c1",
      retry: "later",
      afterMs: 50,
    });
    expect(errorFrame("not_found").message).not.toBe("");
    expect(limits.framesBurstMax).toBeGreaterThan(limits.framesPerSecondMax);
  });
});
