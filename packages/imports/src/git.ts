import { execFile, spawn } from "node:child_process";
import { sep } from "node:path";
import type { Config } from "./config.ts";
import { extract } from "./extract/extract.ts";
import type { Project } from "./graph/project.ts";
import type { FileFacts } from "./model.ts";
import { compileGlob } from "./resolve/glob.ts";
import { diskAt } from "./resolve/typescript-disk.ts";
import { projectOf } from "./tree-project.ts";
import { roleOf } from "./walk.ts";

export type GitAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

const outputBytesMax = 256 * 1024 * 1024;
/** Manifests and settings of a revision are read up to this size each. */
const textBytesMax = 256 * 1024;

type Blob = { readonly hash: string; readonly path: string };

function git(root: string, args: readonly string[]): Promise<GitAnswer<string>> {
  const options = { encoding: "utf8", maxBuffer: outputBytesMax } as const;
  return new Promise((resolve) => {
    execFile("git", ["-C", root, ...args], options, (error, stdout, stderr) => {
      const exit = error?.code;
      if (error === null) resolve({ ok: true, value: stdout });
      else if (typeof exit !== "number")
        resolve({ ok: false, message: `git cannot be run: ${error.message}` });
      else if (/not a git repository/i.test(stderr))
        resolve({ ok: false, message: `${root} is not in a git repository` });
      else resolve({ ok: false, message: `git ${args[0]}: ${stderr.trim() || `exit ${exit}`}` });
    });
  });
}

/** A revision is given by the user; what begins with a dash would be an option. */
function isRevision(revision: string): boolean {
  return /^[^-\s:][^\s:]*$/.test(revision);
}

/** Paths below `root` that differ from `revision` (or are staged), deleted ones and new ones included. */
export async function changedFiles(
  root: string,
  revision: string | undefined,
): Promise<GitAnswer<readonly string[]>> {
  if (revision !== undefined && !isRevision(revision))
    return { ok: false, message: `${revision} is no revision` };
  const args = ["diff", "--name-only", "-z", "--relative", "--no-renames"];
  const isStaged = revision === undefined;
  // Outside of a repository `git diff` compares two paths, and says how it is used; so its answer comes second.
  const [others, changed] = await Promise.all([
    git(root, isStaged ? ["rev-parse", "--git-dir"] : ["ls-files", "--others", "--exclude-standard", "-z"]),
    git(root, isStaged ? [...args, "--cached"] : [...args, revision, "--"]),
  ]);
  if (!others.ok) return others;
  if (!changed.ok) return changed;
  const paths = isStaged ? changed.value : others.value + changed.value;
  return { ok: true, value: paths.split("\0").filter((path) => path !== "") };
}

/** The tree as it stood at `revision`, read from git's own store: nothing is checked out. */
export async function projectAt(root: string, config: Config, revision: string): Promise<GitAnswer<Project>> {
  if (!isRevision(revision)) return { ok: false, message: `${revision} is no revision` };
  const listed = await git(root, ["ls-tree", "-r", "-l", "-z", `${revision}^{tree}`, "--", "."]);
  if (!listed.ok) return listed;
  const isExcluded = config.exclude.map((glob) => compileGlob(glob));
  const tree = {
    files: [] as string[],
    compiled: [] as string[],
    manifests: [] as string[],
    settings: [] as string[],
    folders: [] as string[],
    skipped: [],
    unread: [],
  };
  const paths: string[] = [];
  const folders = new Set<string>([""]);
  const sources: Blob[] = [];
  const texts: Blob[] = [];
  for (const line of listed.value.split("\0")) {
    const found = /^100\d+ blob ([0-9a-f]+)\s+(\d+)\t(.+)$/s.exec(line);
    const [, hash = "", size = "", path = ""] = found ?? [];
    if (path === "" || /(^|\/)(node_modules|site-packages)\//.test(path)) continue;
    if (isExcluded.some((matches) => matches(path))) continue;
    paths.push(path);
    const slash = path.lastIndexOf("/");
    for (let at = slash; at > 0; at = path.lastIndexOf("/", at - 1)) folders.add(path.slice(0, at));
    const role = roleOf(path.slice(slash + 1), path.slice(0, Math.max(0, slash)));
    if (/\.(pyi?|[cm]?[jt]sx?)$/.test(path)) sources.push({ hash, path });
    if (role === "compiled") tree.compiled.push(path);
    else if (role === "manifest") tree.manifests.push(path);
    else if (role === "settings") tree.settings.push(path);
    const isText = role === "manifest" || role === "settings" || /\.(jsonc?|ya?ml)$/.test(path);
    if (isText && Number(size) <= textBytesMax) texts.push({ hash, path });
  }
  const facts: FileFacts[] = [];
  const textByPath = new Map<string, string>();
  const failed =
    (await readBlobs(root, sources, (path, bytes) => facts.push(extract(path, bytes)))) ??
    (await readBlobs(root, texts, (path, bytes) => textByPath.set(path, bytes.toString("utf8"))));
  if (failed !== undefined) return { ok: false, message: failed };
  facts.sort((a, b) => (a.path < b.path ? -1 : 1));
  tree.files = facts.map((each) => each.path);
  tree.folders = [...folders];
  const top = root.split(sep).join("/");
  return { ok: true, value: projectOf(root, config, facts, tree, { disk: diskAt(top, paths, textByPath) }) };
}

/** Streams blobs out of `git cat-file --batch`; answers with what went wrong, if anything did. */
function readBlobs(
  root: string,
  wanted: readonly Blob[],
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
