import { distributionByModule } from "./python-names.ts";
import { directoryOf } from "./python-tree.ts";

/** What the manifests of a tree ask for, by distribution name in its normal form (PEP 503). */
export type Dependencies = {
  /** False when the tree has no manifest, so that nothing can be called undeclared. */
  readonly isKnown: boolean;
  isDeclared(module: string): boolean;
  /** Whether the name of some package that is asked for has this one as a word: `llama-index-workflows`. */
  mayBring(module: string): boolean;
};

export type Manifest = { readonly path: string; readonly text: string };

const requirement = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;@ (]|$)/;

/** The dependencies that a script declares in a comment of its own (PEP 723). */
export function readScriptDependencies(text: string): Dependencies {
  const block = /^# \/\/\/ script[ \t]*\r?\n((?:#.*\r?\n)*?)# \/\/\/[ \t]*$/m.exec(text)?.[1];
  if (block === undefined) return readDependencies([]);
  return readDependencies([{ path: "script.toml", text: block.replace(/^# ?/gm, "") }]);
}

/** Reads names of distributions wherever a manifest may hold them; more than it means is better than less. */
export function readDependencies(manifests: readonly Manifest[]): Dependencies {
  const declared = new Set<string>();
  const add = (text: string): void => {
    const name = requirement.exec(text.trim())?.[1];
    if (name !== undefined) declared.add(normal(name));
  };
  for (const { path, text } of manifests) {
    if (/\.(txt|in)$/.test(path)) {
      for (const line of text.split(/\r\n|\r|\n/)) {
        const egg = /[#&]egg=([\w.-]+)/.exec(line)?.[1];
        if (egg !== undefined) add(egg);
        else if (!/^\s*(#|-|$)/.test(line)) add(line.replace(/\s+#.*$/, ""));
      }
    } else if (path.endsWith("toml") || path.endsWith("Pipfile")) {
      // What a formatter is told to be the tree's own is the opposite of a dependency.
      const foreign = text.replace(/\bknown[-_](?:first|local)[-_]\w+\s*=\s*\[[^\]]*\]/g, "");
      for (const found of foreign.matchAll(/["']([^"'\n]+)["']/g)) add(found[1] ?? "");
      // Poetry and Pipfile: `name = "^1"`, `name = {version = …}`
      for (const found of text.matchAll(/^\s*["']?([A-Za-z0-9][\w.-]*)["']?\s*=\s*["'{]/gm))
        add(found[1] ?? "");
    } else if (path.endsWith(".py")) {
      for (const found of text.matchAll(/["']([^"'\n]+)["']/g)) add(found[1] ?? "");
    } else {
      // `key = value`, and tox's `py39,py310: value`
      for (const line of text.split(/\r\n|\r|\n/))
        add(
          line
            .replace(/^[\s-]+/, "")
            .replace(/^\w+\s*=\s*/, "")
            .replace(/^[\w{},!.-]+:\s*/, ""),
        );
    }
  }
  const answers = new Map<string, boolean>();
  const judge = (module: string): boolean => {
    const known = Object.hasOwn(distributionByModule, module) ? distributionByModule[module] : undefined;
    if (declared.has(normal(module)) || (known !== undefined && declared.has(normal(known)))) return true;
    const plain = normal(module);
    // `opencv-python-headless`, `psycopg2-binary`, `types-…`, `google-cloud-…`: the module is one of its words.
    for (const each of declared) {
      if (each.startsWith(`${plain}-`) || each === `python-${plain}` || each === `py${plain}`) return true;
      if (each === `django-${plain}` || each === `flask-${plain}` || `${each}s` === plain) return true;
      if (known !== undefined && each.startsWith(normal(known).replace(/-\w+$/, ""))) return true;
    }
    return false;
  };
  return {
    isKnown: manifests.length > 0,
    isDeclared: (module) => {
      let answer = answers.get(module);
      if (answer === undefined) {
        answer = judge(module);
        answers.set(module, answer);
      }
      return answer;
    },
    mayBring: (module) => {
      const word = `-${normal(module)}-`;
      return [...declared].some((name) => `-${name}-`.includes(word));
    },
  };
}

/**
 * Tells whether a manifest asks for the package that is imported by a name, where it says nothing else than that: in
 * requirements, in a list of dependencies or in a table of them. What the tree itself is called is no dependency.
 */
export function readRequired(manifests: readonly Manifest[]): (module: string) => boolean {
  const own = new Set<string>();
  const required = new Set<string>();
  const add = (text: string): void => {
    required.add(normal(requirement.exec(text.trim())?.[1] ?? ""));
  };
  for (const { path, text } of manifests) {
    const name = projectName({ path, text });
    if (name !== undefined) own.add(name);
    if (/(^|\/)requirements[\w-]*\.(txt|in)$|(^|\/)requirements\/[^/]*\.(txt|in)$/.test(path)) {
      for (const line of text.split(/\r\n|\r|\n/)) if (!/^\s*[#-]/.test(line)) add(line);
    } else if (path.endsWith(".toml")) {
      const lists = text.matchAll(/^\s*(?:\w+-)?dependencies\s*=\s*\[([^[\]]*(?:\[[^[\]]*\][^[\]]*)*)\]/gm);
      for (const [, list = ""] of lists)
        for (const [, each = ""] of list.matchAll(/["']([^"'\n]+)["']/g)) add(each);
      const tables = text.matchAll(
        /^\[tool\.poetry\.(?:[\w.-]+\.)?dependencies\][^\n]*\n((?:(?!\[).*\n?)*)/gm,
      );
      for (const [, table = ""] of tables)
        for (const line of table.split("\n")) add(line.replace(/\s*=.*/, ""));
    }
  }
  return (module) => {
    const name = normal(
      (Object.hasOwn(distributionByModule, module) ? distributionByModule[module] : undefined) ?? module,
    );
    return required.has(name) && !own.has(name);
  };
}

/** The folders of the projects that are called like a module. */
export class Projects {
  readonly #foldersByName = new Map<string, string[]>();

  constructor(manifests: readonly Manifest[]) {
    for (const manifest of manifests) {
      const name = projectName(manifest);
      if (name === undefined) continue;
      const folders = this.#foldersByName.get(name) ?? [];
      this.#foldersByName.set(name, [...folders, directoryOf(manifest.path)]);
    }
  }

  called(module: string): readonly string[] {
    return this.#foldersByName.get(normal(module)) ?? [];
  }
}

/** What a manifest calls the project that it describes. */
function projectName({ path, text }: Manifest): string | undefined {
  const name = path.endsWith(".txt")
    ? null
    : /(?:^|[({,])\s*["']?name["']?\s*[=:]\s*["']?([\w.-]+)/m.exec(text);
  return name?.[1] === undefined ? undefined : normal(name[1]);
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
