/**
 * Modules that a build makes from something else than Python, as its description names them. Descriptions are
 * programs, so they are read as text: what they quote may be made, and is not called missing.
 */

import type { Manifest } from "./python-dependencies.ts";
import { directoryOf, join } from "./python-tree.ts";

/** Files that only say what is built; what they quote is no dependency. */
const DESCRIPTION = /(?:^|\/)(?:meson\.build|CMakeLists\.txt|setup_package\.py|\w*_build\.py)$/;
const QUOTED = /["']([A-Za-z_][\w./]*)["']/g;
/** `Extension("a.b", …)`, `RustExtension`, cffi's `set_source("a.b", …)` and their like. */
const BUILDS = /\b(?:\w*Extension|ext_modules|set_source|cythonize)\b/;
/** Where Meson installs what it builds, relative to all packages. */
const INSTALLED = /\bsubdir\s*:\s*["']([\w./]+)["']/g;
/** Another project, whose modules may be installed anywhere below this one. */
const SUBPROJECT = /\bsubproject\s*\(\s*["'](\w+)["']/g;
const NAMED = /^\s*(?:module-name|name)\s*=\s*["']([A-Za-z_][\w.]*)["']/gm;
const ADDED = /\b(?:pybind11_add_module|nanobind_add_module|python_add_library|add_library)\s*\(\s*(\w+)/gi;

export function isBuildDescription(path: string): boolean {
  return DESCRIPTION.test(path);
}

export class BuiltModules {
  /** Paths without extension, by their last part; one that begins with `/` is whole. */
  readonly #pathsByName = new Map<string, Set<string>>();
  readonly #subprojects = new Set<string>();

  constructor(manifests: readonly Manifest[]) {
    for (const { path, text } of manifests) {
      const directory = directoryOf(path);
      if (path.endsWith("meson.build")) {
        const places = Array.from(text.matchAll(INSTALLED), ([, place = ""]) => place);
        for (const [, quoted = ""] of text.matchAll(QUOTED)) {
          if (!/^\w+(?:\.py)?$/.test(quoted)) continue;
          const name = quoted.replace(/\.py$/, "");
          this.#add(`/${join(directory, name)}`);
          for (const place of places) this.#add(join(place, name));
        }
        for (const [, name = ""] of text.matchAll(SUBPROJECT)) this.#subprojects.add(name);
      } else if (path.endsWith("CMakeLists.txt")) {
        for (const [, name = ""] of text.matchAll(ADDED)) this.#add(name);
      } else if (path.endsWith(".toml")) {
        if (!/\bmaturin\b|ext-modules/.test(text)) continue;
        for (const [, name = ""] of text.matchAll(NAMED)) if (name.includes(".")) this.#addDotted(name);
      } else if (path.endsWith(".py") && BUILDS.test(text)) {
        for (const [, quoted = ""] of text.matchAll(QUOTED)) {
          if (/^\w+(?:\.\w+)+$/.test(quoted)) this.#addDotted(quoted);
        }
      }
    }
  }

  #addDotted(name: string): void {
    this.#add(name.replaceAll(".", "/"));
  }

  #add(path: string): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const paths = this.#pathsByName.get(name);
    if (paths === undefined) this.#pathsByName.set(name, new Set([path]));
    else paths.add(path);
  }

  /**
   * Whether a build makes the module at this path, or one that it lies in. Descriptions name packages of sources,
   * too: those are there.
   */
  has(stem: string, isThere: (path: string) => boolean): boolean {
    if (this.#pathsByName.size === 0 && this.#subprojects.size === 0) return false;
    for (let at = stem; at !== ""; at = directoryOf(at)) {
      const name = at.slice(at.lastIndexOf("/") + 1);
      if (this.#subprojects.has(name)) return true;
      for (const path of this.#pathsByName.get(name) ?? []) {
        const isNamed = path.startsWith("/") ? `/${at}` === path : `/${at}`.endsWith(`/${path}`);
        if (isNamed && !isThere(path.replace(/^\//, ""))) return true;
      }
    }
    return false;
  }
}
