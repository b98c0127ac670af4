/**
 * Structured noise, in frames and in requests, from somebody who knows every id of the bystander: the server
 * does not fall, answers with codes, tells nothing foreign, keeps nothing, and goes on serving. 20,000 inputs
 * here; `npm run fuzz -- --inputs 1000000` is the long form. fast-check prints the seed of a failure.
 */
import { randomInt } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { closeCodes, errorCodes, limits, type ServerFrame } from "@goldenpath/protocol";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { type Ids, noisyFrame, noisyRequest, type Said } from "./noise.ts";
import { type NoiseNode, openNoiseNode } from "./noise-node.ts";
import { bystanderSecret, openStage, type Person, type Stage } from "./stage.ts";

const inputs = Number(process.env.FUZZ_INPUTS ?? 20_000);
const seed = Number(process.env.FUZZ_SEED ?? randomInt(1, 1_000_000_000));
const requestsInAll = Math.round(inputs / 8);
const framesInAll = inputs - requestsInAll;
/** Between two looks at what the node holds. */
const framesPerRound = 5_000;
/** Fits what a user may send at once, with what the test itself says. */
const framesPerLineMax = 40;
/** Against a hang alone: a long run on a busy machine takes what it takes. */
const minutesMax = 10 + inputs / 2_000;
/** A long run says now and then how far it is. */
const toldEvery = 50_000;

const faults: unknown[] = [];
const fault = (error: unknown) => faults.push(error);
beforeAll(() => {
  console.log(`FUZZ_SEED=${seed}`);
  process.on("unhandledRejection", fault);
  process.on("uncaughtExceptionMonitor", fault);
});
afterAll(() => {
  process.off("unhandledRejection", fault);
  process.off("uncaughtExceptionMonitor", fault);
});
afterEach(() => expect(faults).toEqual([]));

const noIds = ["nowhere", "__proto__", "a".repeat(65), "", "\0"];

function speak(line: Line, one: Said): Promise<void> {
  if (one.is === "text") return line.text(one.text);
  return one.is === "bytes" ? line.text(one.bytes) : line.binary(one.bytes);
}

