/** A tree on disk as a project: its files' facts, and resolvers that know its manifests and settings. */
import { posix } from "node:path";
import { type Cached, isCachedAs, readCache } from "./cache.ts";
import type { Config } from "./config.ts";
import { extractAll, type Progress } from "./extract/pool.ts";
import { Project, type ResolversFor } from "./graph/project.ts";
import { lookAt } from "./look.ts";
import type { FileFacts } from "./model.ts";
import { GitIgnores } from "./resolve/git-ignores.ts";
import { createPythonResolver } from "./resolve/python.ts";
import type { Manifest } from "./resolve/python-dependencies.ts";
import { installedModules } from "./resolve/python-installed.ts";
import { createTypeScriptResolver } from "./resolve/typescript.ts";
import { type Disk, systemDisk } from "./resolve/typescript-disk.ts";
import { type Tree, walk } from "./walk.ts";

const manifestBytesMax = 2 * 1024 * 1024;

/** Reads the tree and answers all its imports. With `useCache` what a check has kept of unchanged files is taken for read. */
export async function readProject(
  root: string,
  config: Config,
  progress: Progress = () => undefined,
  useCache = false,
): Promise<{ project: Project; tree: Tree }> {
  const cached = useCache ? readCache(root) : undefined;
  if (cached === undefined || cached.byPath.size === 0) {
    const tree = walk(root, config.exclude);
    return { project: projectOf(root, config, await extractAll(root, tree.files, progress), tree), tree };
  }
  const { tree, stamps } = lookAt(root, config.exclude, Date.now(), false);
  const changed = tree.files.filter((path) => !isCachedAs(cached, path, stamps.get(path)));
  const facts = await factsOf(root, tree.files, cached, changed, progress);
  return { project: projectOf(root, config, facts, tree), tree };
}

/** What is kept of these files, with the `changed` ones read again. */
export async function factsOf(
  root: string,
  files: readonly string[],
  cached: Cached,
  changed: readonly string[],
  progress: Progress,
): Promise<readonly FileFacts[]> {
  const read = new Map<string, FileFacts>();
  for (const each of await extractAll(root, changed, progress)) read.set(each.path, each);
  return files.flatMap((path) => read.get(path) ?? cached.byPath.get(path)?.facts ?? []);
}

/** What need not be looked for. */
type Known = {
  /** Where manifests and settings stand, when that is not the disk of today. */
  readonly disk?: Disk;
  /** Files that give names to Python modules from outside. */
  readonly givers?: readonly number[];
  /** Imported names in each file. */
  readonly importCounts?: readonly number[];
};

export function projectOf(
  root: string,
  config: Config,
  facts: readonly FileFacts[],
  tree: Tree,
  { disk, givers, importCounts = [] }: Known = {},
): Project {
  const manifests: Manifest[] = [];
  const texts = disk ?? systemDisk();
  for (const path of tree.manifests) {
    const text = texts.readText(posix.join(root, path));
    // A manifest that cannot be read declares nothing; what only it declared is reported as undeclared.
    if (text !== undefined && text.length <= manifestBytesMax) manifests.push({ path, text });
  }
  const { roots, external } = config;
  const ignores = new GitIgnores(texts, root);
  const installed = installedModules(root);
  const resolversFor: ResolversFor = (files, before) => {
    const typescript =
      before?.typescript.withContents(files) ??
      createTypeScriptResolver({ root, files, ...(disk === undefined ? {} : { disk }) });
    return {
      faults: () => [...tree.unread, ...typescript.faults()],
      python:
        before?.python.withContents(files) ??
        createPythonResolver({
          files,
          // What was passed over may hold anything.
          compiled: [...tree.compiled, ...tree.skipped.map((each) => each.file)],
          folders: tree.folders,
          manifests,
          roots,
          external,
          isIgnored: (path) => ignores.ignores(posix.join(root, path)),
          installed,
          ...(givers === undefined ? {} : { givers }),
        }),
      typescript,
    };
  };
  return new Project(root, facts, resolversFor, { importCounts: [...importCounts] });
}
