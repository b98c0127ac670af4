import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultConfig, readConfig, readTomlTable, resolveConfig } from "./config.ts";
import { withTree } from "./testing/tree.ts";

describe("configuration", () => {
  it("knows exactly the keys of the published schema", () => {
    const schema = JSON.parse(
      readFileSync(new URL("../goldenpath.imports.schema.json", import.meta.url), "utf8"),
    );
    expect(Object.keys(schema.properties).sort()).toEqual(["$schema", ...Object.keys(defaultConfig)].sort());
  });

  it.each([
    [{ rulez: {} }, 'unknown key "rulez"'],
    [{ rules: { cycle: "fatal" } }, '"rules.cycle" must be'],
    [{ canonical: [{ symbol: "no-colon" }] }, "must be written module:name"],
    [{ forbidden: [{ from: ["a"], to: ["b"] }] }, '"forbidden[0].reason"'],
    [{ deprecated: [{ path: "a", use: "b", reason: "c", after: "soon" }] }, "must be a day"],
    [{ lock: "../outside" }, "must be a path inside the tree"],
    [[], "must be an object"],
  ])("refuses %j with what would be right", (value, message) => {
    const read = resolveConfig(value, "here");
    expect(read.ok ? "" : read.message).toContain(message);
  });

  it("stands in its own file, in package.json or in pyproject.toml", async () => {
    const toml =
      '[tool.goldenpath.imports]\nexclude = [\n  "a/**", # why\n  \'b\',\n]\n[tool.goldenpath.imports.rules]\ncycle = "off"\n[other]\nx = 1\n';
    expect(readTomlTable(toml, "tool.goldenpath.imports")).toEqual({
      is: "read",
      value: { exclude: ["a/**", "b"], rules: { cycle: "off" } },
    });
    await withTree({ "pyproject.toml": toml }, (root) => {
      const exclude = (): readonly string[] => {
        const read = readConfig(root);
        if (!read.ok) throw new Error(read.message);
        return read.config.exclude;
      };
      expect(exclude()).toEqual(["a/**", "b"]);
      writeFileSync(join(root, "package.json"), '{"goldenpath": {"imports": {"exclude": ["c"]}}}');
      expect(exclude()).toEqual(["c"]);
      writeFileSync(join(root, "goldenpath.imports.json"), '{"exclude": ["d"]} // last');
      expect(exclude()).toEqual(["d"]);
    });
  });

  it.each([
    ["goldenpath.imports.json", "[".repeat(10_000)],
    ["package.json", '{"goldenpath": {"imports": {"exclude": ["x"'],
    ["pyproject.toml", "[tool.goldenpath.imports]\nexclude = 2020-01-01\n"],
    ["pyproject.toml", '[tool.goldenpath.imports]\nexclude = [\n"a",\n'],
    ["pyproject.toml", "[ tool.'goldenpath'.imports ] # here\nexclud = []\n"],
    ["pyproject.toml", "[tool.goldenpath]\nimports = { rulez = {} }\n"],
    ["pyproject.toml", "[tool.goldenpath.imports.rules]\ncycle = 'off'\n"],
    ["pyproject.toml", "[[tool.goldenpath.imports.forbidden]]\nreason = 'r'\n"],
    ["pyproject.toml", "[tool.goldenpath.imports\n"],
    ["pyproject.toml", "[tool]\ngoldenpath.imports.exclude = ['a']\n"],
    ["goldenpath.imports.json/folder", ""],
  ])("is never passed over in silence: %s %j", async (path, text) => {
    await withTree({ [path]: text }, (root) => expect(readConfig(root).ok).toBe(false));
  });

  it("answers a broken file and a missing one with a reason", async () => {
    await withTree({ "goldenpath.imports.json": "{" }, (root) => {
      expect(readConfig(root).ok).toBe(false);
      expect(readConfig(root, join(root, "gone.json")).ok).toBe(false);
    });
  });
});
