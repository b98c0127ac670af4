import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { holds, suffices } from "../../scripts/workspace.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("which Node is new enough", () => {
  it.each([
    ["v22.18.0", true],
    ["v22.17.9", false],
    ["v20.20.2", false],
    ["v24.0.0\n", true],
    ["", false],
  ])("%j: %s", (version, expected) => {
    expect(suffices(version)).toBe(expected);
  });
});

describe("what is installed", () => {
  const wanted = {
    "": { version: "1.0.0" },
    "packages/own": { version: "1.0.0" },
    "node_modules/own": { link: true },
    "node_modules/a": { version: "1.2.3" },
    "packages/own/node_modules/b": { version: "2.0.0" },
    "node_modules/other-machine": { version: "1.0.0", optional: true },
  };

  it("holds when each package is there in its version, wherever npm put it", () => {
    const installed = {
      "node_modules/a": wanted["node_modules/a"],
      "packages/own/node_modules/b": { version: "2.0.0" },
    };
    expect(holds(installed, wanted)).toBe(true);
    expect(holds({ ...installed, "node_modules/a": { version: "1.2.2" } }, wanted)).toBe(false);
    expect(holds({ "node_modules/a": { version: "1.2.3" } }, wanted)).toBe(false);
  });
});

/** A small repository with our scripts and an npm that only notes how it was called. */
function fakeRepository(npm: string): string {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-scripts-"));
  folders.push(folder);
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ packages: { "node_modules/a": { version: "1.2.3" } } }),
  );
  return folder;
}

function start(folder: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const { npm_execpath: _npm, ...environment } = process.env;
    const child = spawn(process.execPath, [join(folder, "scripts/start.mjs")], {
      env: { ...environment, PATH: `${join(folder, "bin")}:${process.env.PATH}` },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        said += data;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, said }));
  });
}

describe("npm start", () => {
  it("installs first, and ends with one clear line when that fails", async () => {
    const { code, said } = await start(fakeRepository('echo "npm was called: $1"; exit 7'));
    expect(said).toContain("npm was called: install");
    expect(said).toContain("npm install failed (exit code 7)");
    expect(said).not.toContain("    at ");
    expect(code).toBe(1);
  });
});
