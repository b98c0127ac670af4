/** What a connection may be told: every frame that is not one, before and after hello. */
import { closeCodes, type ErrorFrame, limits } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await openStage();
  person = await stage.person();
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

async function stillAnswers(line: Line): Promise<void> {
  const { runId } = await line.ask("hello", "echo");
  expect((await line.end(runId)).type).toBe("agent_completed");
}

function helpful(error: ErrorFrame): void {
  expect(error.message.length).toBeGreaterThan(10);
  expect(error.message.length).toBeLessThan(400);
  expect(error.retry).toBeTypeOf("string");
}

const send = { type: "send", id: "s1", parts: [{ type: "text", text: "hi" }] };

describe("a live connection", () => {
  it.each([
    ["not JSON", "hello?", "bad_frame"],
    ["nothing", "", "bad_frame"],
    ["null", "null", "bad_frame"],
    ["a number", "1e999", "bad_frame"],
    ["an array", "[]", "bad_frame"],
    ["two frames", '{"type":"pong"}{"type":"pong"}', "bad_frame"],
    ["no type", "{}", "unknown_type"],
    ["a type that is no text", '{"type":["pong"]}', "unknown_type"],
    ["an unknown type", '{"type":"subscribe","channel":"all"}', "unknown_type"],
    ["a type of the server's", '{"type":"welcome"}', "unknown_type"],
    ["a name of Object's", '{"type":"__proto__"}', "unknown_type"],
    ["another one", '{"type":"constructor"}', "unknown_type"],
    ["too deep", `${"[".repeat(50_000)}${"]".repeat(50_000)}`, "bad_frame"],
    ["an unknown field", JSON.stringify({ ...send, userId: "someone-else" }), "bad_frame"],
    ["a polluted field", '{"type":"pong","__proto__":{"type":"pong"}}', "bad_frame"],
    ["no id", JSON.stringify({ ...send, id: undefined }), "bad_frame"],
    ["an id with spaces", JSON.stringify({ ...send, id: "a b" }), "bad_frame"],
    ["an id that is too long", JSON.stringify({ ...send, id: "x".repeat(65) }), "bad_frame"],
    ["an id with a NUL", JSON.stringify({ ...send, id: "a\0b" }), "bad_frame"],
    ["parts that are no list", JSON.stringify({ ...send, parts: "hi" }), "bad_frame"],
    ["too many parts", JSON.stringify({ ...send, parts: Array(17).fill(send.parts[0]) }), "bad_frame"],
    ["a part of an agent's", JSON.stringify({ ...send, parts: [{ type: "tool" }] }), "bad_frame"],
    ["text that is none", JSON.stringify({ ...send, parts: [{ type: "text", text: 7 }] }), "bad_frame"],
    ["a negative ack", '{"type":"ack","offset":-1}', "bad_frame"],
    ["an ack of the future", '{"type":"ack","offset":9007199254740991}', "bad_frame"],
    ["an ack beyond numbers", '{"type":"ack","offset":1e300}', "bad_frame"],
    [
      "a decision that is none",
      '{"type":"resolve","id":"r","approvalId":"a","decision":"maybe"}',
      "bad_frame",
    ],
    ["a ticket of nobody's", '{"type":"refresh","token":"x"}', "unauthenticated"],
    ["a second hello", '{"type":"hello","client":"again"}', "hello_repeated"],
  ])("answers %s with a code and goes on", async (_what, text, code) => {
    const line = await person.line();
    const error = await line.refused(() => line.text(text));
    expect(error.code).toBe(code);
    helpful(error);
    await stillAnswers(line);
  });

  it("answers a frame over frameBytesMax, and a message over messageCharsMax, and goes on", async () => {
    const line = await person.line();
    const big = await line.refused(() =>
      line.text(JSON.stringify({ ...send, pad: "x".repeat(limits.frameBytesMax) })),
    );
    expect(big.code).toBe("frame_too_large");
    helpful(big);
    const long = { ...send, parts: [{ type: "text", text: "x".repeat(limits.messageCharsMax + 1) }] };
    const message = await line.command(long);
    expect(message).toMatchObject({ type: "error", id: "s1", code: "message_too_large", retry: "never" });
    await stillAnswers(line);
  });

  it("closes a 10 MB paste with 1009, before it read it; the user comes back", async () => {
    const line = await person.line();
    await line.text(JSON.stringify({ ...send, parts: [{ type: "text", text: "x".repeat(10_000_000) }] }));
    expect((await line.closed()).code).toBe(1009);
    await stillAnswers(await person.line());
  });

  it("closes bad UTF-8 with 1007; the user comes back", async () => {
    const line = await person.line();
    await line.text(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]));
    expect((await line.closed()).code).toBe(1007);
    await stillAnswers(await person.line());
  });

  it("answers binary frames, also empty ones, and goes on", async () => {
    const line = await person.line();
    for (const bytes of [Buffer.from(JSON.stringify(send)), Buffer.alloc(0), Buffer.alloc(500_000, 0xff)]) {
      const error = await line.refused(() => line.binary(bytes));
      expect(error.code).toBe("binary_frame");
      helpful(error);
    }
    await stillAnswers(line);
  });

  it("slows a flood down with afterMs, and ends one that does not stop", async () => {
    const line = await person.line();
    const error = await line.refused(async () => {
      for (let at = 0; at < limits.framesBurstMax + 5; at++) await line.say({ type: "pong" });
    });
    expect(error).toMatchObject({ code: "rate_limited", retry: "later" });
    expect(error.afterMs).toBeGreaterThan(0);
    for (let at = 0; at < 3 * limits.framesBurstMax; at++) await line.text("garbage");
    expect((await line.closed()).code).toBe(closeCodes.flooding.code);
  });

  it("keeps lone surrogates and NUL in a message as they are, for everybody who reads it", async () => {
    const line = await person.line();
    const text = "a\u0000b \ud800 c \u202e d";
    const { runId, threadId } = await line.ask(text, "echo");
    expect((await line.end(runId)).type).toBe("agent_completed");
    const { messages } = (await person.get(`/api/threads/${threadId}/messages`)).body as {
      messages: { parts: { text: string }[] }[];
    };
    expect(messages[0]?.parts[0]?.text).toBe(text);
    expect((await person.get(`/api/threads/${threadId}`)).status).toBe(200);
    const again = await person.line();
    expect((await again.frame("snapshot")).threads.some((thread) => thread.id === threadId)).toBe(true);
  });
});

