import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Event, randomId, systemClock } from "@goldenpath/protocol";
import { expect, test } from "vitest";
import { readAll } from "./contract-fixture.ts";
import { openSqliteJournal } from "./sqlite.ts";

const child = fileURLToPath(new URL("./sqlite-crash.child.ts", import.meta.url));

test("J2: killed while it commits, the journal has every commit that was answered or heard of, and no torn one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-crash-"));
  const path = join(folder, "journal.db");
  let epoch: string | undefined;
  for (let round = 0; round < 5; round++) {
    // Another number of commits each time, so that the kill falls into other phases of a group.
    const headByUser = await killAfter(path, round, 60 + round * 37);
    const opened = await openSqliteJournal({ path, clock: systemClock, makeId: randomId });
    if (opened.is === "failed") throw new Error(opened.message);
    const { journal } = opened;
    expect(headByUser.size).toBe(4);
    for (const [userId, known] of headByUser) {
      const { head, epoch: now } = await journal.extent(userId);
      epoch ??= now;
      expect(now).toBe(epoch);
      expect(head).toBeGreaterThanOrEqual(known);
      // Three events began the run, the third being its first; then three in each commit.
      expect(head % 3).toBe(0);
      const events = (await readAll(journal, userId)).map((json) => JSON.parse(json) as Event);
      expect(events.map((event) => event.offset)).toEqual(Array.from({ length: head }, (_, at) => at + 1));
      expect(events.slice(2).map((event) => event.seq)).toEqual(
        Array.from({ length: head - 2 }, (_, at) => at + 1),
      );
      expect(await journal.run(userId, `${userId}.run`)).toMatchObject({ seq: head - 2, lastOffset: head });
    }
    await journal.close();
  }
  rmSync(folder, { recursive: true });
}, 60_000);

/** Runs the child, kills it when it has written that many lines, and answers the highest offset for each user. */
async function killAfter(path: string, round: number, linesMax: number): Promise<Map<string, number>> {
  const process_: ChildProcess = spawn(process.execPath, [child, path, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { stdout } = process_;
  if (!stdout) throw new Error("the child has no stdout");
  const headByUser = new Map<string, number>();
  let lines = 0;
  for await (const line of createInterface({ input: stdout })) {
    const [, userId, head] = /^(?:heard|answered) (\w+) (\d+)$/.exec(line) ?? [];
    // The last line may have been cut by the kill.
    if (userId === undefined) continue;
    headByUser.set(userId, Math.max(headByUser.get(userId) ?? 0, Number(head)));
    if (++lines === linesMax) process_.kill("SIGKILL");
  }
  if (process_.exitCode === null && process_.signalCode === null) await once(process_, "exit");
  expect(process_.signalCode).toBe("SIGKILL");
  return headByUser;
}
