import type { FileFacts, ImportFact, Lookup, Resolution, Resolver } from "../model.ts";
import { BuiltModules, isBuildDescription } from "./python-built.ts";
import { type Manifest, Projects, readDependencies, readRequired } from "./python-dependencies.ts";
import { giversAmong, PythonNames } from "./python-lookup.ts";
import { standardModules } from "./python-names.ts";
import { findRoots, isFixture, programFolders } from "./python-roots.ts";
import { judgeStandardModule, nearestStandardModule } from "./python-standard.ts";
import { directoryOf, type Find, isBelow, join, PythonTree } from "./python-tree.ts";

export type PythonResolverOptions = {
  readonly files: readonly FileFacts[];
  readonly compiled: readonly string[];
  /** All folders of the tree. */
  readonly folders: readonly string[];
  readonly manifests: readonly Manifest[];
  /** Source roots, relative; empty: found by themselves. */
  readonly roots: readonly string[];
  /** Top-level modules that are somebody else's whatever directories say. */
  readonly external: readonly string[];
  /** Whether git ignores a path: what is not there and would not be committed is made by a build. */
  readonly isIgnored: (path: string) => boolean;
  /** Top-level modules of the virtual environment in the tree; undefined when there is none. */
  readonly installed: ReadonlySet<string> | undefined;
  /** Files that give names to modules from outside, where they are known; otherwise they are looked for. */
  readonly givers?: readonly number[];
};

/** A mock string's answer: where its longest module prefix leads, and what is asked of it. */
export type Target = { readonly resolution: Resolution; readonly module: string; readonly name: string };

/** A directory as the place from which its files import. */
type Folder = {
  readonly directory: string;
  /** Of its stubs, which look elsewhere first. */
  readonly isStub: boolean;
  /** The first directory above that is no package. */
  readonly outer: string;
  /** Where its files look, in order. */
  readonly roots: readonly string[];
  /** What was seen from these roots; shared by all folders that have the same ones. */
  readonly sights: Map<string, Sight>;
  readonly answers: Map<string, Resolution>;
};

/** Where a dotted name leads from the roots on which it was looked for. */
type Sight = {
  readonly answer: Resolution | undefined;
  readonly namespace: string | undefined;
  /** The one with most parts. */
  readonly partial: (Find & { is: "partial" }) | undefined;
};

const nothingSeen: Sight = { answer: undefined, namespace: undefined, partial: undefined };

export type PythonResolver = Resolver & {
  /** Where a module as it is written leads. */
  readonly resolveSpecifier: (file: number, specifier: string) => Resolution;
  readonly resolveTarget: (file: number, dotted: string) => Target;
  /** Whether a manifest asks for the package that is imported by this name. */
  readonly isRequired: (module: string) => boolean;
  /** What a name of one of Python's own modules is. */
  readonly lookupStandard: (file: number, module: string, name: string) => Lookup;
  /** Files that give names to modules from outside (`module.name = …`). */
  readonly givers: () => readonly number[];
  /**
   * For the same paths, of which some have other contents now that lead no import elsewhere and give no names away.
   */
  readonly withContents: (files: readonly FileFacts[]) => PythonResolver;
};

/**
 * Resolves as Python's own import system does on every root: a package before a module before a namespace
 * directory. Roots that were not configured are guessed generously (the tree's root, `src` directories,
 * directories of manifests, and at last the importer's own), since a wrong guess must not make findings.
 */
