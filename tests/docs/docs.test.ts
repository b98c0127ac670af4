import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { analystDefinition } from "@goldenpath/agents";
import { type Server, serve } from "goldenpath";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedManifest } from "../../packages/goldenpath/publish.mjs";
import { allSnippets, type Snippet, snippetsOf } from "./snippets.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "packages/goldenpath/src/cli.ts");
const snippets = allSnippets(root);
const programs = snippets.filter(({ language }) => language !== "sh");
const documentedUrl = /http:\/\/(127\.0\.0\.1|localhost):4000/g;
const snippetMs = 60_000;

let folder: string;
let server: Server;

/** Runs a program or a script in an empty folder of its own. */
const environment = () => ({
  ...process.env,
  PATH: [join(folder, "bin"), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
  PORT: "0",
  GOLDENPATH_DATA: mkdtempSync(join(folder, "data-")),
  GOLDENPATH_MODEL: "none",
});

/** What `npm install goldenpath` gives: the built package under its published manifest, and its dependencies. */
function installBuilt(): void {
  const source = join(root, "packages/goldenpath");
  if (!existsSync(join(source, "dist/index.js"))) throw new Error("Build first: npm run build");
  mkdirSync(join(folder, "node_modules/goldenpath"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "goldenpath" || name === "@goldenpath" || name.startsWith(".")) continue;
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  const manifest = publishedManifest(JSON.parse(readFileSync(join(source, "package.json"), "utf8")));
  writeFileSync(join(folder, "node_modules/goldenpath/package.json"), JSON.stringify(manifest));
  symlinkSync(join(source, "dist"), join(folder, "node_modules/goldenpath/dist"));
}

const fileOf = (snippet: Snippet) => join(folder, `${snippet.at.replace(/\W+/g, "-")}.${snippet.language}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-docs-"));
  server = await serve({ agents: [analystDefinition], port: 0, data: join(folder, "data"), drainMs: 0 }, {});
  installBuilt();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/goldenpath"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(join(folder, "bin/goldenpath"), 0o755);
  writeFileSync(join(folder, "package.json"), '{"type":"module","private":true}');
  const types = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      lib: ["es2024", "dom", "esnext.disposable"],
      types: ["node"],
      jsx: "react-jsx",
      noUnusedLocals: false,
    },
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...types, files: programs.map((snippet) => fileOf(snippet)) }),
  );
  for (const snippet of snippets)
    writeFileSync(fileOf(snippet), snippet.text.replace(documentedUrl, server.url));
}, 60_000);

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the documentation", () => {
  it("begins with an example that serves", () => {
    expect(snippets.filter(({ at, run: how }) => at.startsWith("README.md") && how === "serve")).toHaveLength(
      1,
    );
  });

  it("type-checks", async () => {
    const tsc = join(root, "node_modules/.bin/tsc");
    const checked = await run(tsc, ["-p", folder], { env: environment() }).catch((error) => error);
    expect(String(checked.stdout)).toBe("");
  }, 120_000);

  const ending = snippets.filter((snippet) => snippet.run === "end");
  it.each(ending.map((snippet) => [snippet.at, snippet] as const))(
    "%s ends well",
    async (_at, snippet) => {
      const cwd = mkdtempSync(join(folder, "empty-"));
      const [command, args] = snippet.language === "ts" ? [process.execPath, []] : ["sh", ["-e"]];
      const ended = await run(command, [...args, fileOf(snippet)], {
        cwd,
        env: environment(),
        timeout: snippetMs,
      }).catch((error) => error);
      expect(`${ended.code ?? 0}\n${ended.code ? `${ended.stdout}${ended.stderr}` : ""}`).toBe("0\n");
    },
    snippetMs + 10_000,
  );

  const serving = snippets.filter((snippet) => snippet.run === "serve");
  it.each(serving.map((snippet) => [snippet.at, snippet] as const))(
    "%s serves",
    async (_at, snippet) => {
      const child = spawn(process.execPath, [fileOf(snippet)], { cwd: folder, env: environment() });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      try {
        const url = await new Promise<string>((resolve, reject) => {
          let said = "";
          child.stderr.on("data", (data) => {
            said += data;
          });
          createInterface(child.stdout).on("line", (line) => {
            const found = /https?:\/\/\S+/.exec(line)?.[0];
            if (found) resolve(found);
          });
          void exited.then((code) => reject(new Error(`it ended with ${code}: ${said}`)));
        });
        const checked = await run(process.execPath, [cli, "check", url], { env: environment() }).catch(
          (error) => error,
        );
        expect(String(checked.stdout)).toContain("Health: 100 %");
      } finally {
        child.kill("SIGTERM");
        await exited;
      }
    },
    snippetMs,
  );
});

describe("snippetsOf", () => {
  const fence = "```";

  it("takes what is marked, with its place, and leaves the rest", () => {
    const text = [
      "# Title",
      `${fence}sh`,
      "rm everything",
      fence,
      "",
      `${fence}ts run=serve`,
      "a();",
      fence,
    ].join("\n");
    expect(snippetsOf(text, "a.md")).toEqual([
      { at: "a.md:6", language: "ts", run: "serve", text: "a();\n" },
    ]);
  });

  it("takes the indentation of a list away", () => {
    const text = [`1. First`, `   ${fence}sh run`, "   echo a", "     b", `   ${fence}`].join("\n");
    expect(snippetsOf(text, "a.md")[0]?.text).toBe("echo a\n  b\n");
  });

  it.each([["ts run=sreve"], ["sh run=serve"], ["python run"]])("refuses %s", (info) => {
    expect(() => snippetsOf(`${fence}${info}\nx\n${fence}`, "a.md")).toThrow(/^a\.md:1: /);
  });
});
