/**
 * Where a specifier leads, as the compiler, Node and bundlers agree on it: relative paths, `paths` and
 * `baseUrl`, `imports` and `exports` maps, members of the workspace, installed packages, ambient modules.
 *
 * Invariants
 * L1 What may be made by a build, a generator or a plugin is unknown, not missing.
 * L2 A package that some manifest declares is never missing, installed or not.
 * L3 Fixtures may ask for anything: those below tests, and those that the compiler's own configuration
 *    leaves out. So may templates that it leaves out, since they are copied to where their imports hold.
 */

import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { FileFacts } from "../model.ts";
import { isTestInput } from "../test-input.ts";
import { BundlerAliases } from "./bundler-aliases.ts";
import { GitIgnores } from "./git-ignores.ts";
import { OutsidePackages } from "./outside-packages.ts";
import { AmbientModules } from "./typescript-ambient-modules.ts";
import { starOf, type TypeScriptConfig, type TypeScriptConfigs, targetsOf } from "./typescript-config.ts";
import { ConfigChoice } from "./typescript-config-choice.ts";
import type { Disk } from "./typescript-disk.ts";
import { Files, LENIENT } from "./typescript-files.ts";
import type { Asking, Location } from "./typescript-location.ts";
import { MadeFiles } from "./typescript-made.ts";
import {
  isPackageName,
  lookUpExports,
  lookUpImports,
  Manifests,
  type MapAnswer,
  type PackageManifest,
  splitSpecifier,
} from "./typescript-package.ts";
import { Paths } from "./typescript-paths.ts";
import { isBelow, lookUpTypesVersions, Workspace } from "./typescript-workspace.ts";

/** What bundlers compile to JavaScript, and are told to find without its extension. */
const COMPILED = [".vue", ".svelte", ".mdx", ".coffee", ".civet", ".imba"];

export class Locator {
  readonly manifests: Manifests;
  readonly workspace: Workspace;
  readonly files: Files;
  readonly #root: string;
  readonly #paths: Paths;
  readonly #configs: ConfigChoice;
  readonly #ignores: GitIgnores;
  readonly #aliases: BundlerAliases;
  readonly #ambient: AmbientModules;
  readonly #fixtures = new Map<string, boolean>();
  readonly #packages: OutsidePackages;
  readonly #made: MadeFiles;

  constructor(options: {
    readonly root: string;
    readonly known: ReadonlySet<string>;
    readonly disk: Disk;
    readonly configs: TypeScriptConfigs;
    readonly files: readonly FileFacts[];
  }) {
    this.#root = options.root;
    this.files = new Files(options.known, options.disk);
    this.manifests = new Manifests(options.disk);
    this.#ambient = new AmbientModules(options.files, options.root, this.manifests);
    this.workspace = new Workspace(options.disk, this.manifests, options.configs, this.files.directories);
    this.#paths = new Paths(this.files, this.manifests, this.workspace);
    this.#packages = new OutsidePackages(options.disk, this.manifests, this.files);
    this.#configs = new ConfigChoice(options.configs, options.disk);
    this.#ignores = new GitIgnores(options.disk, options.root);
    this.#made = new MadeFiles(this.files, this.manifests, this.workspace, this.#ignores);
    this.#aliases = new BundlerAliases(options.disk, this.manifests, options.known);
  }

  locate(asking: Asking): Location {
    const found = this.#locate(asking);
    const location =
      found.is === "path" && asking.specifier.includes("?") ? { ...found, asAsset: true } : found;
    const isOwn = location.is === "path" && asking.specifier.startsWith(".");
    if (isOwn || location.is === "builtin" || !this.isFixture(asking.from)) return location;
    return { is: "unknown", why: "a fixture: input for a test and not code that runs" };
  }

  /** L3 */
  isFixture(path: string): boolean {
    const before = this.#fixtures.get(path);
    if (before !== undefined) return before;
    const isFixture = this.#looksLikeFixture(path);
    this.#fixtures.set(path, isFixture);
    return isFixture;
  }

  #looksLikeFixture(path: string): boolean {
    const inner = this.relativeToRoot(path);
    if (isTestInput(inner)) return true;
    const folder = /(?:^|\/)(?:(?:__)?(?:test[-_]?)?fixtures?(?:__)?|(templates?))\//.exec(inner);
    if (folder === null) return false;
    const above = posix.join(this.#root, inner.slice(0, folder.index));
    if (this.#configs.leavesOut(path, above)) return true;
    const own = folder[1] === undefined ? undefined : this.manifests.nearest(posix.dirname(path))?.directory;
    return own !== undefined && own !== above && this.workspace.leavesOut(own, above);
  }

  /** A file may belong to several projects; what one of them finds is there. */
  #locate(asking: Asking): Location {
    const config = this.#configs.for(asking.from);
    const first = this.#locateBy(asking, config);
    if (first.is !== "missing") return first;
    for (const other of this.#configs.othersFor(asking.from)) {
      const found = this.#locateBy(asking, other);
      if (found.is !== "missing") return found;
    }
    return first;
  }