export function createPythonResolver(options: PythonResolverOptions): PythonResolver {
  const written = writtenByBuilds(options.manifests);
  const built = new BuiltModules(options.manifests);
  const isMade = (path: string): boolean =>
    written.has(path) ||
    options.isIgnored(path) ||
    built.has(path.replace(/(?:\/__init__)?\.pyi?$/, ""), isThere);
  const isThere = (path: string): boolean => roots.some((root) => tree.isPackage(join(root, path)));
  const tree = new PythonTree(options.files, options.compiled, options.folders, isMade);
  const dependencies = readDependencies(options.manifests.filter(({ path }) => !isBuildDescription(path)));
  const projects = new Projects(options.manifests);
  const external = new Set(options.external);
  const roots = options.roots.length > 0 ? options.roots : findRoots(tree, options.manifests, projects);
  const programs = options.roots.length > 0 ? [] : programFolders(tree, options.manifests);
  const testProjects = roots.filter((root) => /(^|\/)tests?\/./.test(root));
  const folders = new Map<string, Folder>();
  const folderByFile: (Folder | undefined)[] = [];
  const sightsByRoots = new Map<string, Map<string, Sight>>();

  function outside(top: string): Resolution {
    return {
      is: "external",
      package: top,
      isDeclared: !dependencies.isKnown || dependencies.isDeclared(top) || external.has(top),
      isInstalled: options.installed === undefined ? undefined : options.installed.has(top),
    };
  }

  function answerOf(found: Find): Resolution | undefined {
    if (found.is === "file") return { is: "file", file: found.file };
    if (found.is === "partial" && tree.isDynamic(found.path)) {
      return { is: "unknown", why: `${found.path} decides at run time which modules it holds` };
    }
    if (found.is === "compiled") return { is: "unknown", why: `${found.path} is compiled` };
    return undefined;
  }

  function folderOf(directory: string, isStub: boolean): Folder {
    const key = isStub ? `${directory}/.pyi` : directory;
    let folder = folders.get(key);
    if (folder === undefined) {
      let outer = directory;
      while (outer !== "" && tree.isPackage(outer)) outer = directoryOf(outer);
      const near = roots.filter(
        (root) => !isFixture.test(`${root}/`) || `${directory}/`.startsWith(`${root}/`),
      );
      // Stubs speak of their neighbours, whatever else goes by that name; others first of their own project's.
      const above = [...new Set([...near, ...programs])].filter((root) => isBelow(directory, root));
      const own = above.sort((a, b) => b.length - a.length);
      const ordered = [...own, ...near.filter((root) => !own.includes(root))];
      const path = isStub ? [outer, ...ordered] : ordered;
      folder = { directory, isStub, outer, roots: path, sights: sightsFrom(path), answers: new Map() };
      folders.set(key, folder);
    }
    return folder;
  }

  function folderOfFile(file: number, path: string): Folder {
    let folder = folderByFile[file];
    if (folder === undefined) {
      folder = folderOf(directoryOf(path), path.endsWith(".pyi"));
      folderByFile[file] = folder;
    }
    return folder;
  }

  function sightsFrom(roots: readonly string[]): Map<string, Sight> {
    const key = roots.join("\0");
    let sights = sightsByRoots.get(key);
    if (sights === undefined) {
      sights = new Map();
      sightsByRoots.set(key, sights);
    }
    return sights;
  }

  /** What is seen from one root more, unless the roots before have answered. */
  function seenFrom(root: string, dotted: string, before: Sight): Sight {
    const found = tree.find(root, dotted);
    const { namespace, partial } = before;
    const isFurther = found.is === "partial" && (partial === undefined || found.count > partial.count);
    return {
      answer: answerOf(found),
      namespace: namespace ?? (found.is === "namespace" ? found.path : undefined),
      partial: isFurther ? found : partial,
    };
  }

  function seenFromAll(roots: readonly string[], dotted: string): Sight {
    let sight = nothingSeen;
    for (const root of roots) {
      sight = seenFrom(root, dotted, sight);
      if (sight.answer !== undefined) break;
    }
    return sight;
  }

  function absolute(folder: Folder, dotted: string): Resolution {
    let answer = folder.answers.get(dotted);
    if (answer === undefined) {
      answer = findAbsolute(folder, dotted);
      folder.answers.set(dotted, answer);
    }
    return answer;
  }

  function findAbsolute(folder: Folder, dotted: string): Resolution {
    const { directory, isStub, outer, roots } = folder;
    const dot = dotted.indexOf(".");
    const top = dot < 0 ? dotted : dotted.slice(0, dot);
    if (external.has(top)) return outside(top);
    // A stub that has the name of one of Python's own modules, below a folder that is no package.
    const isItself = isStub && standardModules.has(top) && isBelow(directory, join(outer, top));
    let sight = folder.sights.get(dotted);
    if (sight === undefined || isItself) {
      sight = seenFromAll(isItself ? roots.filter((root) => root !== outer) : roots, dotted);
      if (!isItself) folder.sights.set(dotted, sight);
    }
    if (isTriedOn(sight, directory, top)) return outside(top);
    if (sight.answer !== undefined) return sight.answer;
    const { partial: known } = sight;
    if (standardModules.has(top) && (known === undefined || known.isNamespace)) {
      const isMissing = judgeStandardModule(dotted) === "missing" && !tree.mayLieOnPath(directory, top);
      if (isMissing && known === undefined && sight.namespace === undefined)
        return { is: "missing", tried: [], nearest: nearestStandardModule(dotted) };
      return { is: "builtin", name: top };
    }
    const isForeign = dependencies.isKnown && dependencies.isDeclared(top);
    const isOwn = isOwnPackage(outer, top);
    const isNowhere = known === undefined || known.isNamespace;
    if (isForeign && isNowhere && !isOwn && !isLostPackage(roots, top)) return outside(top);
    // A package that asks for itself from where it is no project's may mean an installed one of its name.
    const isAlone = !isOwn && !roots.includes(outer) && isBelow(directory, join(outer, top));
    if (isAlone && dependencies.mayBring(top))
      return { is: "unknown", why: `a package that the manifests ask for may bring ${top}` };
    // Scripts and test runners put the first directory that is no package on the path.
    const { answer, namespace, partial } = seenFrom(outer, dotted, sight);
    if (answer !== undefined) return answer;
    if (
      namespace === undefined &&
      partial === undefined &&
      outer !== directory &&
      tree.find(directory, top).is !== "none"
    ) {
      // A neighbour in the same package: only found when the file is run as a script.
      return {
        is: "unknown",
        why: `${top} lies beside the file, which is on the path only when that is run itself`,
      };
    }
    // Wherever a module lies on the path, it goes before a folder that is no package.
    const isFolder = namespace !== undefined || partial?.isNamespace === true;
    if (isFolder && known === undefined && sight.namespace === undefined && tree.mayLieOnPath(directory, top))
      return { is: "unknown", why: `a module ${top} lies where the path may lead` };
    if (namespace !== undefined) return { is: "namespace", path: namespace };
    // `protoc` names modules from the folder that it was given, which is put on the path where they are used.
    if (partial !== undefined && /_pb2(?:_grpc)?$/.test(dotted)) {
      for (let at = directory; at !== ""; at = directoryOf(at)) {
        const generated = tree.find(at, dotted);
        const found = generated.is === "file" ? answerOf(generated) : undefined;
        if (found !== undefined) return found;
      }
    }
    // `cython.cimports.libc`, `cython.parallel`: whoever has the package in its own tree has no such files.
    if (partial !== undefined && top === "cython")
      return { is: "unknown", why: "Cython's compiler knows it" };
    // Stubs of somebody else's package (`typings/`), of which the rest is where that is installed.
    if (partial !== undefined && tree.isStubsOnly(partial.path)) return outside(top);
    if (partial !== undefined) {
      const tried = [...roots, outer].map((root) => join(root, dotted.replaceAll(".", "/")));
      // Below a module that is no package nothing can be made.
      const mayBeMade = !/\.pyi?$/.test(partial.path);
      if (mayBeMade && tried.some((stem) => tree.isMade(stem))) return made;
      const nearest = dotted.split(".").slice(0, partial.count).join(".");
      return { is: "missing", tried, nearest };
    }
    const foreign = outside(top);
    // Test runners put a folder of tests on the path that holds this one, once some file there was run.
    if (foreign.is === "external" && !foreign.isDeclared && tree.liesAbove(outer, top))
      return { is: "unknown", why: `a module ${top} lies in a folder above, which may be on the path` };
    return foreign;
  }

  /** Whether what was found is a project that tests are tried on, while a manifest asks for a package of its name. */
  function isTriedOn({ answer, partial }: Sight, directory: string, top: string): boolean {
    if (testProjects.length === 0 || !dependencies.isKnown) return false;
    const path = (answer?.is === "file" ? options.files[answer.file]?.path : partial?.path) ?? "";
    const found = testProjects.find((root) => path.startsWith(`${root}/`));
    if (found === undefined || isBelow(directory, found) || !dependencies.isDeclared(top)) return false;
    return tree.child(found, top).is === "file" && !projects.called(top).includes(found);
  }

  /** Whether a project's own package lies on these roots with its modules, but without its `__init__`. */
  function isLostPackage(roots: readonly string[], top: string): boolean {
    const called = projects.called(top);
    if (called.length === 0) return false;
    return roots.some((root) => {
      const folder = join(root, top);
      return tree.holdsModules(folder) && called.some((project) => isBelow(folder, project));
    });
  }

  /** Whether it lies in that folder of a project that is called like it. */
  function isOwnPackage(outer: string, top: string): boolean {
    return (
      tree.isPackage(join(outer, top)) && projects.called(top).some((project) => isBelow(outer, project))
    );
  }

  /** The directory that `dots` dots mean in a file; undefined when they lead out of the tree. */
  function base(path: string, dots: number): string | undefined {
    let directory = directoryOf(path);
    for (let count = 1; count < dots; count++) {
      if (directory === "") return undefined;
      directory = directoryOf(directory);
    }
    return directory;
  }

  function relative(path: string, dots: number, rest: string): Resolution {
    const directory = base(path, dots);
    if (directory === undefined) return { is: "missing", tried: ["above the tree"], nearest: "" };
    if (rest === "") {
      const file = tree.fileAt(join(directory, "__init__"));
      return file === undefined ? { is: "namespace", path: directory } : { is: "file", file };
    }
    const found = tree.find(directory, rest);
    const answer = answerOf(found);
    if (answer !== undefined) return answer;
    if (found.is === "namespace") return { is: "namespace", path: found.path };
    if (tree.isMade(join(directory, rest.replaceAll(".", "/")))) return made;
    const nearest = found.is === "partial" ? rest.split(".").slice(0, found.count).join(".") : "";
    return {
      is: "missing",
      tried: [join(directory, rest.replaceAll(".", "/"))],
      nearest: ".".repeat(dots) + nearest,
    };
  }

  function resolveSpecifier(file: number, specifier: string): Resolution {
    const path = options.files[file]?.path ?? "";
    // `import_module(".x", __name__)`: in a package its own directory, else below a module, which has none.
    if (specifier.startsWith(":")) {
      if (!/(^|\/)__init__\.pyi?$/.test(path)) return { is: "unknown", why: "relative to a module" };
      return resolveSpecifier(file, specifier.slice(1));
    }
    let dots = 0;
    while (specifier.charCodeAt(dots) === 0x2e) dots++;
    if (specifier.length > specifierMax) return { is: "missing", tried: [], nearest: "" };
    if (dots > 0) return relative(path, dots, specifier.slice(dots));
    // Whoever builds by setup.py has setuptools: it is the default of PEP 517.
    if (
      /^(setuptools|pkg_resources|wheel)(\.|$)/.test(specifier) &&
      /(^|\/)setup(?:_package)?\.py$/.test(path)
    ) {
      return { is: "unknown", why: "installers bring it for setup.py" };
    }
    return absolute(folderOfFile(file, path), specifier);
  }

  function resolveTarget(file: number, dotted: string): Target {
    const parts = dotted.split(".");
    let count = Math.min(parts.length, partsMax);
    while (count > 0) {
      const module = parts.slice(0, count).join(".");
      const resolution = resolveSpecifier(file, module);
      if (resolution.is !== "missing") return { resolution, module, name: parts[count] ?? "" };
      // Between here and one part behind the longest that is there, everything is missing alike.
      const found = resolution.nearest === "" ? 0 : resolution.nearest.split(".").length;
      count = Math.min(count - 1, found + 1);
    }
    return { resolution: { is: "missing", tried: [], nearest: "" }, module: dotted, name: "" };
  }

  function moduleName(file: number): string {
    const path = options.files[file]?.path ?? "";
    const stem = path.replace(/\.pyi?$/, "").replace(/(^|\/)__init__$/, "");
    let best: string | undefined;
    for (const root of roots) {
      if (root !== "" && !stem.startsWith(`${root}/`)) continue;
      const rest = root === "" ? stem : stem.slice(root.length + 1);
      if (best === undefined || rest.length < best.length) best = rest;
    }
    const dotted = (best ?? stem).replaceAll("/", ".");
    return dotted === "" ? "__init__" : dotted;
  }

  let required: ReturnType<typeof readRequired> | undefined;
  const requiredNow = (): ReturnType<typeof readRequired> => {
    required ??= readRequired(options.manifests);
    return required;
  };

  let givers = options.givers;
  const giversNow = (files: readonly FileFacts[]): readonly number[] => {
    givers ??= giversAmong(files);
    return givers;
  };

  const resolverOf = (files: readonly FileFacts[]): PythonResolver => {
    const names = new PythonNames(files, tree, resolveSpecifier, () => giversNow(files));
    return { ...ofPaths, ...ofContents(names), givers: () => giversNow(files), withContents: resolverOf };
  };
  const ofContents = (names: PythonNames) => ({
    lookup: (file: number, name: string): Lookup => names.lookup(file, name),
    lookupStandard: (file: number, module: string, name: string): Lookup =>
      names.askStandard(file, module, name),
    offers: (file: number) => names.offers(file),
  });
  const ofPaths = {
    language: "python",
    resolve: (file: number, statement: ImportFact): Resolution =>
      statement.kind === "mock"
        ? resolveTarget(file, statement.specifier).resolution
        : resolveSpecifier(file, statement.specifier),
    resolveSpecifier,
    resolveTarget,
    isRequired: (module: string) => requiredNow()(module),
    moduleName,
    specifierFor: (from: number, to: number, like?: string) => {
      const name = moduleName(to);
      if (like === undefined || !like.startsWith(".")) return name;
      const here = moduleName(from).split(".");
      const isPackage = /(^|\/)__init__\.pyi?$/.test(options.files[from]?.path ?? "");
      const around = isPackage ? here : here.slice(0, -1);
      const parts = name.split(".");
      let shared = 0;
      while (shared < around.length && shared < parts.length && around[shared] === parts[shared]) shared++;
      if (shared === 0) return name;
      return ".".repeat(around.length - shared + 1) + parts.slice(shared).join(".");
    },
  } as const;
  return resolverOf(options.files);
}

/** Parts of a dotted string that may be a module; paths on disk are no deeper. */
const partsMax = 100;
/** Names of modules beyond this length are longer than any path. */
const specifierMax = 4_096;

const made: Resolution = { is: "unknown", why: "git ignores it: a build or a generator makes it" };

/** The version files that `setuptools_scm`, `hatch-vcs` and their like write, as manifests name them. */
function writtenByBuilds(manifests: readonly Manifest[]): ReadonlySet<string> {
  const written = new Set<string>();
  for (const { path, text } of manifests) {
    for (const found of text.matchAll(
      /\b(?:write_to|(?:version|build)[-_]file)\s*=\s*["']([^"'\n]+\.py)["']/g,
    )) {
      written.add(join(directoryOf(path), found[1] ?? ""));
    }
  }
  return written;
}
