import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const packageFolder = join(root, "packages/goldenpath");
const minutes = 60_000;

/** An empty folder elsewhere, with the package installed from its tarball and nothing of the repository. */
let elsewhere: string;

/** Our Node first, but none of the repository's other tools. */
const environment = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
  NODE_PATH: "",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};
const npm = (args: readonly string[], cwd: string) =>
  run("npm", [...args], { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });

beforeAll(async () => {
  elsewhere = mkdtempSync(join(tmpdir(), "goldenpath-pack-"));
  const packed = await npm(["pack", "--json", "--pack-destination", elsewhere], packageFolder);
  expect(packed.stdout).toContain("goldenpath-");
  const tarball = readdirSync(elsewhere).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(elsewhere, "package.json"), '{"name":"elsewhere","private":true,"type":"module"}');
  await npm(["install", `./${tarball}`, "--loglevel=error"], elsewhere);
}, 5 * minutes);

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

/** Starts a program and resolves with the address in its line "Goldenpath is ready: …". */
async function started(command: string, args: readonly string[]) {
  const child = spawn(command, [...args], {
    cwd: elsewhere,
    env: { ...environment, PORT: "0", GOLDENPATH_DATA: mkdtempSync(join(elsewhere, "data-")) },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: npx and the shell between get the signal too, as they do from a terminal.
    detached: true,
  });
  const said: string[] = [];
  child.stderr.on("data", (data) => said.push(String(data)));
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      said.push(line);
      const found = /ready: (\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once("error", reject);
    void exited.then((code) => reject(new Error(`ended with ${code}: ${said.join("\n")}`)));
  });
  return {
    url,
    stop() {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      return exited;
    },
  };
}

const cli = () => join(elsewhere, "node_modules/.bin/goldenpath");

describe("the published package, in an empty folder", () => {
  it("leaves the repository's manifest as it was", () => {
    const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
    expect(manifest.exports).toEqual({ ".": "./src/index.ts" });
    expect(existsSync(join(packageFolder, "package.source.json"))).toBe(false);
  });

  it("holds built files only, and names nothing that is not published", () => {
    const folder = join(elsewhere, "node_modules/goldenpath");
    expect(
      readdirSync(folder)
        .filter((name) => name !== "node_modules")
        .sort(),
    ).toEqual(
      ["LICENSE", "README.md", "dist", "package.json"].filter(
        (name) => name !== "README.md" || existsSync(join(root, "README.md")),
      ),
    );
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(manifest.devDependencies).toBeUndefined();
    expect(manifest.scripts).toBeUndefined();
    expect(existsSync(join(folder, "dist/goldenpath.imports.schema.json"))).toBe(true);
    for (const name of readdirSync(join(folder, "dist"))) {
      if (!/\.(js|d\.ts)$/.test(name)) continue;
      const text = readFileSync(join(folder, "dist", name), "utf8");
      expect.soft(text.match(/(?:from|import\()\s*["']@goldenpath\/[^"']+["']/)?.[0], name).toBeUndefined();
    }
  });

  it(
    "serves with npx, passes its own check, and stops on SIGTERM",
    async () => {
      const server = await started("npx", ["goldenpath", "serve"]);
      const checked = await run(cli(), ["check", server.url, "--json"], { cwd: elsewhere, env: environment });
      const report = JSON.parse(checked.stdout);
      expect(report.checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([]);
      expect(report.score).toBe(1);
      await server.stop();
      await expect(fetch(server.url)).rejects.toThrow();
    },
    3 * minutes,
  );

  it(
    "drains and exits with 0 when it is started directly",
    async () => {
      const server = await started(cli(), ["serve"]);
      expect(await server.stop()).toBe(0);
    },
    minutes,
  );

  it(
    "offers an agent of one's own in ten lines, type-checked and served",
    async () => {
      const example = [
        'import { defineAgent, defineTool, type Message, serve } from "goldenpath";',
        'import type { Event, Message as Shown } from "goldenpath/client";',
        'import { z } from "zod";',
        "",
        'const add = defineTool({ name: "add", description: "Adds two numbers", input: z.object({ a: z.number(), b: z.number() }),',
        "  run: ({ a, b }) => a + b });",
        "export const length = (asked: Message, shown: Shown, event: Event) => asked.parts.length + shown.parts.length + event.offset;",
        'const agent = defineAgent({ name: "sums", tools: [add], run: async (run) => {',
        "  // @ts-expect-error: a call is checked against its schema",
        "  if (run.attempt > 1) await run.call(add, { a: 1, c: 2 });",
        '  await run.think("I add 1 and 2.");',
        "  const sum = await run.call(add, { a: 1, b: 2 });",
        "  await run.write('The tool says: ' + JSON.stringify(sum));",
        "} });",
        "const server = await serve({ agents: [agent], port: 0 });",
        "console.log('ready: ' + server.url);",
        "",
      ].join("\n");
      writeFileSync(join(elsewhere, "example.ts"), example);
      const options = [
        "--module",
        "nodenext",
        "--target",
        "es2024",
        "--strict",
        "--noEmit",
        "--exactOptionalPropertyTypes",
      ];
      // What a Node project has anyway.
      const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
      const tsc = join(root, "node_modules/.bin/tsc");
      await run(tsc, [...options, ...types, "example.ts"], { cwd: elsewhere, env: environment }).catch(
        (error) => {
          throw new Error(String(error.stdout));
        },
      );
      const server = await started(process.execPath, ["example.ts"]);
      const checked = await run(cli(), ["check", server.url, "--json"], { cwd: elsewhere, env: environment });
      expect(JSON.parse(checked.stdout).score).toBe(1);
      await server.stop();
    },
    3 * minutes,
  );

  it(
    "offers its client and its version",
    async () => {
      const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
      expect((await run(cli(), ["--version"], { env: environment })).stdout.trim()).toBe(version);
      const script = 'import { createClient } from "goldenpath/client"; console.log(typeof createClient);';
      const imported = await run(process.execPath, ["--input-type=module", "-e", script], {
        cwd: elsewhere,
        env: environment,
      });
      expect(imported.stdout.trim()).toBe("function");
    },
    minutes,
  );
});
