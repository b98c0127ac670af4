import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Where tools put the virtual environment of a project. */
const environments = [".venv", "venv", "env"];

/** The folders of installed modules in the tree's virtual environment, relative to the root; empty: none. */
export function sitePackages(root: string): readonly string[] {
  for (const environment of environments) {
    const found: string[] = [];
    for (const lib of ["lib", "lib64"]) {
      for (const version of list(join(root, environment, lib))) {
        const path = `${environment}/${lib}/${version}/site-packages`;
        if (version.startsWith("python") && list(join(root, path)).length > 0) found.push(path);
      }
    }
    const onWindows = `${environment}/Lib/site-packages`;
    if (found.length === 0 && list(join(root, onWindows)).length > 0) found.push(onWindows);
    if (found.length > 0) return found;
  }
  return [];
}

/** Top-level modules that these folders hold: packages, modules and compiled ones. Undefined: no environment. */
export function installedModules(root: string): ReadonlySet<string> | undefined {
  const folders = sitePackages(root);
  if (folders.length === 0) return undefined;
  const modules = new Set<string>();
  for (const folder of folders) {
    for (const name of list(join(root, folder))) {
      if (/\.(dist-info|egg-info|pth|egg-link)$/.test(name) || name === "__pycache__") continue;
      // `name`, `name.py`, `name.cpython-313-x86_64-linux-gnu.so`
      modules.add(name.split(".", 1)[0] ?? "");
    }
  }
  return modules;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // What is not there, or is no folder of ours to list, holds no environment.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
