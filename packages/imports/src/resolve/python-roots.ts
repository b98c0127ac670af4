/** Where Python looks for modules in a tree, as far as that shows without running anything. */

import type { Manifest, Projects } from "./python-dependencies.ts";
import { directoryOf, isBelow, join, type PythonTree } from "./python-tree.ts";

/** Projects that tests are tried on: their modules are nobody else's. */
export const isFixture =
  /(^|\/)(fixtures?|testdata|test_data|test-data)\/|(^|\/)tests?\/(.*\/)?(samples?|data)\//;

/** What comes with a project and is none of its package. */
const isBeside = /(^|\/)(tests?|examples?|docs?|benchmarks?|templates?)\//;

/**
 * The tree itself, every directory with a manifest or a `manage.py`, and their `src`; `lib` and `python` where they hold packages;
 * what manifests name; and where else a project keeps the package that is called like it.
 */
export function findRoots(tree: PythonTree, manifests: readonly Manifest[], projects: Projects): string[] {
  const roots = new Set<string>([""]);
  const add = (path: string): void => {
    if (tree.isDirectory(path) && !tree.isPackage(path)) roots.add(path);
  };
  for (const { path } of manifests)
    if (/(pyproject\.toml|setup\.(py|cfg))$/.test(path)) add(directoryOf(path));
  // Django's apps are named from where `manage.py` lies.
  for (const { path } of tree.files) {
    if (!path.endsWith("/manage.py") || tree.isPackage(directoryOf(path))) continue;
    roots.add(directoryOf(path));
  }
  for (const root of [...roots]) for (const name of ["src", "lib", "python"]) add(join(root, name));
  for (const manifest of manifests) for (const folder of foldersNamed(manifest)) add(folder);
  for (const { folder, parents } of homesOf(tree, projects)) {
    const [home, ...others] = parents.filter((parent) => isBelow(parent, folder));
    if (home !== undefined && others.length === 0) roots.add(home);
  }
  return [...roots];
}

/** Directories with nothing but a list of requirements: programs run there, so what lies in them looks there. */
export function programFolders(tree: PythonTree, manifests: readonly Manifest[]): readonly string[] {
  const folders = manifests.flatMap(({ path }) =>
    /(^|\/)(requirements[\w.-]*\.(txt|in)|Pipfile)$/.test(path) ? [directoryOf(path)] : [],
  );
  return [...new Set(folders)].filter((folder) => folder !== "" && !tree.isPackage(folder));
}

/** `package-dir`, `where`, `packages` and `pythonpath` in the manners of the tools that read them. */
function* foldersNamed({ path, text }: Manifest): Iterable<string> {
  if (!/(pyproject\.toml|setup\.(py|cfg)|tox\.ini)$/.test(path)) return;
  const at = (folder: string): string => join(directoryOf(path), folder.replace(/^(\.\/)+|\/+$/g, ""));
  const single =
    /\bwhere\s*=\s*\[?\s*["']?([\w./-]+)|\bfrom\s*=\s*["']([\w./-]+)["']|(?:""|'')\s*[=:]\s*["']([\w./-]+)["']|^[ \t]+=\s*([\w./-]+)\s*$|\bfind_(?:namespace_)?packages\(\s*["']([\w./-]+)["']/gm;
  for (const [, ...found] of text.matchAll(single)) yield at(found.find((each) => each !== undefined) ?? "");
  for (const [, list = ""] of text.matchAll(/\bpythonpath\s*=\s*(\[[^\]]*\]|[^\n[]+)/g))
    for (const [folder] of list.matchAll(/[\w./-]+/g)) yield at(folder);
  // Hatch names packages by their paths.
  for (const [, list = ""] of text.matchAll(/\bpackages\s*=\s*\[([^\]]*)\]/g))
    for (const [, parent = ""] of list.matchAll(/["']([\w./-]+)\/[\w-]+["']/g)) yield at(parent);
}

/** Of each project, by its folder: where packages lie that are called like it, and in no other package. */
function* homesOf(
  tree: PythonTree,
  projects: Projects,
): Iterable<{ folder: string; parents: readonly string[] }> {
  const parentsByName = new Map<string, string[]>();
  for (const { path } of tree.files) {
    const [, parent = "", name = ""] = /^(?:(.*)\/)?([^/]+)\/__init__\.py$/.exec(path) ?? [];
    if (name === "" || projects.called(name).length === 0) continue;
    if (tree.isPackage(parent) || isFixture.test(path) || isBeside.test(path)) continue;
    parentsByName.set(name, [...(parentsByName.get(name) ?? []), parent]);
  }
  for (const [name, parents] of parentsByName) {
    for (const folder of projects.called(name)) yield { folder, parents };
  }
}
