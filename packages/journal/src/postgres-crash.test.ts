import { type Event, randomId, systemClock } from "@goldenpath/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, type StopMode, startPostgres } from "../../../tests/servers/postgres.ts";
import { begin, type RunFixture, readAll } from "./contract-fixture.ts";
import type { Committed, Journal } from "./journal.ts";
import { openPostgresJournal } from "./postgres.ts";

let server: PostgresServer;
let journal: Journal;

// With fsync, as in production: what was answered has to outlive the server.
beforeAll(async () => {
  server = await startPostgres();
  const { url, ownerUrl } = await server.createDatabase();
  const opened = await openPostgresJournal({ url, ownerUrl, clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  journal = opened.journal;
});
afterAll(async () => {
  await journal.close();
  await server.close();
});

test("J2, J3: while the server is killed and stopped under it, every commit is answered as it is: once, dense, in order", async () => {
  const userIds = ["ann", "bob", "eve", "joe"];
  const runs = await Promise.all(userIds.map((userId) => begin(journal, userId, userId)));
  const heard: Committed[] = [];
  journal.subscribe((committed) => heard.push(committed));
  const answered = new Map<string, Map<number, string>>();
  let over = false;

  async function write(run: RunFixture): Promise<void> {
    const idByOffset = new Map<number, string>();
    answered.set(run.userId, idByOffset);
    for (let seq = 2; !over; ) {
      const outcome = await journal.commit(
        run.commit([run.delta(seq), run.delta(seq + 1, "x".repeat(3_000))]),
      );
      if (outcome.is === "refused") {
        // Surely not written: the very same commit is taken when the server is back.
        expect(outcome.why).toBe("unavailable");
        continue;
      }
      // Never "repeated": an answer that was lost is found out, not tried again.
      expect(outcome).toMatchObject({ is: "committed", head: seq + 3 });
      idByOffset.set(seq + 2, `${run.runId}.${seq}`);
      idByOffset.set(seq + 3, `${run.runId}.${seq + 1}`);
      seq += 2;
    }
  }

  const writing = Promise.all(runs.map(write));
  const faults: readonly (StopMode | "backend")[] = [
    "backend",
    "immediate",
    "backend",
    "kill",
    "backend",
    "fast",
  ];
  for (const fault of faults) {
    await grown(heard, 60);
    if (fault === "backend") await server.killBackend();
    else await server.restart(fault);
  }
  await grown(heard, 60);
  over = true;
  await writing;

  for (const userId of userIds) {
    const events = (await readAll(journal, userId)).map((json) => JSON.parse(json) as Event);
    const { head } = await journal.extent(userId);
    expect(events.map((event) => event.offset)).toEqual(Array.from({ length: head }, (_, at) => at + 1));
    expect(events.slice(2).map((event) => event.seq)).toEqual(
      Array.from({ length: head - 2 }, (_, at) => at + 1),
    );
    const known = answered.get(userId) ?? new Map<number, string>();
    expect(known.size).toBe(head - 3);
    for (const [offset, id] of known) expect(events[offset - 1]?.id).toBe(id);
    const told = heard
      .filter((committed) => committed.userId === userId)
      .flatMap((committed) => committed.events);
    expect(told).toEqual((await readAll(journal, userId)).slice(3));
  }
}, 180_000);

/** Waits until so many more commits were heard of. */
async function grown(heard: readonly Committed[], commits: number): Promise<void> {
  const wanted = heard.length + commits;
  for (let tries = 0; heard.length < wanted; tries++) {
    if (tries === 6_000) throw new Error("nothing is committed any more");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
