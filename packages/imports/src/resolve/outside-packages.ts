/** Packages of others: who declares them, whether they are installed, and whether they have what is asked. */

import { createRequire } from "node:module";
import { posix } from "node:path";
import type { ResolverFactory } from "oxc-resolver";
import type { Disk } from "./typescript-disk.ts";
import { type Files, LENIENT } from "./typescript-files.ts";
import type { Asking, Location } from "./typescript-location.ts";
import type { Manifests } from "./typescript-package.ts";

export class OutsidePackages {
  readonly #disk: Disk;
  readonly #manifests: Manifests;
  readonly #files: Files;
  readonly #installedByDirectory = new Map<string, string | undefined>();
  #runtime: ResolverFactory | undefined;

  constructor(disk: Disk, manifests: Manifests, files: Files) {
    this.#disk = disk;
    this.#manifests = manifests;
    this.#files = files;
  }

  /** Whether a manifest here or above names the package. */
  declares(directory: string, name: string): boolean {
    return [...this.#manifests.above(directory)].some((one) => one.dependencies.has(name));
  }

  /** Declared is enough. Installed packages are asked whether they have the subpath. */
  locate(name: string, subpath: string, asking: Asking): Location {
    const directory = posix.dirname(asking.from);
    const installed = this.#installed(name, directory);
    const types = `@types/${name.replace(/^@/, "").replace("/", "__")}`;
    let isDeclared = false;
    for (const manifest of this.#manifests.above(directory)) {
      if (manifest.name === name || manifest.dependencies.has(name) || manifest.dependencies.has(types))
        isDeclared = true;
    }
    const isInstalled = installed !== undefined || this.#installed(types, directory) !== undefined;
    if (installed !== undefined && subpath !== "." && !this.#hasSubpath(installed, subpath, asking)) {
      return { is: "missing", tried: [posix.join(installed, subpath)], nearest: name };
    }
    return { is: "external", package: name, isDeclared, isInstalled };
  }

  #installed(name: string, directory: string): string | undefined {
    const key = `${directory}\0${name}`;
    if (this.#installedByDirectory.has(key)) return this.#installedByDirectory.get(key);
    const here = `${directory}/node_modules/${name}`;
    const parent = posix.dirname(directory);
    const found = this.#disk.isDirectory(here)
      ? here
      : parent === directory
        ? undefined
        : this.#installed(name, parent);
    this.#installedByDirectory.set(key, found);
    return found;
  }

  #hasSubpath(installed: string, subpath: string, asking: Asking): boolean {
    this.#runtime ??= runtimeResolver();
    const directory = posix.dirname(asking.from);
    if (this.#runtime.sync(directory, asking.specifier).path !== undefined) return true;
    if (this.#runtime.resolveDtsSync(asking.from, asking.specifier).path !== undefined) return true;
    return (
      this.#disk.isFile(posix.join(installed, subpath)) ||
      this.#files.file(posix.join(installed, subpath), LENIENT) !== undefined
    );
  }
}

/** Native code, which is loaded only where somebody asks an installed package for a part of it. */
function runtimeResolver(): ResolverFactory {
  const oxc = createRequire(import.meta.url)("oxc-resolver") as typeof import("oxc-resolver");
  return new oxc.ResolverFactory({
    conditionNames: ["types", "import", "require", "node", "browser", "development", "default"],
    extensions: [".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".node"],
    mainFields: ["types", "typings", "module", "main"],
  });
}
