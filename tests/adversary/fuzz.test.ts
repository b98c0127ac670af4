/**
 * Structured noise, in frames and in requests, from somebody who knows every id of the bystander: the server
 * does not fall, answers with codes, tells nothing foreign, and goes on serving. fast-check prints the seed
 * of a failure.
 */
import { closeCodes, errorCodes, limits, type ServerFrame } from "@goldenpath/protocol";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;
/** Ids that exist, the bystander's and the fuzzer's own; ids that do not; and what is no id. */
let ids: string[];
const faults: unknown[] = [];
const fault = (error: unknown) => faults.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", fault);
  process.on("uncaughtExceptionMonitor", fault);
  stage = await openStage();
  person = await stage.person();
  const line = await person.line();
  const own = await line.ask("hello", "echo");
  const waiting = await line.ask("approve", "approver");
  const { data } = await line.event("approval_requested", waiting.runId);
  const { threadId, messageId, runId, waitingRunId, approvalId, attachmentId } = stage.bystander;
  const foreign = [threadId, messageId, runId, waitingRunId, approvalId, attachmentId];
  ids = [
    ...foreign,
    own.threadId,
    own.runId,
    data.approvalId,
    "nowhere",
    "__proto__",
    "a".repeat(65),
    "",
    "\0",
  ];
});
afterAll(async () => {
  process.off("unhandledRejection", fault);
  process.off("uncaughtExceptionMonitor", fault);
  await stage.close();
});
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
  expect(faults).toEqual([]);
});

const anId = () => fc.constantFrom(...ids);
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: "binary", maxLength: 50 }));
/** The right thing mostly, so that the noise gets past the first check. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: right, weight: 6 }, { arbitrary: anything, weight: 1 });

const textPart = fc.record({
  type: mostly(fc.constant("text")),
  text: mostly(fc.string({ unit: "binary" })),
});
const filePart = () =>
  fc.record({
    type: fc.constant("attachment"),
    attachmentId: mostly(anId()),
    name: mostly(fc.string()),
    mediaType: mostly(fc.constant("text/csv")),
    bytes: mostly(fc.nat(100)),
  });

const frame = (): fc.Arbitrary<object> => {
  const commandId = mostly(fc.oneof(fc.constantFrom("c1", "c2"), fc.uuid()));
  const send = fc.record(
    {
      type: fc.constant("send"),
      id: commandId,
      threadId: mostly(anId()),
      agent: mostly(fc.constantFrom("echo", "echo", "throws", "answers-nothing", "nobody")),
      parts: mostly(fc.array(fc.oneof(textPart, textPart, filePart()), { minLength: 1, maxLength: 3 })),
    },
    { requiredKeys: ["type", "id", "parts"] },
  );
  const fair = fc.record(
    {
      type: fc.constant("send"),
      id: fc.oneof(fc.constantFrom("c1", "c2"), fc.uuid()),
      agent: fc.constantFrom("echo", "echo", "caller", "throws", "answers-nothing", "floats"),
      parts: fc.tuple(
        fc.record({ type: fc.constant("text"), text: fc.string({ unit: "binary", minLength: 1 }) }),
      ),
    },
    { noNullPrototype: true },
  );
  return fc.oneof(
    { arbitrary: fair, weight: 4 },
    { arbitrary: send, weight: 3 },
    fc.record({ type: fc.constant("cancel"), id: commandId, runId: mostly(anId()) }),
    fc.record({
      type: fc.constant("resolve"),
      id: commandId,
      approvalId: mostly(anId()),
      decision: mostly(fc.constantFrom("approve", "reject")),
    }),
    fc.record({ type: fc.constant("ack"), offset: mostly(fc.integer()) }),
    fc.record({ type: fc.constant("refresh"), token: anything }),
    fc.record({ type: fc.constant("hello"), client: anything, cursor: anything }, { requiredKeys: ["type"] }),
    fc.dictionary(fc.string(), fc.jsonValue()),
  );
};

type Said =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "bytes"; readonly bytes: Uint8Array }
  | { readonly is: "binary"; readonly bytes: Uint8Array };

const said = (): fc.Arbitrary<Said> => {
  const text = frame().map((value) => JSON.stringify(value));
  const cut = fc.tuple(text, fc.nat(200)).map(([whole, at]) => whole.slice(0, at));
  const bytes = fc.uint8Array({ maxLength: 64 });
  return fc.oneof(
    { arbitrary: text.map((one): Said => ({ is: "text", text: one })), weight: 12 },
    { arbitrary: cut.map((one): Said => ({ is: "text", text: one })), weight: 2 },
    fc.string({ unit: "binary" }).map((one): Said => ({ is: "text", text: one })),
    bytes.map((one): Said => ({ is: "bytes", bytes: one })),
    bytes.map((one): Said => ({ is: "binary", bytes: one })),
  );
};

function speak(line: Line, one: Said): Promise<void> {
  if (one.is === "text") return line.text(one.text);
  return one.is === "bytes" ? line.text(one.bytes) : line.binary(one.bytes);
}

function judgeFrames(frames: readonly ServerFrame[], foreignThread: string): void {
  for (const one of frames) {
    if (one.type === "error") {
      expect(Object.keys(errorCodes)).toContain(one.code);
      // A fault of the server's own is a finding, whatever was said.
      expect(one.code, JSON.stringify(one)).not.toBe("internal");
      expect(one.message.length).toBeGreaterThan(0);
    }
    if (one.type === "events") for (const event of one.events) expect(event.threadId).not.toBe(foreignThread);
  }
}

/** A live connection says that there is no such run; noise may have closed it before. */
const ends: readonly (string | number)[] = [
  "not_found",
  "hello_required",
  1007,
  closeCodes.hello_required.code,
  closeCodes.bad_hello.code,
];

