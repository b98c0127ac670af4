/**
 * Names that a bundler's, a test runner's or a framework's configuration gives to folders. Those files are
 * programs, so they are not run: a quoted alias and the last path in its value are read from the text.
 * An alias that is there but cannot be followed makes its imports unknown, never missing.
 */

import { posix } from "node:path";
import { compileGlob } from "./glob.ts";
import { asObject, type JsonValue, readJsonWithComments } from "./json-with-comments.ts";
import type { Disk } from "./typescript-disk.ts";
import type { Location } from "./typescript-location.ts";
import type { Manifests } from "./typescript-package.ts";

const CONFIG_FILE =
  /(?:^|\/)(?:(?:vite|vitest|webpack|jest|babel|rollup|rsbuild|rspack|craco|metro|nuxt|astro|svelte|electron\.vite|quasar|vue|next|gatsby-node|remix)\.?(?:config)?(?:\.[\w-]+)*\.[cm]?[jt]s|webpack[\w./-]*\.[cm]?js)$/;
const JSON_FILES = [".babelrc", "jest.config.json"];
const DENO_MEMBERS_MAX = 1_000;
const DENO_FILES = ["deno.json", "deno.jsonc"];

/** What frameworks resolve by themselves, by the package that brings the framework. */
const FRAMEWORKS: readonly { readonly package: string; readonly test: RegExp; readonly folder?: string }[] = [
  { package: "@sveltejs/kit", test: /^\$lib(?:\/|$)/, folder: "src/lib" },
  { package: "@sveltejs/kit", test: /^\$(?:app|env|service-worker)(?:\/|$)/ },
  { package: "nuxt", test: /^(?:#|[~@]{1,2}\/)/ },
  { package: "@docusaurus/core", test: /^@(?:site|theme|theme-original|theme-init|docusaurus|generated)\// },
  { package: "astro", test: /^astro:/ },
  { package: "unocss", test: /^uno(?::[\w-]+)?\.css$/ },
  { package: "@unocss/vite", test: /^uno(?::[\w-]+)?\.css$/ },
  { package: "@builder.io/qwik", test: /^@qwik-/ },
  { package: "@qwik.dev/core", test: /^@qwik-/ },
  { package: "gatsby", test: /^(?:gatsby|@reach\/router)$/ },
];

type Alias = { readonly key: string; readonly target: string | undefined; readonly file: string };

export class BundlerAliases {
  readonly #disk: Disk;
  readonly #known: ReadonlySet<string>;
  #folders: ReadonlySet<string> | undefined;
  readonly #manifests: Manifests;
  readonly #filesByDirectory = new Map<string, string[]>();
  readonly #importMapByDirectory = new Map<string, readonly Alias[]>();
  readonly #aliasesByDirectory = new Map<string, readonly Alias[]>();

  constructor(disk: Disk, manifests: Manifests, known: ReadonlySet<string>) {
    this.#disk = disk;
    this.#known = known;
    this.#manifests = manifests;
    for (const path of known) {
      if (!CONFIG_FILE.test(path)) continue;
      const directory = posix.dirname(path);
      const same = this.#filesByDirectory.get(directory);
      if (same === undefined) this.#filesByDirectory.set(directory, [path]);
      else same.push(path);
    }
  }

  locate(specifier: string, from: string, probe: (path: string) => string | undefined): Location | undefined {
    for (const manifest of this.#manifests.above(posix.dirname(from))) {
      for (const alias of this.#aliases(manifest.directory, manifest.aliases)) {
        const rest = restAfter(alias.key, specifier);
        if (rest === undefined) continue;
        const found = alias.target === undefined ? undefined : probe(posix.join(alias.target, rest));
        if (found !== undefined) return { is: "path", path: found };
        return { is: "unknown", why: `${posix.basename(alias.file)} gives ${alias.key} its own meaning` };
      }
      for (const framework of FRAMEWORKS) {
        if (!manifest.dependencies.has(framework.package) || !framework.test.test(specifier)) continue;
        const rest = specifier.slice(specifier.indexOf("/") + 1);
        const found =
          framework.folder === undefined
            ? undefined
            : probe(posix.join(manifest.directory, framework.folder, rest === specifier ? "" : rest));
        if (found !== undefined) return { is: "path", path: found };
        return { is: "unknown", why: `${framework.package} decides what this is` };
      }
    }
    return this.#inImportMap(specifier, posix.dirname(from), probe);
  }

  /** Whether a bundler's configuration at or above this folder holds the name in quotes. */
  mentions(specifier: string, directory: string): boolean {
    for (const manifest of this.#manifests.above(directory)) {
      for (const file of this.#filesByDirectory.get(manifest.directory) ?? []) {
        const text = this.#disk.readText(file) ?? "";
        if (["'", '"', "`"].some((quote) => text.includes(quote + specifier + quote))) return true;
      }
    }
    return false;
  }

  /** Deno's import map, of the nearest folder that has one; it needs no package.json. */
  #inImportMap(
    specifier: string,
    directory: string,
    probe: (path: string) => string | undefined,
  ): Location | undefined {
    for (const alias of this.#importMap(directory)) {
      const rest = restAfter(alias.key, specifier);
      if (rest === undefined) continue;
      const found = alias.target === undefined ? undefined : probe(posix.join(alias.target, rest));
      if (found !== undefined) return { is: "path", path: found };
      return { is: "unknown", why: `${posix.basename(alias.file)} gives ${alias.key} its own meaning` };
    }
    return undefined;
  }

  #importMap(directory: string): readonly Alias[] {
    const before = this.#importMapByDirectory.get(directory);
    if (before !== undefined) return before;
    const parent = posix.dirname(directory);
    const own: Alias[] = [];
    for (const name of DENO_FILES) {
      const file = posix.join(directory, name);
      const config = this.#denoConfig(file);
      if (config === undefined) continue;
      for (const [key, target] of Object.entries(asObject(config.imports) ?? {})) {
        const path = typeof target === "string" && /^\.{0,2}\//.test(target) ? target : undefined;
        own.push({
          key: key.replace(/\/$/, ""),
          target: path === undefined ? undefined : posix.join(directory, path),
          file,
        });
      }
      own.push(...this.#denoDoors(directory, config, file));
      const listed = asObject(config.workspace)?.members ?? config.workspace;
      for (const member of Array.isArray(listed) ? listed.slice(0, DENO_MEMBERS_MAX) : []) {
        if (typeof member !== "string") continue;
        for (const one of this.#foldersOf(directory, member)) own.push(...this.#denoMember(one));
      }
    }
    // A member has its own map and that of its workspace.
    const above = parent === directory ? [] : this.#importMap(parent);
    const aliases = own.length === 0 ? above : [...own.sort((a, b) => b.key.length - a.key.length), ...above];
    this.#importMapByDirectory.set(directory, aliases);
    return aliases;
  }

  #denoConfig(file: string): { readonly [key: string]: JsonValue } | undefined {
    const reading = readJsonWithComments(this.#disk.readText(file) ?? "null");
    return reading.is === "read" ? asObject(reading.value) : undefined;
  }

  /** The folders that an entry of `workspace` means; it may hold stars. */
  #foldersOf(directory: string, member: string): readonly string[] {
    const glob = posix.join(directory, member).replace(/\/+$/, "");
    if (!glob.includes("*")) return [glob];
    const matches = compileGlob(glob);
    this.#folders ??= new Set([...this.#known].map((path) => posix.dirname(path)).flatMap(withThoseAbove));
    return [...this.#folders].filter((one) => matches(one));
  }

  #denoMember(directory: string): readonly Alias[] {
    for (const name of DENO_FILES) {
      const file = posix.join(directory, name);
      const config = this.#denoConfig(file);
      if (config !== undefined) return this.#denoDoors(directory, config, file);
    }
    return [];
  }

  /** What the `exports` of a configuration offer under its name. */
  #denoDoors(
    directory: string,
    config: { readonly [key: string]: JsonValue },
    file: string,
  ): readonly Alias[] {
    const { name, exports } = config;
    if (typeof name !== "string") return [];
    const doors = typeof exports === "string" ? { ".": exports } : (asObject(exports) ?? {});
    return Object.entries(doors).flatMap(([key, target]) =>
      typeof target === "string"
        ? [{ key: key === "." ? name : name + key.slice(1), target: posix.join(directory, target), file }]
        : [],
    );
  }

  #aliases(directory: string, declared: ReadonlyMap<string, string>): readonly Alias[] {
    const before = this.#aliasesByDirectory.get(directory);
    if (before !== undefined) return before;
    const own = posix.join(directory, "package.json");
    const aliases: Alias[] = [...declared].map(([key, target]) => ({
      key,
      target: target.startsWith(".") ? posix.join(directory, target) : undefined,
      file: own,
    }));
    const beside = JSON_FILES.map((name) => posix.join(directory, name)).filter((one) =>
      this.#disk.isFile(one),
    );
    for (const file of [...(this.#filesByDirectory.get(directory) ?? []), ...beside, own]) {
      const text = this.#disk.readText(file) ?? "";
      if (file !== own || text.includes("moduleNameMapper"))
        aliases.push(...aliasesIn(text, file, directory));
    }
    this.#aliasesByDirectory.set(directory, aliases);
    return aliases;
  }
}

const PAIR =
  /(?<quote>["'`])(?<key>\^?[@~#$][\w@~#$/.*()+^\\-]*)\k<quote>\s*:\s*(?=(?<value>[^\n]{0,300}(?:\n[^\n}]{0,200}){0,2}))/g;
const FIND =
  /find:\s*(?:["'`]|\/\^?)(?<key>[@~#$\w][\w@~#$/.*\\-]*)["'`/][^}]{0,40}replacement:\s*(?<value>[^\n]{0,300})/g;
const BARE =
  /(?:^|[{,\s])(?<key>[$@~\w-]+)\s*:\s*(?<value>(?:path\.|resolve\(|join\(|fileURLToPath\()[^\n]{0,300})/g;

function aliasesIn(text: string, file: string, directory: string): readonly Alias[] {
  const aliases: Alias[] = [];
  for (const pattern of [PAIR, FIND, BARE]) {
    for (const match of text.matchAll(pattern)) {
      const key = (match.groups?.key ?? "")
        .replace(/^\^|\(\.[*+]\)\$?$|\(\.\*\)|\$$|\/?\*+$|\\/g, "")
        .replace(/\/+$/, "");
      if (key === "" || (pattern === BARE && !/alias/.test(text))) continue;
      aliases.push({ key, target: targetIn(match.groups?.value ?? "", directory), file });
    }
  }
  return aliases;
}

/** The path in `path.resolve(__dirname, "./src")`, `new URL("./src", import.meta.url)`, `"<rootDir>/src/$1"`. */
function targetIn(value: string, directory: string): string | undefined {
  const [line = ""] = value.split(/\n|,\s*["'`][^"'`]+["'`]\s*:/, 1);
  const parts = [...line.matchAll(/(["'`])([^"'`]*)\1/g)].map((match) => match[2] ?? "");
  const joined = parts.map((one) => one.replace(/<rootDir>\/?/, "./").replace(/\/?\$1.*$|\/?\*+$/, ""));
  if (joined.length === 0) return undefined;
  return posix.join(directory, ...joined.map((one) => one.replace(/^\/+/, "")));
}

function withThoseAbove(folder: string): readonly string[] {
  const parent = posix.dirname(folder);
  return parent === folder ? [] : [folder, ...withThoseAbove(parent)];
}

function restAfter(key: string, specifier: string): string | undefined {
  if (specifier === key) return "";
  return specifier.startsWith(`${key}/`) ? specifier.slice(key.length + 1) : undefined;
}
