/**
 * The process that `sqlite-crash.test.ts` kills: commits to several users' runs without end, three events at a
 * time, and writes a line for each commit that a listener heard of or that was answered.
 */
import { writeSync } from "node:fs";
import { randomId, systemClock } from "@goldenpath/protocol";
import { begin, RunFixture } from "./contract-fixture.ts";
import { openSqliteJournal } from "./sqlite.ts";

const [path = "", round = "0"] = process.argv.slice(2);
const opened = await openSqliteJournal({ path, clock: systemClock, makeId: randomId, unfoldedEventsMax: 40 });
if (opened.is === "failed") throw new Error(opened.message);
const { journal } = opened;

journal.subscribe(({ userId, head }) => say(`heard ${userId} ${head}\n`));

/** Written before it returns, however long the reader takes: a pipe that is full says so and takes nothing. */
function say(line: string): void {
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function work(userId: string): Promise<void> {
  if (round === "0") await begin(journal, userId, userId);
  const run = new RunFixture(userId, `${userId}.thread`, `${userId}.run`);
  let seq = (await journal.run(userId, run.runId))?.seq ?? 0;
  for (;;) {
    const events = [run.delta(seq + 1), run.delta(seq + 2, "x".repeat(3_000)), run.delta(seq + 3)];
    const outcome = await journal.commit(run.commit(events));
    if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
    seq += 3;
    say(`answered ${userId} ${outcome.head}\n`);
  }
}

await Promise.all(["ann", "bob", "eve", "joe"].map(work));
