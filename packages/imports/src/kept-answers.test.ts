import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCachedAs, readCache, stampOf } from "./cache.ts";
import { check } from "./check.ts";
import { type Config, defaultConfig } from "./config.ts";
import type { Report } from "./finding.ts";
import { contextOf } from "./rules/run.ts";
import type { CheckOptions } from "./summary.ts";
import { edited, type RandomEdit, randomEdit, randomTree, textsOf } from "./testing/random-tree.ts";
import { awaitTick, withTree, writeBelow } from "./testing/tree.ts";

const rounds = 14;
const kept = ["imports.answers", "imports.cache"] as const;

const configs: readonly Config[] = [
  { ...defaultConfig, canonical: [{ symbol: "app:First", allow: [] }] },
  {
    ...defaultConfig,
    entries: ["app/one.py"],
    layers: [{ order: [["app.**"], ["tests.**"]], reason: "tests stand above" }],
    deprecated: [{ path: "app.two:third", use: "app.one:third", after: "", reason: "moved" }],
  },
];

/** Everything was written longer ago than what is too fresh to be kept. */
function optionsFor(root: string, config: Config, touched?: ReadonlySet<string>): CheckOptions {
  return {
    root,
    config,
    paths: [],
    useBaseline: false,
    now: () => 0,
    clock: () => Date.now() + 10_000,
    today: "2026-01-01",
    ...(touched === undefined
      ? {}
      : {
          focus: (project) => {
            const files = [...touched].flatMap((path) => project.fileAt(path) ?? []);
            return contextOf(project, config, undefined, undefined, "").edges().importersOf(files);
          },
        }),
  };
}

async function reportOf(options: CheckOptions): Promise<Report> {
  const result = await check(options);
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

type Step =
  | { readonly is: "edit"; readonly edit: RandomEdit }
  | { readonly is: "gone"; readonly at: number }
  | { readonly is: "moved"; readonly at: number; readonly to: string }
  | { readonly is: "beside"; readonly path: string; readonly text: string }
  | { readonly is: "config"; readonly at: number }
  | { readonly is: "damage"; readonly file: (typeof kept)[number]; readonly at: number };

const beside: readonly (readonly [string, string])[] = [
  ["package.json", '{"dependencies": {"left-pad": "1"}}'],
  ["package.json", "{"],
  ["tsconfig.json", '{"compilerOptions": {"baseUrl": "web"}}'],
  ["requirements.txt", "flask\n"],
  ["pyproject.toml", '[project]\nname = "app"\ndependencies = ["gone"]\n'],
  ["web/gone.ts", "export class First {}\n"],
  ["gone.py", "First = 1\n"],
  ["app/late.py", "from app import First\n"],
  ["notes.md", "nothing"],
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: randomEdit.map((edit): Step => ({ is: "edit", edit })) },
  { weight: 1, arbitrary: fc.nat().map((at): Step => ({ is: "gone", at })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(), fc.constantFrom("app/moved.py", "web/moved.ts", "moved/__init__.py"))
      .map(([at, to]): Step => ({ is: "moved", at, to })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...beside).map(([path, text]): Step => ({ is: "beside", path, text })),
  },
  { weight: 1, arbitrary: fc.nat(configs.length - 1).map((at): Step => ({ is: "config", at })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...kept), fc.nat())
      .map(([file, at]): Step => ({ is: "damage", file, at })),
  },
);

function damage(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = at % bytes.length;
  if (at % 2 === 0) truncateSync(path, place);
  else {
    bytes[place] = (bytes[place] as number) ^ (1 << (at % 8));
    writeFileSync(path, bytes);
  }
}

