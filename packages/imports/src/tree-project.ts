/** A tree on disk as a project: its files' facts, and resolvers that know its manifests and settings. */
import { posix } from "node:path";
import type { Config } from "./config.ts";
import { extractAll, type Progress } from "./extract/pool.ts";
import { Project, type ResolversFor } from "./graph/project.ts";
import type { FileFacts } from "./model.ts";
import { GitIgnores } from "./resolve/git-ignores.ts";
import { createPythonResolver } from "./resolve/python.ts";
import type { Manifest } from "./resolve/python-dependencies.ts";
import { installedModules } from "./resolve/python-installed.ts";
import { createTypeScriptResolver } from "./resolve/typescript.ts";
import { type Disk, systemDisk } from "./resolve/typescript-disk.ts";
import { type Tree, walk } from "./walk.ts";

const manifestBytesMax = 2 * 1024 * 1024;

/** Reads the tree and answers all its imports. */
export async function readProject(
  root: string,
  config: Config,
  progress: Progress = () => undefined,
): Promise<{ project: Project; tree: Tree }> {
  const tree = walk(root, config.exclude);
  const facts = await extractAll(root, tree.files, progress);
  return { project: projectOf(root, config, facts, tree), tree };
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