describe("a connection that has not said hello", () => {
  it.each([
    ["a send", JSON.stringify(send), "hello_required", "hello_required"],
    ["a pong", '{"type":"pong"}', "hello_required", "hello_required"],
    ["garbage", "garbage", "bad_frame", "bad_hello"],
    ["a hello of the wrong shape", '{"type":"hello"}', "bad_frame", "bad_hello"],
    [
      "a hello with a cursor that is none",
      '{"type":"hello","client":"x","cursor":{"epoch":"e","offset":-1}}',
      "bad_frame",
      "bad_hello",
    ],
    ["an unknown type", '{"type":"login"}', "unknown_type", "bad_hello"],
  ] as const)("answers %s with a code, and closes with one", async (_what, text, code, reason) => {
    const line = person.silent();
    await line.text(text);
    expect((await line.closed()).code).toBe(closeCodes[reason].code);
    expect(line.frames.map((frame) => frame.type)).toEqual(["error"]);
    expect(line.frames[0]).toMatchObject({ code });
  });

  it("answers a binary hello with a code, and closes", async () => {
    const line = person.silent();
    await line.binary(Buffer.from('{"type":"hello","client":"x"}'));
    expect((await line.closed()).code).toBe(closeCodes.bad_hello.code);
    expect(line.frames[0]).toMatchObject({ type: "error", code: "binary_frame" });
  });

  it("handles nothing of what comes with hello from nobody", async () => {
    const line = person.silent({ cookie: "" });
    await line.say({ type: "hello", client: "x" });
    await line.say(send);
    expect((await line.closed()).code).toBe(closeCodes.unauthenticated.code);
    expect(line.frames).toEqual([]);
  });

  it("two hellos at once join once", async () => {
    const line = person.silent();
    await line.say({ type: "hello", client: "x" });
    await line.say({ type: "hello", client: "x" });
    expect((await line.frame("error")).code).toBe("hello_repeated");
    await stillAnswers(line);
    expect(line.frames.filter((frame) => frame.type === "welcome")).toHaveLength(1);
  });

  it.each([
    ["of another epoch", { epoch: "another", offset: 1 }],
    ["of the future", { offset: 9_007_199_254_740_991 }],
  ])("gives a cursor %s a snapshot", async (_what, cursor) => {
    const first = await person.line();
    const { epoch } = await first.frame("welcome");
    const line = await person.silent().hello({ epoch, ...cursor });
    expect(line.frames.map((frame) => frame.type).slice(0, 2)).toEqual(["welcome", "snapshot"]);
    await stillAnswers(line);
  });
});
