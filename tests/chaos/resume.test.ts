/** Coming back after a long time or with a strange cursor: real sockets, a real process, a database of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultTrimLimits, openSqliteJournal } from "@goldenpath/journal";
import { type Cursor, limits, type NewEvent, randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Line } from "../adversary/line.ts";
import { TcpProxy } from "../servers/proxy.ts";
import { freePort, ServerProcess } from "../servers/server-process.ts";

const userId = "ann";
const dayMs = 24 * 3_600_000;
const oldEvents = 300;
const events = 12_000;
const head = oldEvents + events;
/** So large that what 16 stalled readers miss cannot hide in a process's usual memory. */
const text = "x".repeat(4_000);

let folder: string;
let epoch: string;
let server: ServerProcess;
let proxy: TcpProxy;
const lines: Line[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-resume-"));
  const path = join(folder, "goldenpath.db");
  epoch = await writeLog(path);
  const port = await freePort();
  const options = { port, path, effectsFile: join(folder, "effects"), modelUrl: "http://127.0.0.1:9/v1" };
  server = new ServerProcess({
    command: [join(import.meta.dirname, "offsets/server.ts"), JSON.stringify(options)],
  });
  proxy = await TcpProxy.open(port);
  await server.ready;
}, 120_000);

afterAll(async () => {
  for (const line of lines) line.hangUp();
  await server.kill();
  await proxy.close();
  rmSync(folder, { recursive: true });
});

/** A month of silence, a trim, and then a busy day. */
async function writeLog(path: string): Promise<string> {
  const clock = new TestClock();
  const opened = await openSqliteJournal({ path, clock, makeId: randomId, synchronous: "normal" });
  if (opened.is === "failed") throw new Error(opened.message);
  const { journal } = opened;
  const append = async (count: number, title: string) => {
    for (let left = count; left > 0; left -= 300) {
      const some = Array.from({ length: Math.min(300, left) }, () =>
        named("thread_updated", title, clock.now()),
      );
      const outcome = await journal.commit({ userId, events: some });
      if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
    }
  };
  await journal.commit({ userId, events: [named("thread_created", "old", clock.now())] });
  await append(oldEvents - 1, "old");
  await clock.advance(31 * dayMs);
  await append(events, text);
  await journal.trim(defaultTrimLimits);
  const extent = await journal.extent(userId);
  expect(extent).toMatchObject({ floor: oldEvents, head });
  await journal.close();
  return extent.epoch;
}

function named(type: "thread_created" | "thread_updated", title: string, at: number): NewEvent {
  const thread = { id: "thread", title, createdAt: at, updatedAt: at };
  return { id: randomId(), type, at, threadId: "thread", data: { thread } };
}

async function come(cursor?: Cursor): Promise<{ readonly line: Line; readonly texts: readonly string[] }> {
  const texts: string[] = [];
  const line = new Line({ url: proxy.url, heard: (one) => texts.push(one) });
  lines.push(line);
  await line.hello(cursor);
  return { line, texts };
}

test.each<[string, () => Cursor | undefined]>([
  ["without a cursor", () => undefined],
  ["below the floor, after 31 days", () => ({ epoch, offset: oldEvents - 1 })],
  ["from another epoch", () => ({ epoch: "another", offset: head })],
  ["ahead of the head", () => ({ epoch, offset: head + 1 })],
  ["10,000 events behind", () => ({ epoch, offset: head - 10_000 })],
  ["just farther behind than is replayed", () => ({ epoch, offset: head - limits.replayEventsMax - 1 })],
])("%s: the state of now, in one small frame, and nothing before it", async (_story, cursor) => {
  const { line, texts } = await come(cursor());
  expect(line.frames.map(({ type }) => type)).toEqual(["welcome", "snapshot", "caught_up"]);
  expect(line.frames[1]).toMatchObject({ asOf: { epoch, offset: head } });
  expect(line.frames[2]).toMatchObject({ head });
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(2 * text.length);
});

test("as far behind as is replayed: every event once, in order, in frames of a bounded size", async () => {
  const offset = head - limits.replayEventsMax;
  const { line, texts } = await come({ epoch, offset });
  expect(line.events.map((event) => event.offset)).toEqual(
    Array.from({ length: limits.replayEventsMax }, (_, at) => offset + at + 1),
  );
  expect(line.frames.at(-1)).toEqual({ type: "caught_up", head });
  const largest = Math.max(...texts.map(({ length }) => length));
  expect(largest).toBeLessThan(64 * 1024 + 2 * text.length);
  for (const frame of line.frames)
    if (frame.type === "events") expect(frame.events.length).toBeLessThanOrEqual(limits.eventsPerFrameMax);
});

test("readers who stop in the middle of a replay cost the server next to nothing, and others nothing", async () => {
  const cursor = { epoch, offset: head - limits.replayEventsMax };
  const missed = limits.replayEventsMax * text.length;
  const before = residentBytes(server.pid);
  const known = new Set(proxy.lines);
  const stalled = Array.from({ length: 16 }, () => new Line({ url: proxy.url, heard: () => undefined }));
  lines.push(...stalled);
  await Promise.all(stalled.map(({ opened }) => opened));
  for (const line of stalled) void line.say({ type: "hello", client: "stalled", cursor });
  await Promise.all(stalled.map((line) => line.frame("events")));
  for (const line of proxy.lines) if (!known.has(line)) line.hold();
  const { line } = await come(cursor);
  expect(line.events).toHaveLength(limits.replayEventsMax);
  const grown = residentBytes(server.pid) - before;
  expect(grown, `${grown} of ${16 * missed} bytes`).toBeLessThan((16 * missed) / 3);
});

function residentBytes(pid: number): number {
  return 1024 * Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
}
