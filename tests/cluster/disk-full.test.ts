/** A node on a PostgreSQL whose disk is really full, and has room again. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Line } from "../adversary/line.ts";
import { type Account, signUp } from "../chaos/account.ts";
import { makeSmallDisk } from "../chaos/small-disk.ts";
import { startPostgres } from "../servers/postgres.ts";
import { root, ServerProcess } from "../servers/server-process.ts";

const asksMax = 400;

function page(url: string, { cookie }: Account): Promise<Line> {
  return new Line({ url, origin: url, cookie, heard: () => undefined }).hello();
}

function question(id: number) {
  const parts = [{ type: "text", text: "x".repeat(20_000) }];
  return { id: `ask-${id}`, type: "send", agent: "talker", parts };
}

test("PostgreSQL's disk is full: questions are refused with storage_full, what is there is read; with room again all goes on", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-disk-full-"));
  // PostgreSQL runs as another user.
  chmodSync(folder, 0o755);
  const disk = makeSmallDisk(folder);
  try {
    // Only root may make a disk of its own; elsewhere `postgres-fault.test.ts` has the database say that it is full.
    if (disk.how !== "small tmpfs") return;
    writeFileSync(join(folder, "effects"), "");
    const place = join(disk.data, "postgres");
    mkdirSync(place);
    const postgres = await startPostgres({
      folder: place,
      settings: { min_wal_size: "32MB", max_wal_size: "64MB" },
    });
    const { url, ownerUrl } = await postgres.createDatabase();
    const node = new ServerProcess({
      command: [join(root, "tests/cluster/server.ts")],
      environment: {
        PORT: "0",
        GOLDENPATH_DATA: join(folder, "node"),
        GOLDENPATH_LOG: "error",
        DATABASE_URL: url,
        GOLDENPATH_DATABASE_OWNER_URL: ownerUrl,
        CHAOS_SEED: "1",
        CHAOS_EFFECTS: join(folder, "effects"),
      },
    });
    try {
      const address = await node.ready;
      const ann = await signUp(address, "ann", "10.0.0.1");
      const line = await page(address, ann);
      const before = await line.ask("before", "talker");
      await line.end(before.runId);

      disk.fill(0);
      let refused: string | undefined;
      const runIds: string[] = [];
      for (let id = 0; id < asksMax && refused === undefined; id++) {
        const answer = await line.command(question(id));
        if (answer.type === "error" && answer.code !== "too_many_runs") refused = answer.code;
        else if (answer.type === "done") runIds.push((answer.result as { readonly runId: string }).runId);
      }
      expect(refused, `after ${runIds.length} questions`).toBe("storage_full");
      // What is there is still read, by a page that knows nothing.
      const reader = await page(address, ann);
      expect(JSON.stringify((await reader.frame("snapshot")).threads)).toContain(before.threadId);

      disk.empty(0);
      // Runs that were under way go on, or end when they can be written.
      for (const runId of runIds) await line.end(runId);
      const after = await line.ask("after", "talker");
      expect((await line.end(after.runId)).type).toBe("agent_completed");
      expect(line.events.map(({ offset }) => offset)).toEqual(line.events.map((_, at) => at + 1));
      for (const one of [line, reader]) one.hangUp();
      node.signal("SIGTERM");
      expect((await node.exited).code, node.output).toBe(0);
    } finally {
      await node.kill();
      await postgres.close();
    }
  } finally {
    disk.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
