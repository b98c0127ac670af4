import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeCacheFolder } from "./cache.ts";
import { readListings, writeListings } from "./kept-listings.ts";
import { type Look, lookAt } from "./look.ts";
import { awaitTick, withTree, writeBelow } from "./testing/tree.ts";

const tree = {
  "a.py": "",
  "app/b.py": "",
  "app/deep/c.ts": "",
  "app/notes.md": "",
  "größe/日本 😀.py": "",
  "other/d.py": "",
  "setup.py": "",
};

/** Everything was written longer ago than what is too fresh to be kept. */
function look(root: string, keeps = true): Look {
  return lookAt(root, [], Date.now() + 10_000, keeps);
}

const changes: readonly (readonly [string, (root: string) => void])[] = [
  ["a new file", (root) => writeBelow(root, "app/deep/new.py", "")],
  ["a new name that nobody reads", (root) => writeBelow(root, "app/more.md", "")],
  ["a file that is gone", (root) => rmSync(join(root, "app/b.py"))],
  ["another name", (root) => renameSync(join(root, "app/b.py"), join(root, "app/e.py"))],
  ["a new folder", (root) => writeBelow(root, "app/deep/er/f.py", "")],
  ["a folder that is gone", (root) => rmSync(join(root, "app/deep"), { recursive: true })],
  ["a folder in another's place", (root) => moveOver(root, "other", "app")],
  [
    "a folder in a file's place",
    (root) => {
      rmSync(join(root, "app/b.py"));
      mkdirSync(join(root, "app/b.py"));
    },
  ],
  ["a file behind a link", (root) => rmSync(join(root, "app/b.py"))],
  [
    "a link to another folder",
    (root) => {
      rmSync(join(root, "link"));
      symlinkSync("../outside/two", join(root, "link"));
    },
  ],
];

function moveOver(root: string, from: string, to: string): void {
  rmSync(join(root, to), { recursive: true });
  renameSync(join(root, from), join(root, to));
}

it.each(changes)("[D1] a look that lists only folders that changed sees %s", async (_, change) => {
  const below = Object.fromEntries(Object.entries(tree).map(([path, text]) => [`tree/${path}`, text]));
  const outside = { "outside/one/g.py": "", "outside/two/h.py": "" };
  await withTree({ ...below, ...outside }, (folder) => {
    const root = join(folder, "tree");
    symlinkSync("app/b.py", join(root, "linked.py"));
    symlinkSync("../outside/one", join(root, "link"));
    awaitTick(folder);
    look(root);
    expect(look(root)).toMatchObject({ tree: look(root, false).tree, names: look(root, false).names });
    awaitTick(folder);
    change(root);
    const { tree: found, names } = look(root, false);
    expect(look(root)).toMatchObject({ tree: found, names });
  });
});

it("[D1] does not list what has not changed", async () => {
  await withTree(tree, (root) => {
    look(root);
    awaitTick(root);
    look(root);
    const listings = new Map(readListings(root));
    const app = listings.get("app");
    if (app === undefined) throw new Error("the listing is not kept");
    listings.set("app", { ...app, entries: ["1made-up.py"] });
    awaitTick(root);
    writeListings(root, listings, Date.now() + 10_000);
    expect(look(root).tree.files).toEqual([
      "a.py",
      "app/made-up.py",
      "größe/日本 😀.py",
      "other/d.py",
      "setup.py",
    ]);
  });
});

it("[D2] keeps no listing of what changed just before the look", async () => {
  await withTree(tree, (root) => {
    makeCacheFolder(root);
    awaitTick(root);
    const listing = { names: "", entries: [], ino: 1 };
    const times: readonly (readonly [string, number])[] = [
      ["old", 7_999],
      ["young", 8_000],
      ["younger than the look", 10_001],
    ];
    writeListings(root, new Map(times.map(([path, changedMs]) => [path, { ...listing, changedMs }])), 10_000);
    expect([...readListings(root).keys()]).toEqual(["old"]);
  });
});

it("makes no folder and keeps nothing where nothing is to be kept", async () => {
  await withTree(tree, (root) => {
    look(root, false);
    expect(statSync(join(root, ".goldenpath"), { throwIfNoEntry: false })).toBeUndefined();
    writeFileSync(join(root, ".goldenpath"), "");
    expect(look(root).tree).toEqual(look(root, false).tree);
  });
});
