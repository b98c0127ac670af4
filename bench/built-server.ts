/** The command as it is published, built from what is here, and a server that it started. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = fileURLToPath(new URL("../packages/goldenpath/dist/cli.js", import.meta.url));
const buildMsMax = 180_000;
const startMsMax = 30_000;

/** Builds the command and its page where they are missing; `npm run build` brings them up to date. */
export function ensureCommand(): void {
  if (existsSync(command)) return;
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    timeout: buildMsMax,
  });
  if (status !== 0) throw new Error("The build failed; what it says stands above.");
}

export class BuiltServer implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Resolves when the server has said its address. */
  static async start(data: string): Promise<BuiltServer> {
    const child = spawn(process.execPath, [command, "serve", "--port", "0", "--data", data], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, GOLDENPATH_DRAIN_MS: "0" },
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      const failed = (why: string) => {
        child.kill("SIGKILL");
        reject(new Error(`goldenpath serve ${why}: ${text}`));
      };
      const timer = setTimeout(() => failed("said no address"), startMsMax);
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const found = /http:\/\/[\w.:]+/.exec(text)?.[0];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
      child.once("exit", (code) => {
        clearTimeout(timer);
        failed(`ended with ${code}`);
      });
    });
    return new BuiltServer(child, url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await gone;
  }
}
