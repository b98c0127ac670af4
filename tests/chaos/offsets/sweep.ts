/**
 * Kills a real server at an offset of a reference run's log, starts it again, and compares what the person sees
 * in the end with the uninterrupted run.
 *
 *  K1  The run goes on and completes: nothing of the answer is missing, doubled or in another order.
 *  K2  A tool call that was finished is never made again.
 *  K3  A call that was under way is made again when its tool is idempotent; else a person is asked first.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { WebSocketLike } from "@goldenpath/client";
import { type Client, createClient } from "@goldenpath/client";
import { openSqliteJournal } from "@goldenpath/journal";
import type { Event, Message, Part } from "@goldenpath/protocol";
import { randomId, systemClock } from "@goldenpath/protocol";
import { WebSocket as NodeWebSocket } from "ws";
import { freePort, ServerProcess } from "../../servers/server-process.ts";
import { readLog } from "../remains.ts";
import type { OffsetServerOptions } from "./server.ts";

/** What came of one run of the reference conversation. */
export interface Played {
  readonly events: readonly Event[];
  /** The log's head when the server died; undefined for the uninterrupted run. */
  readonly killedAt: number | undefined;
  /** The answer as the client's view shows it, without what no two runs share. */
  readonly shown: readonly object[];
  readonly status: string;
  /** How often each call happened. */
  readonly effects: ReadonlyMap<string, number>;
}

const userId = "ann";
const patienceMs = 60_000;

export async function play(modelUrl: string, killAt: number | undefined): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-offset-"));
  const effectsFile = join(folder, "effects");
  writeFileSync(effectsFile, "");
  const options: OffsetServerOptions = {
    port: await freePort(),
    path: join(folder, "goldenpath.db"),
    effectsFile,
    modelUrl,
  };
  let server = start({ ...options, ...(killAt !== undefined && { killAt }) });
  const client = createClient({
    url: `http://127.0.0.1:${options.port}`,
    webSocket: (url, protocol) => new NodeWebSocket(url, protocol) as WebSocketLike,
  });
  let killedAt: number | undefined;
  try {
    await server.ready;
    client.connect();
    const sent = client.send({ id: "question", parts: [{ type: "text", text: "Keep my books, please." }] });
    const answer = () => answerOf(client);
    await until(server, () => {
      decide(client);
      return server.exit !== undefined || isOver(answer());
    });
    if (killAt !== undefined) {
      // Where this run's log ended before that offset, it is killed at its end.
      const exit = await server.kill();
      if (exit.signal !== "SIGKILL") throw new Error(`the server ended by itself: ${server.output}`);
      killedAt = (await logOf(options.path)).length;
      server = start(options);
      await server.ready;
      client.connect();
      await until(server, () => {
        decide(client);
        return server.exit !== undefined || isOver(answer());
      });
      if (server.exit) throw new Error(`the second server ended: ${server.output}`);
    }
    const result = await sent;
    if (!result.ok) throw new Error(`the question was refused: ${result.code}`);
    const message = answer();
    await server.kill();
    return {
      events: await logOf(options.path),
      killedAt,
      shown: message?.parts.map(withoutChance) ?? [],
      status: message?.failure?.code ?? message?.status ?? "nothing",
      effects: effectsIn(effectsFile),
    };
  } finally {
    client.close();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a run that was killed, compared with one that was not; empty when nothing is. */
export function judgeKilled(reference: Played, killed: Played): readonly string[] {
  const wrong: string[] = [];
  if (killed.status !== reference.status) wrong.push(`it is ${killed.status}`);
  const doubtful = inFlight(killed);
  // K3: what asks whether to repeat a call is there besides.
  const shown = withoutDoubts(killed.shown);
  if (JSON.stringify(shown) !== JSON.stringify(reference.shown))
    wrong.push(`it shows ${JSON.stringify(shown)} instead of ${JSON.stringify(reference.shown)}`);
  for (const [callId, times] of killed.effects) {
    if (times > (doubtful.has(callId) ? 2 : 1)) wrong.push(`${callId} happened ${times} times`);
  }
  for (const callId of reference.effects.keys())
    if (!killed.effects.has(callId)) wrong.push(`${callId} never happened`);
  for (const [callId, tool] of doubtful) {
    const isUnsafe = tool === "book" || tool === "pay";
    const asked = killed.events.some(
      (event) =>
        event.type === "approval_requested" &&
        event.offset > (killed.killedAt ?? 0) &&
        event.data.callId === callId,
    );
    if (isUnsafe && (killed.effects.get(callId) ?? 0) > 1 && !asked)
      wrong.push(`${callId} was repeated unasked`);
  }
  return wrong;
}

/** Calls that had begun and not ended when the server died, with their tools. */
function inFlight({ events, killedAt = 0 }: Played): ReadonlyMap<string, string> {
  const open = new Map<string, string>();
  for (const event of events) {
    if (event.offset > killedAt) break;
    if (event.type === "tool_executing") open.set(event.data.callId, event.data.tool);
    if (event.type === "tool_completed") open.delete(event.data.callId);
  }
  return open;
}

/** Without the questions whether a call may be repeated: all but the one that `pay` always asks. */
function withoutDoubts(shown: readonly object[]): readonly object[] {
  const isApproval = (part: object) => (part as Part).type === "approval";
  const asked = shown.find((part) => isApproval(part) && (part as { tool: string }).tool === "pay");
  return shown.filter((part) => !isApproval(part) || part === asked);
}

function start(options: OffsetServerOptions): ServerProcess {
  return new ServerProcess({ command: [join(import.meta.dirname, "server.ts"), JSON.stringify(options)] });
}

function answerOf({ view }: Client): Message | undefined {
  return [...view.messagesByThread.values()].flat().find(({ role }) => role === "assistant");
}

function isOver(message: Message | undefined): boolean {
  return message !== undefined && message.status !== "streaming";
}

const decided = new WeakMap<Client, Set<string>>();

function decide(client: Client): void {
  const done = decided.get(client) ?? new Set();
  decided.set(client, done);
  for (const message of client.view.activeRuns.values()) {
    for (const part of message.parts) {
      if (part.type !== "approval" || part.decision || done.has(part.approvalId)) continue;
      done.add(part.approvalId);
      void client.resolve(part.approvalId, "approve");
    }
  }
}

async function until(server: ServerProcess, holds: () => boolean): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > endsAt) throw new Error(`nothing came of it: ${server.output}`);
    await pause(5);
  }
}

