/** The commands of docs/deploy for backup and restore, run as they stand there, on real servers with a real node. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Line } from "../adversary/line.ts";
import { type Account, signUp } from "../chaos/account.ts";
import { readLog } from "../chaos/remains.ts";
import { type PostgresServer, startPostgres, type TestDatabase } from "../servers/postgres.ts";
import { freePort, root, ServerProcess } from "../servers/server-process.ts";

const [dump = "", restoreElsewhere = "", restoreInPlace = "", sayIsAnother = ""] = commandsOf(
  readFileSync(join(root, "docs/deploy/index.md"), "utf8"),
);
let folder: string;
let server: PostgresServer;
let database: TestDatabase;
/** It keeps its address: cookies and origins belong to it. */
let port: number;
const servers: PostgresServer[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-backup-"));
  writeFileSync(join(folder, "effects"), "");
  port = await freePort();
  server = await started(startPostgres({ fsync: false }));
  database = await server.createDatabase("goldenpath");
});
afterAll(async () => {
  for (const one of servers) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The shell commands of the section about backups, fence by fence. */
function commandsOf(docs: string): readonly string[] {
  const section = docs.slice(docs.indexOf("## Backup and restore"));
  const fences = section.slice(0, section.indexOf("\n## ")).matchAll(/```sh\n([\s\S]*?)```/g);
  return [...fences].map(([, commands = ""]) => commands);
}

async function started(starting: Promise<PostgresServer>): Promise<PostgresServer> {
  const one = await starting;
  servers.push(one);
  return one;
}

function shell(on: PostgresServer, commands: string): void {
  expect(commands).not.toBe("");
  const env = { ...process.env, ...on.environment };
  execFileSync("sh", ["-ec", commands], { cwd: folder, env, stdio: "pipe" });
}

/** Whoever restores has the addresses of before, with another port. */
function urlsOn({ port: now }: PostgresServer) {
  const on = (url: string) => url.replace(/:\d+\//, `:${now}/`);
  return { url: on(database.url), ownerUrl: on(database.ownerUrl) };
}

async function withNode<T>(on: PostgresServer, work: (url: string) => Promise<T>): Promise<T> {
  const { url, ownerUrl } = urlsOn(on);
  const node = new ServerProcess({
    command: [join(root, "tests/cluster/server.ts")],
    environment: {
      PORT: String(port),
      GOLDENPATH_DATA: join(folder, "node"),
      GOLDENPATH_LOG: "error",
      GOLDENPATH_DRAIN_MS: "0",
      DATABASE_URL: url,
      GOLDENPATH_DATABASE_OWNER_URL: ownerUrl,
      CHAOS_SEED: "1",
      CHAOS_EFFECTS: join(folder, "effects"),
    },
  });
  try {
    const done = await work(await node.ready);
    node.signal("SIGTERM");
    expect((await node.exited).code, node.output).toBe(0);
    return done;
  } finally {
    await node.kill();
  }
}

interface Kept {
  readonly epoch: string;
  readonly log: readonly string[];
}

async function keptOn(on: PostgresServer, userId: string): Promise<Kept> {
  const opened = await openPostgresJournal({ ...urlsOn(on), clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  const { epoch } = await opened.journal.extent(userId);
  const log = await readLog(opened.journal, userId);
  await opened.journal.close();
  return { epoch, log };
}

function page(url: string, { cookie }: Account): Line {
  return new Line({ url, origin: url, cookie, heard: () => undefined });
}

async function ask(line: Line, text: string): Promise<void> {
  const { runId } = await line.ask(text, "talker");
  expect((await line.end(runId)).type).toBe("agent_completed");
}

test("what was dumped is whole on an empty server and in place; what pages saw since is not gone on with", {
  timeout: 180_000,
}, async () => {
  const { ann, copy, before, after } = await withNode(server, async (url) => {
    const account = await signUp(url, "ann", "10.0.0.1");
    const line = await page(url, account).hello();
    await ask(line, "before the backup");
    shell(server, dump);
    const files = await started(server.copy({ standby: false }));
    const kept = await keptOn(server, account.userId);
    await ask(line, "after it");
    const more = await keptOn(server, account.userId);
    expect(more.log.slice(0, kept.log.length)).toEqual(kept.log);
    expect(more.log.length).toBeGreaterThan(kept.log.length);
    return { ann: account, copy: files, before: kept, after: more };
  });
  const cursor = { epoch: after.epoch, offset: after.log.length };

  const empty = await started(startPostgres({ fsync: false }));
  shell(empty, restoreElsewhere);
  await withNode(empty, async (url) => {
    // The session of before still holds, and what this page had seen since the backup is gone.
    const line = await page(url, ann).hello(cursor);
    const welcome = await line.frame("welcome");
    expect(welcome.epoch).not.toBe(before.epoch);
    expect((await line.frame("snapshot")).asOf.offset).toBe(before.log.length);
    await ask(line, "after the restore");
    expect(line.events[0]?.offset).toBe(before.log.length + 1);
    const { log } = await keptOn(empty, ann.userId);
    expect(log.slice(0, before.log.length)).toEqual(before.log);
    line.hangUp();
  });

  shell(server, restoreInPlace);
  const inPlace = await keptOn(server, ann.userId);
  expect(inPlace.log).toEqual(before.log);
  expect(inPlace.epoch).not.toBe(before.epoch);

  // Files alone are taken for the server they were copied from, until it is said that they are not.
  expect(await keptOn(copy, ann.userId)).toEqual(before);
  shell(copy, sayIsAnother);
  const said = await keptOn(copy, ann.userId);
  expect(said.log).toEqual(before.log);
  expect(said.epoch).not.toBe(before.epoch);
  expect((await keptOn(copy, ann.userId)).epoch).toBe(said.epoch);
});