function judgeFrames(frames: readonly ServerFrame[]): void {
  for (const one of frames) {
    if (one.type !== "error") continue;
    expect(Object.keys(errorCodes)).toContain(one.code);
    // A fault of the server's own is a finding, whatever was said.
    expect(one.code, JSON.stringify(one)).not.toBe("internal");
    expect(one.message.length).toBeGreaterThan(0);
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

/** What is left when everybody has gone: memory in use after a collection, and what keeps the process alive. */
function held(): { readonly heapBytes: number; readonly resources: number } {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return { heapBytes: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length };
}

describe("noise in frames", () => {
  let node: NoiseNode;
  let bystander: Line;
  let foreign: string[];
  let users = 0;
  beforeAll(async () => {
    node = await openNoiseNode();
    bystander = await node.line("bystander").hello();
    const { threadId, messageId, runId } = await bystander.ask(bystanderSecret, "echo");
    await bystander.end(runId);
    const waiting = await bystander.ask(bystanderSecret, "approver", threadId);
    const { data } = await bystander.event("approval_requested", waiting.runId);
    foreign = [threadId, messageId, runId, waiting.runId, data.approvalId];
  });
  afterAll(() => node.close());

  /** One user, who has a run of their own that waits for them, and then says all this. */
  async function hear(all: readonly Said[], greeted: boolean): Promise<number> {
    const userId = `user-${++users}`;
    const heard = (text: string) => expect(text.includes(bystanderSecret), text.slice(0, 300)).toBe(false);
    const first = await node.line(userId, heard).hello();
    const own = await first.ask("mine", "approver");
    const { data } = await first.event("approval_requested", own.runId);
    const line = node.line(userId, heard);
    await line.opened;
    if (greeted) await line.hello();
    let said = 0;
    for (const one of all) {
      if (line.isClosed) break;
      const text =
        one.is !== "text"
          ? undefined
          : one.text
              .replaceAll("{thread}", own.threadId)
              .replaceAll("{run}", own.runId)
              .replaceAll("{approval}", data.approvalId);
      await speak(line, text === undefined ? one : { is: "text", text });
      said++;
    }
    // Commands are carried out in order: the last one's answer stands behind all the others'.
    const outcome = await line.command({ type: "cancel", id: "last", runId: "nowhere" }).then(
      (answer) => (answer.type === "error" ? answer.code : answer.type),
      () => line.closed().then(({ code }) => code),
    );
    expect(ends).toContain(outcome);
    judgeFrames(line.frames);
    // A run outlives the socket that asked for it; every one of them ends.
    await first.command({ type: "cancel", id: "own", runId: own.runId });
    for (const event of [...first.events]) {
      if (event.type === "agent_started") await first.end(event.runId ?? "");
    }
    first.hangUp();
    line.hangUp();
    return said;
  }

  it(
    "is answered or closes with a code, every run that starts ends, and nothing is kept",
    async () => {
      const ids: Ids = ["{thread}", "{thread}", "{run}", "{approval}", ...foreign, ...noIds];
      const lines = fc.tuple(
        fc.array(noisyFrame(ids), { minLength: 1, maxLength: framesPerLineMax, size: "max" }),
        fc.boolean(),
      );
      let early: ReturnType<typeof held> | undefined;
      let said = 0;
      for (let round = 0; said < framesInAll; round++) {
        const until = Math.min(framesInAll, said + framesPerRound);
        expect(round).toBeLessThan(10 + (4 * framesInAll) / framesPerRound);
        await fc.assert(
          fc.asyncProperty(lines, async ([all, greeted]) => {
            said += await hear(all, greeted);
          }),
          // A line says about twenty frames; a round that falls short is followed by another.
          { seed: seed + round, numRuns: Math.ceil((until - said) / 20) },
        );
        const { runId } = await bystander.ask("Are you well?", "echo");
        expect((await bystander.end(runId)).type).toBe("agent_completed");
        await expect
          .poll(() => node.core.stats(), { timeout: 10_000 })
          .toMatchObject({ connections: 1, users: 1 });
        expect(node.faults).toEqual([]);
        early ??= held();
        if (said % toldEvery < framesPerRound) console.log(`${said} of ${framesInAll} frames`);
      }
      const late = held();
      expect(late.resources - (early?.resources ?? 0)).toBeLessThanOrEqual(5);
      // What the first round warmed up is not counted; what each later line would leave behind is.
      expect(late.heapBytes - (early?.heapBytes ?? 0)).toBeLessThan(8 * 1024 * 1024 + 20 * framesInAll);
    },
    minutesMax * 60_000,
  );
});

describe("noise in requests", () => {
  let stage: Stage;
  let person: Person;
  let ids: Ids;
  beforeAll(async () => {
    stage = await openStage();
    person = await stage.person();
    const line = await person.line();
    const own = await line.ask("hello", "echo");
    const { threadId, messageId, runId, waitingRunId, approvalId, attachmentId } = stage.bystander;
    const foreign = [threadId, messageId, runId, waitingRunId, approvalId, attachmentId];
    ids = [own.threadId, own.runId, ...foreign, ...noIds];
  });
  afterAll(() => stage.close());
  afterEach(async () => {
    person.hangUp();
    await stage.proveUnharmed();
  });

  it(
    "is answered with a status below 500",
    async () => {
      // Each within what one user may ask in a minute, if the machine is as fast as that.
      const perPerson = 1_000;
      for (let asked = 0; asked < requestsInAll; asked += perPerson) {
        const somebody = await stage.person();
        await fc.assert(
          fc.asyncProperty(noisyRequest(ids), async ({ method, target, headers, body }) => {
            const bare = method === "GET" || method === "HEAD";
            const answer = await somebody.request(target, { method, headers, ...(!bare && { body }) });
            expect(answer.status, `${method} ${target}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
          }),
          { seed: seed + asked, numRuns: Math.min(perPerson, requestsInAll - asked) },
        );
        expect((await somebody.get("/api/me")).status).toBe(200);
        await stage.proveUnharmed();
        if (asked > 0 && asked % toldEvery === 0) console.log(`${asked} of ${requestsInAll} requests`);
      }
    },
    minutesMax * 60_000,
  );

  it("in many small requests at once does not slow another user's socket down to a stop", async () => {
    const line = await person.line();
    for (let at = 0; at < limits.framesBurstMax - 10; at++) await line.text(`{"type":"noise${at}"}`);
    const requests = Array.from({ length: 100 }, (_, at) => person.get(`/api/threads/none-${at}`));
    await stage.proveUnharmed();
    expect(new Set((await Promise.all(requests)).map((answer) => answer.status))).toEqual(new Set([404]));
  });
});