describe("noise", () => {
  it("in frames: each is answered or closes with a code, and a run that starts ends", async () => {
    let started = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(said(), { maxLength: 12, size: "max" }),
        fc.boolean(),
        async (all, greeted) => {
          const line = person.silent();
          await line.opened;
          if (greeted) await line.hello();
          for (const one of all) await speak(line, one);
          // Commands are carried out in order: the last one's answer stands behind all the others'.
          const outcome = await line.command({ type: "cancel", id: "last", runId: "nowhere" }).then(
            (answer) => (answer.type === "error" ? answer.code : answer.type),
            () => line.closed().then(({ code }) => code),
          );
          expect(ends).toContain(outcome);
          for (const event of [...line.events]) {
            if (event.type === "agent_started") await line.end(event.runId ?? "").catch(() => undefined);
          }
          started += line.events.filter((event) => event.type === "agent_started").length;
          judgeFrames(line.frames, stage.bystander.threadId);
          line.hangUp();
        },
      ),
      { numRuns: 250, interruptAfterTimeLimit: 8_000 },
    );
    expect(started).toBeGreaterThan(10);
    // A run outlives the socket that asked for it; every one of them ends.
    const line = await person.line();
    for (const run of (await line.frame("snapshot")).activeRuns) {
      if (run.agent !== "approver") await line.end(run.runId ?? "");
    }
  });

  it("in requests: each is answered with a status below 500", async () => {
    const segment = () =>
      fc.oneof(
        fc.constantFrom(
          "threads",
          "messages",
          "attachments",
          "tickets",
          "me",
          "agents",
          "auth",
          "..",
          "admin",
        ),
        anId().map(encodeURIComponent),
        fc.string({ unit: "binary", maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
        fc.constantFrom("%", "%zz", "%2e%2e", "%00"),
      );
    const path = () =>
      fc.oneof(
        fc.array(segment(), { maxLength: 4 }).map((parts) => `/api/${parts.join("/")}`),
        anId().map((id) => `/api/threads/${encodeURIComponent(id)}`),
        anId().map((id) => `/api/threads/${encodeURIComponent(id)}/messages`),
        anId().map((id) => `/api/attachments/${encodeURIComponent(id)}`),
        fc.array(segment(), { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
      );
    const query = fc.dictionary(
      fc.constantFrom("limit", "before", "id", "__proto__", "userId"),
      fc.string({ unit: "binary", maxLength: 10 }).map((text) => text.toWellFormed()),
    );
    const headerText = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
    const request = fc.record({
      method: fc.constantFrom("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"),
      path: path(),
      query,
      headers: fc.record(
        {
          "content-type": fc.oneof(
            fc.constantFrom("application/json", "text/csv", "multipart/form-data"),
            headerText,
          ),
          "x-file-name": headerText,
          "sec-fetch-site": fc.constantFrom("cross-site", "same-origin", "none"),
          "if-none-match": headerText,
          range: headerText,
          accept: headerText,
        },
        { requiredKeys: [] },
      ),
      body: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
        fc.record({ title: anything }).map((value) => JSON.stringify(value)),
        fc.uint8Array({ maxLength: 200 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path: where, query: asked, headers, body }) => {
        const bare = method === "GET" || method === "HEAD";
        const search = new URLSearchParams(asked).toString();
        // Not `//x`, which would name another server.
        const target = `${where.replace(/^\/+/, "/")}${search && `?${search}`}`;
        const answer = await person.request(target, { method, headers, ...(!bare && { body }) });
        expect(answer.status, `${method} ${target}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
      }),
      { numRuns: 400, interruptAfterTimeLimit: 8_000 },
    );
    expect((await person.get("/api/me")).status).toBe(200);
  });

  it("in many small requests at once does not slow another user's socket down to a stop", async () => {
    const line = await person.line();
    for (let at = 0; at < limits.framesBurstMax - 10; at++) await line.text(`{"type":"noise${at}"}`);
    const requests = Array.from({ length: 100 }, (_, at) => person.get(`/api/threads/none-${at}`));
    await stage.proveUnharmed();
    expect(new Set((await Promise.all(requests)).map((answer) => answer.status))).toEqual(new Set([404]));
  });
});