  #locateBy(asking: Asking, config: TypeScriptConfig | undefined): Location {
    const specifier = withoutQuery(asking.specifier);
    if (specifier === undefined) return { is: "unknown", why: "a loader decides what this is" };
    if (specifier.includes("*")) return { is: "unknown", why: "a pattern that a bundler expands" };
    if (/^\.\.?(?:\/|$)/.test(specifier)) return this.#relative(asking, specifier, config);
    if (specifier.startsWith("/")) return this.#absolute(asking, specifier);
    const ambient = isBuiltin(specifier) ? undefined : this.#ambient.named(asking.from, specifier);
    if (ambient !== undefined && !ambient.isAddition) return ambient.location;
    const named = this.#named({ ...asking, specifier }, config);
    const isThere = named.is !== "missing" && (named.is !== "external" || named.isDeclared);
    return ambient === undefined || isThere ? named : ambient.location;
  }

  /** The file that a subpath of a member leads to. */
  pathInMember(member: PackageManifest, subpath: string): string | undefined {
    const asking = {
      from: `${member.directory}/package.json`,
      specifier: member.name ?? "",
      isRequire: false,
    };
    const found = this.#inMember(member, subpath, asking, undefined);
    if (found.is === "path") return found.path;
    // Bundles are named after the package as often as after their source.
    return subpath === "." ? this.files.file(posix.join(member.directory, "src/index"), LENIENT) : undefined;
  }

  /** Every file that a subpath of a member leads to under some condition. */
  pathsInMember(member: PackageManifest, subpath: string): readonly string[] {
    const asking = {
      from: `${member.directory}/package.json`,
      specifier: member.name ?? "",
      isRequire: false,
    };
    const found = this.#byConditions(asking, undefined, (conditions) =>
      lookUpExports(member.exports, subpath, conditions),
    );
    const targets = found.is === "targets" ? found.targets : [];
    const paths = targets.flatMap((target) => {
      const location = this.#targets(member, [target], asking, undefined);
      return location.is === "path" ? [location.path] : [];
    });
    const path = this.pathInMember(member, subpath);
    return path === undefined ? paths : [...paths, path];
  }

  /** Where `paths` and `baseUrl` lead a name, and which configuration says so. */
  mappedBy(from: string, specifier: string): { readonly path: string; readonly config: string } | undefined {
    const config = this.#configs.for(from);
    const found = this.#mapped({ from, specifier, isRequire: false }, config);
    return found?.is === "path" && config !== undefined
      ? { path: found.path, config: config.path }
      : undefined;
  }

  /** Whether a manifest here or above names the package as a dependency. */
  declares(directory: string, name: string): boolean {
    return this.#packages.declares(directory, name);
  }

  relativeToRoot(path: string): string {
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : path;
  }

  configFor(path: string): TypeScriptConfig | undefined {
    return this.#configs.for(path);
  }

  #relative(asking: Asking, specifier: string, config: TypeScriptConfig | undefined): Location {
    const directory = posix.dirname(asking.from);
    const base = posix.resolve(directory, specifier);
    const probe = this.#paths.probe(asking, config);
    const found = this.#paths.at(base, specifier, probe) ?? this.#paths.throughRootDirs(base, config, probe);
    if (found !== undefined) return { is: "path", path: found };
    const lenient = probe.isExact ? this.#paths.at(base, specifier, LENIENT) : undefined;
    if (lenient !== undefined) {
      const full = posix.relative(directory, lenient).replace(/^(?!\.)/, "./");
      return {
        is: "missing",
        tried: [base],
        nearest: full.replace(/\.tsx?$/, ".js").replace(/\.([cm])ts$/, ".$1js"),
      };
    }
    const compiled = COMPILED.map((extension) => base + extension).find((one) => this.files.isFile(one));
    if (compiled !== undefined) return { is: "path", path: compiled, asAsset: true };
    const pattern = this.#ambient.fitting(asking.from, asking.specifier);
    if (pattern !== undefined) return pattern;
    if (/(?:^|\/)\$types(?:\.js)?$/.test(specifier) && this.#packages.declares(directory, "@sveltejs/kit")) {
      return { is: "unknown", why: "@sveltejs/kit makes it" };
    }
    if (this.#isReplaced(base, directory))
      return { is: "unknown", why: "package.json replaces it for browsers" };
    if (this.#hasGeneratedRoot(config)) {
      return { is: "unknown", why: "one of rootDirs is not there: a generator makes it" };
    }
    if (this.#made.isMade(base))
      return { is: "unknown", why: "git ignores it: a build or a generator makes it" };
    const output = this.#made.output(base, asking, config);
    if (output !== undefined) return output;
    return { is: "missing", tried: [base], nearest: this.#nearestAbove(base) };
  }

  #absolute(asking: Asking, specifier: string): Location {
    const found = this.files.file(specifier, LENIENT);
    if (found !== undefined) return { is: "path", path: found };
    const manifest = this.manifests.nearest(posix.dirname(asking.from));
    const inPackage =
      manifest === undefined ? undefined : this.files.file(manifest.directory + specifier, LENIENT);
    if (inPackage !== undefined) return { is: "path", path: inPackage };
    return { is: "unknown", why: "an absolute path: what it means is up to the server" };
  }

  #named(asking: Asking, config: TypeScriptConfig | undefined): Location {
    const { specifier, from } = asking;
    if (isBuiltin(specifier)) return { is: "builtin", name: specifier };
    if (specifier.startsWith(".bin/")) return { is: "unknown", why: "a program of an installed package" };
    if (specifier === "bun") return { is: "unknown", why: "Bun brings it" };
    if (/^(?:@[^/@]+\/)?[^/@]+@\d/.test(specifier))
      return { is: "unknown", why: "it names the version that is fetched" };
    if (specifier.startsWith("meteor/")) return { is: "unknown", why: "Meteor brings it" };
    if (/^vite\/(?:modulepreload|dynamic-import)-polyfill$/.test(specifier))
      return { is: "unknown", why: "vite makes it" };
    if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) return schemed(specifier);
    const mapped = this.#mapped(asking, config);
    if (mapped !== undefined) return mapped;
    if (specifier.startsWith("#")) {
      const internal = this.#internal(asking, config);
      if (internal !== undefined) return internal;
    }
    const split = splitSpecifier(specifier);
    const directory = posix.dirname(from);
    if (split !== undefined) {
      const own = this.#ownPackage(split.name, directory);
      const member = own ?? this.workspace.member(split.name, directory);
      const inside = member && this.#inMember(member, split.subpath, asking, config);
      if (inside !== undefined && inside.is !== "missing") return inside;
      const renamed = inside && this.#aliased(asking);
      if (inside !== undefined) return renamed?.is === "path" ? renamed : inside;
    }
    const aliased = this.#aliased(asking);
    if (aliased?.is === "path") return aliased;
    const isName = split !== undefined && isPackageName(split.name);
    const external = isName ? this.#packages.locate(split.name, split.subpath, asking) : undefined;
    if (
      external !== undefined &&
      (external.is !== "external" || external.isDeclared || external.isInstalled)
    ) {
      return external;
    }
    // What the compiler is told of the name holds beside a bundler's alias: it finds nothing either.
    const isMapped = config?.incomplete !== true && config?.includes(from) === true;
    if (aliased !== undefined && !(isMapped && this.#isOurPath(specifier, config))) return aliased;
    const pattern = this.#ambient.fitting(asking.from, asking.specifier);
    if (pattern !== undefined) return pattern;
    if (config?.incomplete === true && !isName) {
      return { is: "unknown", why: `what ${posix.basename(config.path)} extends cannot be read` };
    }
    const made = this.#madeByMapping(specifier, config);
    if (made) return { is: "unknown", why: "git ignores it: a build or a generator makes it" };
    const isNobodys = !this.#hasImportsMap(directory) && !(isMapped && this.#isOurPath(specifier, config));
    if (specifier.startsWith("#") && isNobodys)
      return { is: "unknown", why: "without an imports map only a bundler can know it" };
    if (external !== undefined && !this.#isOurPath(specifier, config)) return external;
    if (!isName && this.#aliases.mentions(specifier, directory))
      return { is: "unknown", why: "a bundler's configuration speaks of it: a plugin there may make it" };
    return { is: "missing", tried: this.#triedFor(specifier, config), nearest: "" };
  }

  #aliased({ specifier, from }: Asking): Location | undefined {
    return this.#aliases.locate(specifier, from, (path) => this.#paths.at(path, specifier, LENIENT));
  }

  /** `paths`, then `baseUrl`. */
  #mapped(asking: Asking, config: TypeScriptConfig | undefined): Location | undefined {
    if (config === undefined) return undefined;
    for (const target of targetsOf(asking.specifier, config)) {
      const found = this.#paths.at(target, asking.specifier, LENIENT) ?? this.#builtFrom(target);
      if (found !== undefined)
        return this.#ambient.within(found, asking.specifier) ?? { is: "path", path: found };
    }
    if (config.baseUrl === undefined) return undefined;
    const found = this.#paths.at(posix.join(config.baseUrl, asking.specifier), asking.specifier, LENIENT);
    return found === undefined ? undefined : { is: "path", path: found };
  }

  /** A mapping may lead into a member's build output. */
  #builtFrom(target: string): string | undefined {
    const manifest = this.manifests.nearest(posix.dirname(target));
    if (manifest === undefined || target.includes("/node_modules/")) return undefined;
    if (!this.#ignores.ignores(target) && !this.#ignores.ignores(`${target}.d.ts`)) return undefined;
    return this.workspace.sourceOf(manifest, target, (path) => this.files.isKnown(path));
  }

  /** `#name` by the `imports` map of the nearest package. */
  #internal(asking: Asking, config: TypeScriptConfig | undefined): Location | undefined {
    const manifest = this.manifests.nearest(posix.dirname(asking.from));
    if (manifest?.imports === undefined) return undefined;
    const found = this.#byConditions(asking, config, (conditions) =>
      lookUpImports(manifest.imports, asking.specifier, conditions),
    );
    if (found.is !== "targets") return undefined;
    return this.#targets(manifest, found.targets, asking, config);
  }

  #hasImportsMap(directory: string): boolean {
    return [...this.manifests.above(directory)].some((one) => one.imports !== undefined);
  }

  /** A package may ask for itself by name when it has an `exports` map. */
  #ownPackage(name: string, directory: string): PackageManifest | undefined {
    const manifest = this.manifests.nearest(directory);
    return manifest?.name === name && manifest.exports !== undefined ? manifest : undefined;
  }

  #inMember(
    member: PackageManifest,
    subpath: string,
    asking: Asking,
    config: TypeScriptConfig | undefined,
  ): Location {
    if (member.exports === undefined) return this.#inMemberByPath(member, subpath, asking);
    const found = this.#byConditions(asking, config, (conditions) =>
      lookUpExports(member.exports, subpath, conditions),
    );
    if (found.is === "targets") {
      // Bundlers take a path without the `./` that Node asks for.
      const targets = found.targets.map((one) => one.replace(/^(?!\.)/, "./"));
      return this.#targets(member, targets, asking, config);
    }
    // Tests of the package itself ask for what its build writes, past its own doors.
    if (isBelow(asking.from, member.directory) && this.#made.isMade(posix.join(member.directory, subpath)))
      return { is: "unknown", why: "the package is not built" };
    if (subpath === "./package.json")
      return { is: "path", path: posix.join(member.directory, "package.json") };
    return {
      is: "missing",
      tried: [`the exports of ${member.directory}/package.json`],
      nearest: member.name ?? "",
    };
  }

  #inMemberByPath(member: PackageManifest, subpath: string, asking: Asking): Location {
    const unbuilt: Location = { is: "unknown", why: "the package is not built" };
    if (subpath === ".") {
      const found =
        this.#paths.folder(member.directory, LENIENT) ??
        this.files.file(posix.join(member.directory, "src/index"), LENIENT);
      if (found === undefined) return unbuilt;
      return this.#ambient.within(found, asking.specifier) ?? { is: "path", path: found };
    }
    const versioned = lookUpTypesVersions(member.typesVersions, subpath);
    for (const path of versioned === undefined ? [subpath] : [versioned, subpath]) {
      const target = posix.join(member.directory, path);
      const found =
        this.#paths.at(target, path, LENIENT) ??
        this.workspace.sourceOf(member, target, (one) => this.files.isKnown(one));
      if (found !== undefined)
        return this.#ambient.within(found, asking.specifier) ?? { is: "path", path: found };
    }
    const target = posix.join(member.directory, subpath);
    if (this.#made.isMade(target)) return unbuilt;
    return { is: "missing", tried: [target], nearest: member.name ?? "" };
  }

  /** Every target that some set of conditions yields, the compiler's own first. */
  #byConditions(
    asking: Asking,
    config: TypeScriptConfig | undefined,
    ask: (conditions: ReadonlySet<string>) => MapAnswer,
  ): { readonly is: "closed" } | { readonly is: "targets"; readonly targets: readonly string[] } {
    const custom = config?.customConditions ?? [];
    const [first, second] = asking.isRequire ? ["require", "import"] : ["import", "require"];
    const targets = new Set<string>();
    for (const kind of [first, second]) {
      for (const extra of [
        ["types"],
        [],
        ["source"],
        ["development"],
        ["browser"],
        ["worker"],
        ["react-server"],
      ]) {
        const answer = ask(new Set([...custom, ...extra, kind ?? "import", "node", "module", "module-sync"]));
        if (answer.is === "target") targets.add(answer.target);
      }
    }
    return targets.size === 0 ? { is: "closed" } : { is: "targets", targets: [...targets] };
  }

  #targets(
    manifest: PackageManifest,
    targets: readonly string[],
    asking: Asking,
    config: TypeScriptConfig | undefined,
  ): Location {
    let isMissing = true;
    for (const target of targets) {
      if (!target.startsWith(".")) return this.#named({ ...asking, specifier: target }, config);
      const path = posix.join(manifest.directory, target);
      const itself = this.#ambient.within(path, asking.specifier);
      if (itself !== undefined) return itself;
      const source = this.workspace.sourceOf(manifest, path, (one) => this.files.isKnown(one));
      // What no build makes is itself, and JavaScript means to a compiler the declarations beside it.
      const isWritten = source !== undefined && posix.dirname(source) === posix.dirname(path);
      const typed = isWritten ? path : /\.[cm]?jsx?$/.test(source ?? "") ? source : undefined;
      const written =
        typed === undefined ? undefined : this.files.file(typed, this.#paths.probe(asking, config));
      const found = written ?? source ?? this.files.file(path, LENIENT);
      if (found !== undefined) return { is: "path", path: found };
      isMissing &&= !this.#made.isMade(path) && !/^\.\/(?:dist|build|lib|out)\//.test(target);
    }
    if (!isMissing) return { is: "unknown", why: "the package is not built" };
    return {
      is: "missing",
      tried: targets.map((one) => posix.join(manifest.directory, one)),
      nearest: manifest.name ?? "",
    };
  }

  #madeByMapping(specifier: string, config: TypeScriptConfig | undefined): boolean {
    if (config === undefined) return false;
    const inBase = config.baseUrl === undefined ? [] : [posix.join(config.baseUrl, specifier)];
    return [...targetsOf(specifier, config), ...inBase].some((one) => this.#made.isMade(one));
  }

  /** A name that only a mapping of ours could mean: `components/x` below `baseUrl`, `@app/x` in `paths`. */
  #isOurPath(specifier: string, config: TypeScriptConfig | undefined): boolean {
    if (config === undefined) return false;
    if (config.paths.some((one) => one.pattern !== "*" && starOf(one.pattern, specifier) !== undefined))
      return true;
    const head = specifier.split("/", 1)[0] ?? "";
    return (
      config.baseUrl !== undefined &&
      specifier !== head &&
      this.files.isDirectory(posix.join(config.baseUrl, head))
    );
  }

  #triedFor(specifier: string, config: TypeScriptConfig | undefined): readonly string[] {
    const targets = config === undefined ? [] : [...targetsOf(specifier, config)];
    if (targets.length > 0) return targets;
    return config?.baseUrl === undefined ? [specifier] : [posix.join(config.baseUrl, specifier)];
  }

  /** Frameworks generate types into a folder that `rootDirs` lays over the source. */
  #hasGeneratedRoot(config: TypeScriptConfig | undefined): boolean {
    return config?.rootDirs.some((one) => !this.files.isDirectory(one)) === true;
  }

  /** The `browser` field may give a file to a path where there is none. */
  #isReplaced(base: string, directory: string): boolean {
    const manifest = this.manifests.nearest(directory);
    if (manifest === undefined) return false;
    const path = `./${posix.relative(manifest.directory, base)}`;
    return [path, `${path}.js`, `${path}/index.js`].some((one) => manifest.replaced.has(one));
  }

  #nearestAbove(path: string): string {
    for (let at = posix.dirname(path); at !== posix.dirname(at); at = posix.dirname(at)) {
      if (this.files.isDirectory(at)) return at;
    }
    return "/";
  }
}

/** Undefined when a loader is named (`a!b`). A query (`?raw`) says how to load and not what. */
function withoutQuery(specifier: string): string | undefined {
  if (specifier.includes("!")) return undefined;
  const query = specifier.indexOf("?");
  return query > 0 ? specifier.slice(0, query) : specifier;
}

function schemed(specifier: string): Location {
  if (specifier.startsWith("node:")) return { is: "missing", tried: ["the modules of Node.js"], nearest: "" };
  return { is: "unknown", why: `${specifier.slice(0, specifier.indexOf(":") + 1)} is not a path` };
}
