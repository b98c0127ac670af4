/** Answers the questions of `Resolver` for TypeScript and JavaScript. */

import { posix } from "node:path";
import type { FileFacts, ImportFact, Resolution, Resolver } from "../model.ts";
import { Borders } from "./typescript-borders.ts";
import { TypeScriptConfigs } from "./typescript-config.ts";
import { type Disk, systemDisk } from "./typescript-disk.ts";
import { Locator } from "./typescript-locate.ts";
import type { Location } from "./typescript-location.ts";
import { Names } from "./typescript-lookup.ts";
import { SpecifierWriter } from "./typescript-specifier.ts";
import { isBelow } from "./typescript-workspace.ts";

const SOURCE = /\.(?:[cm]?[jt]sx?)$/;

export type TypeScriptResolverOptions = {
  /** Absolute path of the tree, with `/`. */
  readonly root: string;
  /** All files of the project in its order; those of other languages are passed over. */
  readonly files: readonly FileFacts[];
  readonly disk?: Disk;
};

export type TypeScriptTreeResolver = Resolver & {
  readonly borders: Borders;
  /** Configurations that were asked for and cannot be read, so far. */
  readonly faults: () => readonly { readonly path: string; readonly message: string }[];
  /** For the same paths, of which some have other contents now that lead no specifier elsewhere. */
  readonly withContents: (files: readonly FileFacts[]) => TypeScriptTreeResolver;
};

export function createTypeScriptResolver(options: TypeScriptResolverOptions): TypeScriptTreeResolver {
  const root = options.root.replace(/\/+$/, "");
  const indexByPath = new Map<string, number>();
  options.files.forEach((one, index) => {
    if (one.language === "typescript") indexByPath.set(`${root}/${one.path}`, index);
  });
  const known = new Set(indexByPath.keys());
  const disk = options.disk ?? systemDisk(known);
  const configs = new TypeScriptConfigs(disk);
  const locator = new Locator({ root, known, disk, configs, files: options.files });
  return treeResolver(
    new TypeScriptResolver({
      root,
      files: options.files,
      indexByPath,
      disk,
      configs,
      locator,
      answers: new Map(),
    }),
  );
}

function treeResolver(resolver: TypeScriptResolver): TypeScriptTreeResolver {
  return {
    language: "typescript",
    resolve: (file, statement) => resolver.resolve(file, statement),
    lookup: (file, name) => resolver.names.lookup(file, name),
    offers: (file) => resolver.names.offers(file),
    isInput: (file) => resolver.isInput(file),
    specifierFor: (from, to, like) => resolver.specifiers.specifierFor(from, to, like),
    moduleName: (file) => resolver.specifiers.moduleName(file),
    borders: resolver.borders,
    faults: () => resolver.faults(),
    withContents: (files) => treeResolver(new TypeScriptResolver({ ...resolver.world, files })),
  };
}

/** What the answers of one resolver come from. */
type World = {
  readonly root: string;
  readonly files: readonly FileFacts[];
  readonly indexByPath: ReadonlyMap<string, number>;
  readonly disk: Disk;
  readonly configs: TypeScriptConfigs;
  readonly locator: Locator;
  /** Where specifiers lead, by folder, configuration and what asks. */
  readonly answers: Map<string, Resolution>;
};

class TypeScriptResolver {
  readonly names: Names;
  readonly specifiers: SpecifierWriter;
  readonly borders: Borders;
  readonly world: World;

