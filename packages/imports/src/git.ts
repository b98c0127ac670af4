import { spawn, spawnSync } from "node:child_process";
import { projectOf } from "./check.ts";
import type { Config } from "./config.ts";
import { extract } from "./extract/extract.ts";
import type { Project } from "./graph/project.ts";
import type { FileFacts } from "./model.ts";
import { compileGlob } from "./resolve/glob.ts";

export type GitAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

const outputBytesMax = 256 * 1024 * 1024;

function git(root: string, args: readonly string[]): GitAnswer<string> {
  const run = spawnSync("git", ["-C", root, ...args], { encoding: "utf8", maxBuffer: outputBytesMax });
  if (run.error !== undefined) return { ok: false, message: `git cannot be run: ${run.error.message}` };
  if (run.status !== 0)
    return { ok: false, message: `git ${args[0]}: ${run.stderr.trim() || `exit ${run.status}`}` };
  return { ok: true, value: run.stdout };
}

/** A revision is given by the user; what begins with a dash would be an option. */
function isRevision(revision: string): boolean {
  return /^[^-\s:][^\s:]*$/.test(revision);
}

/** Paths below `root` that differ from `revision` (or are staged), deleted ones and new ones included. */
export function changedFiles(root: string, revision: string | undefined): GitAnswer<readonly string[]> {
  if (revision !== undefined && !isRevision(revision))
    return { ok: false, message: `${revision} is no revision` };
  const args = ["diff", "--name-only", "-z", "--relative", "--no-renames"];
  const changed = git(root, revision === undefined ? [...args, "--cached"] : [...args, revision, "--"]);
  if (!changed.ok) return changed;
  const paths = changed.value.split("\0").filter((path) => path !== "");
  if (revision === undefined) return { ok: true, value: paths };
  const fresh = git(root, ["ls-files", "--others", "--exclude-standard", "-z"]);
  if (!fresh.ok) return fresh;
  return { ok: true, value: [...paths, ...fresh.value.split("\0").filter((path) => path !== "")] };
}

/** The tree as it stood at `revision`, read from git's own store: nothing is checked out. */
export async function projectAt(root: string, config: Config, revision: string): Promise<GitAnswer<Project>> {
  if (!isRevision(revision)) return { ok: false, message: `${revision} is no revision` };
  const listed = git(root, ["ls-tree", "-r", "-z", `${revision}^{tree}`, "--", "."]);
  if (!listed.ok) return listed;
  const isExcluded = config.exclude.map((glob) => compileGlob(glob));
  const wanted: { readonly hash: string; readonly path: string }[] = [];
  for (const line of listed.value.split("\0")) {
    const found = /^100\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    const hash = found?.[1];
    const path = found?.[2];
    if (hash === undefined || path === undefined) continue;
    if (!/\.(pyi?|[cm]?[jt]sx?)$/.test(path) || /(^|\/)(node_modules|site-packages)\//.test(path)) continue;
    if (!isExcluded.some((matches) => matches(path))) wanted.push({ hash, path });
  }
  const facts: FileFacts[] = [];
  const failed = await readBlobs(root, wanted, (path, bytes) => facts.push(extract(path, bytes)));
  if (failed !== undefined) return { ok: false, message: failed };
  facts.sort((a, b) => (a.path < b.path ? -1 : 1));
  const tree = {
    files: facts.map((each) => each.path),
    compiled: [],
    manifests: [],
    settings: [],
    folders: [],
    skipped: [],
  };
  return { ok: true, value: projectOf(root, config, facts, tree) };
}

/** Streams blobs out of `git cat-file --batch`; answers with what went wrong, if anything did. */
function readBlobs(
  root: string,
  wanted: readonly { readonly hash: string; readonly path: string }[],
  take: (path: string, bytes: Buffer) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("git", ["-C", root, "cat-file", "--batch"], { stdio: ["pipe", "pipe", "pipe"] });
    let pending = Buffer.alloc(0);
    let chunks: Buffer[] = [];
    let waiting = 0;
    let next = 0;
    let missing = 0;
    const consume = (): void => {
      if (waiting > 0) return;
      pending = Buffer.concat([pending, ...chunks]);
      chunks = [];
      let at = 0;
      while (next < wanted.length) {
        const newline = pending.indexOf(0x0a, at);
        if (newline < 0) break;
        const head = pending.toString("latin1", at, newline).split(" ");
        if (head[1] === "missing") {
          missing++;
          next++;
          at = newline + 1;
          continue;
        }
        const size = Number(head[2]);
        if (!Number.isSafeInteger(size)) break;
        const stop = newline + 1 + size;
        if (pending.length < stop + 1) {
          waiting = stop + 1 - pending.length;
          break;
        }
        take(wanted[next]?.path ?? "", pending.subarray(newline + 1, stop));
        next++;
        at = stop + 1;
      }
      pending = pending.subarray(at);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      waiting = Math.max(0, waiting - chunk.length);
      consume();
    });
    child.on("error", (error) => resolve(`git cannot be run: ${error.message}`));
    child.on("close", () => {
      const isWhole = next === wanted.length && missing === 0;
      resolve(
        isWhole
          ? undefined
          : `git could not give ${missing + wanted.length - next} of ${wanted.length} files`,
      );
    });
    child.stdin.on("error", () => child.kill());
    child.stdin.end(wanted.map((each) => `${each.hash}\n`).join(""));
  });
}