async function logOf(path: string): Promise<readonly Event[]> {
  const opened = await openSqliteJournal({ path, clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  const log = await readLog(opened.journal, userId);
  await opened.journal.close();
  return log.map((json) => JSON.parse(json) as Event);
}

function effectsIn(file: string): ReadonlyMap<string, number> {
  const effects = new Map<string, number>();
  for (const callId of readFileSync(file, "utf8").split("\n"))
    if (callId !== "") effects.set(callId, (effects.get(callId) ?? 0) + 1);
  return effects;
}

/** Ids that are made at random and times differ from run to run. */
function withoutChance(part: Part): object {
  switch (part.type) {
    case "tool": {
      const { startedAt: _startedAt, durationMs: _durationMs, ...rest } = part;
      return rest;
    }
    case "thinking": {
      const { thoughtId: _thoughtId, ...rest } = part;
      return rest;
    }
    case "approval": {
      const { approvalId: _approvalId, reason: _reason, ...rest } = part;
      return rest;
    }
    default:
      return part;
  }
}

export interface Sweep {
  readonly offsets: number;
  readonly wrong: readonly { readonly killAt: number; readonly what: readonly string[] }[];
}

/** So many servers at once: a start is mostly one core's work. */
const atOnce = 2;

/** Kills at `first`, `first + step` … up to the end of the uninterrupted run's log. */
export async function sweep(modelUrl: string, first: number, step: number): Promise<Sweep> {
  const reference = await play(modelUrl, undefined);
  if (reference.status !== "completed") throw new Error(`the reference run is ${reference.status}`);
  const wrong: { killAt: number; what: readonly string[] }[] = [];
  let next = first;
  let offsets = 0;
  const work = async () => {
    for (let killAt = next; killAt <= reference.events.length; killAt = next) {
      next += step;
      offsets++;
      const what = judgeKilled(reference, await play(modelUrl, killAt));
      if (what.length > 0) wrong.push({ killAt, what });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { offsets, wrong };
}