describe("kept answers", () => {
  it("[A1] [A2] make a check say what one from nothing says, whatever happened in between", async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, fc.array(step, { minLength: 3, maxLength: 10 }), (files, steps) =>
        withTree(textsOf(files), async (root) => {
          let config = configs[0] as Config;
          let now = files;
          const touched = new Set<string>();
          const write = (path: string, text: string): void => {
            awaitTick(root);
            writeBelow(root, path, text);
            touched.add(path);
          };
          const take = (at: number): string => {
            const { path } = now[at % now.length] as (typeof now)[number];
            awaitTick(root);
            rmSync(join(root, path), { force: true });
            touched.add(path);
            return path;
          };
          await reportOf({ ...optionsFor(root, config), useCache: true });
          for (const each of steps) {
            if (each.is === "edit") {
              now = edited(now, each.edit);
              write(each.edit.path, textsOf(now)[each.edit.path] ?? "");
            } else if (each.is === "gone") take(each.at);
            else if (each.is === "moved") write(each.to, textsOf(now)[take(each.at)] ?? "");
            else if (each.is === "beside") write(each.path, each.text);
            else if (each.is === "config") config = configs[each.at] as Config;
            else damage(join(root, ".goldenpath", each.file), each.at);
            const since = optionsFor(root, config, touched);
            expect(await reportOf({ ...since, useCache: true })).toEqual(await reportOf(since));
            const whole = optionsFor(root, config);
            expect(await reportOf({ ...whole, useCache: true })).toEqual(await reportOf(whole));
          }
        }),
      ),
      { numRuns: rounds },
    );
  }, 60_000);

  const tree = {
    "a.py": "class First:\n    pass\n",
    "b.py": "from a import First, Gone\n",
    "c.py": "import b\n",
  };

  it.each<[string, "used" | "made", Readonly<Record<string, string>>]>([
    ["other contents", "used", { "a.py": "class Gone:\n    pass\n" }],
    ["a new file", "made", { "d.py": "" }],
    ["a new name that nobody reads", "made", { "notes.md": "" }],
    ["a manifest", "made", { "requirements.txt": "flask" }],
  ])("after %s are %s", async (_, what, changed) => {
    await withTree(tree, async (root) => {
      const options = { ...optionsFor(root, defaultConfig), useCache: true };
      const { findings } = await reportOf(options);
      expect(findings).toHaveLength(1);
      const before = statSync(join(root, ".goldenpath", "imports.answers")).ino;
      awaitTick(root);
      for (const [path, text] of Object.entries(changed)) writeBelow(root, path, text);
      const after = await reportOf(options);
      expect(after).toEqual(await reportOf({ ...options, useCache: false }));
      const isSame = statSync(join(root, ".goldenpath", "imports.answers")).ino === before;
      expect(isSame).toBe(what === "used");
    });
  });

  it("[A1] are none when a configuration of any name, which another one names, changed in its place", async () => {
    const paths = (to: string) => JSON.stringify({ compilerOptions: { paths: { "~a": [to] } } });
    const sources = {
      "a.ts": "export const x = 1;\n",
      "b.ts": 'import { x } from "~a";\nexport default x;\n',
    };
    const beside = {
      "tsconfig.json": '{ "extends": "./shared/strict.json" }',
      "package.json": '{ "name": "p" }',
    };
    await withTree({ ...sources, ...beside, "shared/strict.json": paths("../a.ts") }, async (root) => {
      const options = { ...optionsFor(root, defaultConfig), useCache: true };
      expect((await reportOf(options)).findings).toEqual([]);
      expect((await reportOf(options)).findings).toEqual([]);
      writeBelow(root, "shared/strict.json", paths("../c.ts"));
      const [found] = (await reportOf(options)).findings;
      expect(found?.rule).toBe("unresolved-module");
      writeBelow(root, "shared/strict.json", paths("../a.ts"));
      expect((await reportOf(options)).findings).toEqual([]);
    });
  });

  it("[A2] are none where something else has their place", async () => {
    await withTree(tree, async (root) => {
      const options = { ...optionsFor(root, defaultConfig), useCache: true };
      const first = await reportOf(options);
      for (const name of kept) {
        rmSync(join(root, ".goldenpath", name));
        writeBelow(root, `.goldenpath/${name}/file`, "");
      }
      writeBelow(root, "a.py", "class First:\n    pass\n\n");
      expect((await reportOf(options)).findings).toEqual(first.findings);
    });
  });

  it.each([
    ["is written", (path: string) => writeFileSync(path, "{}")],
    ["is taken away", (path: string) => rmSync(path)],
  ])(
    "[A3] [R1] are not believed where a configuration %s between its reading and the end of the check",
    async (_, change) => {
      const beside = {
        "shared/strict.json": '{ "compilerOptions": { "paths": { "~a": ["../tree/a.ts"] } } }',
      };
      const sources = {
        "tree/a.ts": "export const x = 1;\n",
        "tree/b.ts": 'import { x } from "~a";\nexport default x;\n',
        "tree/tsconfig.json": '{ "extends": "../shared/strict.json" }',
      };
      await withTree({ ...sources, ...beside }, async (folder) => {
        const options = { ...optionsFor(join(folder, "tree"), defaultConfig), useCache: true };
        let asked = 0;
        // The time is asked for at the beginning, and when all is known and nothing is kept yet.
        const now = (): number => {
          if (++asked === 2) change(join(folder, "shared/strict.json"));
          return 0;
        };
        expect((await reportOf({ ...options, now })).findings).toEqual([]);
        const { findings } = await reportOf(options);
        expect(findings).toHaveLength(1);
        expect(findings).toEqual((await reportOf({ ...options, useCache: false })).findings);
        // What was kept of the sources is used, and what was kept of the answers is not.
        writeBelow(options.root, "a.ts", "export const x = 2;\n");
        expect((await reportOf(options)).findings).toHaveLength(1);
      });
    },
  );

  it("[K3] [A3] [R2] are not made where something changed just before the look, however long the check takes", async () => {
    await withTree(tree, async (root) => {
      const changedMs = Math.max(...Object.keys(tree).map((path) => stampOf(root, path)?.changedMs ?? 0));
      let asked = 0;
      const clock = (): number => changedMs + (++asked === 1 ? 1_000 : 60_000);
      await reportOf({ ...optionsFor(root, defaultConfig), clock, useCache: true });
      const cached = readCache(root);
      for (const path of Object.keys(tree)) expect(isCachedAs(cached, path, stampOf(root, path))).toBe(false);
      const kept = join(root, ".goldenpath", "imports.report.json");
      expect(statSync(kept, { throwIfNoEntry: false })).toBeUndefined();
    });
  });

  it("[A3] are not made of settings that may change again without a sign", async () => {
    await withTree({ ...tree, "requirements.txt": "flask" }, async (root) => {
      const clock = (): number => (stampOf(root, "requirements.txt")?.changedMs ?? 0) + 1_000;
      await reportOf({ ...optionsFor(root, defaultConfig), clock, useCache: true });
      const path = join(root, ".goldenpath", "imports.answers");
      expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    });
  });
});