  constructor(world: World) {
    this.world = world;
    const { files, locator } = world;
    this.borders = new Borders(locator, (file) => this.#path(file));
    this.names = new Names({
      files,
      resolve: (file, one) => this.resolve(file, one),
      isBuiltAsCommonJs: (file) => this.specifiers.isBuiltAsCommonJs(file),
    });
    this.specifiers = new SpecifierWriter({
      locator,
      pathOf: (file) => this.#path(file),
      isAt: (from, specifier, to) => this.#isAt(from, specifier, to),
    });
  }

  faults(): readonly { readonly path: string; readonly message: string }[] {
    return this.world.configs.faults
      .filter(({ path }) => !/\/(?:node_modules|fixtures?|__fixtures__|testdata|samples)\//.test(path))
      .map(({ path, message }) => ({
        path: this.#relative(path),
        message: `is no configuration that can be read: ${message}`,
      }));
  }

  resolve(file: number, statement: ImportFact): Resolution {
    const from = this.#path(file);
    if (from === undefined) return { is: "unknown", why: "the file is not part of this check" };
    // Test runners look for what they put something in the place of as `require` does.
    const isRequire = /^(?:require|import-equals|mock)$/.test(statement.kind);
    const resolution = this.#resolve(from, statement.specifier, isRequire);
    // Its namespace import says so already.
    if (statement.kind === "member" && resolution.is === "missing") {
      return { is: "unknown", why: "the module is missing" };
    }
    return resolution;
  }

  isInput(file: number): boolean {
    const path = this.#path(file);
    return path !== undefined && this.world.locator.isFixture(path);
  }

  #path(file: number): string | undefined {
    const path = this.world.files[file]?.path;
    return path === undefined ? undefined : `${this.world.root}/${path}`;
  }

  /** Files of one folder share their answers, save where a configuration tells them apart. */
  #resolve(from: string, specifier: string, isRequire: boolean): Resolution {
    const config = this.world.locator.configFor(from)?.path ?? "";
    const extension = from.slice(from.lastIndexOf(".") + 1);
    const key = [posix.dirname(from), config, extension, isRequire ? "r" : "i", specifier].join("\0");
    const before = this.world.answers.get(key);
    if (before !== undefined) return before;
    const answer = this.#classify(this.world.locator.locate({ from, specifier, isRequire }));
    // A link's own relative paths start where it leads: Node and bundlers take the real path of a file.
    const real = answer.is === "missing" && specifier.startsWith(".") ? this.#realPath(from) : from;
    const lasting = real === from ? answer : this.#resolve(real, specifier, isRequire);
    if (real === from) this.world.answers.set(key, answer);
    return lasting;
  }

  /** Where a file lies behind links, as a path below the root when it lies there. */
  #realPath(path: string): string {
    const real = this.world.disk.realPath(path);
    const root = this.world.disk.realPath(this.world.root);
    return isBelow(real, root) ? this.world.root + real.slice(root.length) : real;
  }

  #classify(location: Location): Resolution {
    switch (location.is) {
      case "path":
        return location.asAsset === true
          ? { is: "asset", path: this.#relative(location.path) }
          : this.#classifyPath(location.path);
      case "missing":
        return {
          ...location,
          // Some of them are told in words.
          tried: location.tried.map((one) => this.#relative(one).replace(` ${this.world.root}/`, " ")),
          // What lies above the tree is nobody's concern here.
          nearest: this.#relative(location.nearest).replace(/^\/.*/, ""),
        };
      default:
        return location;
    }
  }

  #classifyPath(path: string): Resolution {
    const file = this.world.indexByPath.get(path) ?? this.#behindLink(path);
    if (file !== undefined) {
      const isSkipped = this.world.files[file]?.problems.some((one) => one.kind === "skipped") === true;
      return isSkipped ? { is: "asset", path: this.#relative(path) } : { is: "file", file };
    }
    const vendored = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
    if (vendored !== null) {
      return { is: "external", package: vendored[1] ?? "", isDeclared: true, isInstalled: true };
    }
    if (SOURCE.test(path)) return { is: "unknown", why: `${this.#relative(path)} is not part of this check` };
    return { is: "asset", path: this.#relative(path) };
  }

  #behindLink(path: string): number | undefined {
    return SOURCE.test(path) ? this.world.indexByPath.get(this.world.disk.realPath(path)) : undefined;
  }

  #relative(path: string): string {
    if (path === this.world.root) return ".";
    return path.startsWith(`${this.world.root}/`) ? path.slice(this.world.root.length + 1) : path;
  }

  #isAt(from: number, specifier: string, to: number): boolean {
    const path = this.#path(from);
    if (path === undefined) return false;
    const resolution = this.#resolve(path, specifier, false);
    return resolution.is === "file" && resolution.file === to;
  }
}
