import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Event } from "@goldenpath/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Line } from "../adversary/line.ts";
import { freePort, goldenpathCli, ServerProcess } from "../servers/server-process.ts";
import { type Account, signUp } from "./account.ts";
import { openFolder, openStore } from "./remains.ts";

/** Real processes on a machine that is busy with other tests. */
const patience = { timeout: 120_000 };

let data: string;
let port: number;
const servers: ServerProcess[] = [];

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "goldenpath-drain-"));
  port = await freePort();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(data, { recursive: true });
});

/** The product's own command line. */
async function serve(drainMs: number): Promise<{ readonly server: ServerProcess; readonly url: string }> {
  const server = new ServerProcess({
    command: [goldenpathCli, "serve", "--port", String(port), "--data", data],
    environment: { GOLDENPATH_DRAIN_MS: String(drainMs) },
  });
  servers.push(server);
  return { server, url: await server.ready };
}

function lineOf({ url, cookie }: Account): Line {
  return new Line({ url, cookie, origin: url, heard: () => undefined });
}

async function eventsOf({ userId }: Account): Promise<readonly Event[]> {
  const { logs, inner } = await openStore(await openFolder(data), [userId]);
  await inner.close();
  return (logs.get(userId) ?? []).map((json) => JSON.parse(json) as Event);
}

test(
  "SIGTERM: everybody is told when to go, nobody gets in, a run still ends, and the code is 0",
  patience,
  async () => {
    const { server, url } = await serve(120_000);
    const account = await signUp(url, "one", "10.0.0.1");
    const lines = await Promise.all(Array.from({ length: 20 }, () => lineOf(account).hello()));
    const [first, ...others] = lines;
    const asked = await first?.ask("Where does our money go?", "analyst");
    server.signal("SIGTERM");
    for (const line of lines) expect((await line.frame("goaway")).afterMs).toBe(120_000);
    await expect(lineOf(account).opened).rejects.toThrow("upgrade refused: 503");
    const ended = await first?.end(asked?.runId ?? "");
    expect(ended?.type).toBe("agent_completed");
    // Who is told to go goes at a moment of its own; the last one ends the wait.
    for (const line of others) line.hangUp();
    first?.hangUp();
    expect(await server.exited).toEqual({ code: 0, signal: null });
    const events = await eventsOf(account);
    expect(events.at(-1)).toEqual(ended);
  },
);

test("who stays is closed at the end of the window with a code that says: come back", patience, async () => {
  const { server, url } = await serve(300);
  const account = await signUp(url, "one", "10.0.0.1");
  const line = await lineOf(account).hello();
  server.signal("SIGTERM");
  expect(await line.closed()).toEqual({ code: 4000, reason: "going_away" });
  expect(await server.exited).toEqual({ code: 0, signal: null });
  const again = await serve(300);
  const { epoch, head } = await line.frame("welcome");
  const back = await lineOf(account).hello({ epoch, offset: head });
  expect(back.frames.map(({ type }) => type)).toEqual(["welcome", "caught_up"]);
  back.hangUp();
  again.server.signal("SIGINT");
  expect(await again.server.exited).toEqual({ code: 0, signal: null });
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)(
  "a second %s in the same second is the same one; a later one means now",
  patience,
  async (signal, code) => {
    const { server, url } = await serve(600_000);
    const account = await signUp(url, "one", "10.0.0.1");
    const line = await lineOf(account).hello();
    server.signal("SIGTERM");
    server.signal(signal);
    await line.frame("goaway");
    // The line is served on.
    expect((await line.command({ id: "late", type: "cancel", runId: "nobody's" })).type).toBe("error");
    while (server.exit === undefined) {
      server.signal(signal);
      await pause(100);
    }
    expect(server.exit).toEqual({ code, signal: null });
  },
);
