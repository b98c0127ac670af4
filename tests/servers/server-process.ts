/** A server as a process of its own, which can be killed, stopped and started again like anybody's. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
/** The product's own command line. */
export const goldenpathCli = join(root, "packages/goldenpath/src/cli.ts");
/** Compiled code, kept for the next start: it halves what a start costs. */
const compileCache = join(root, "node_modules/.cache/goldenpath-tests");
const outputCharsMax = 100_000;
/** No server outlives the process that started it, however that one ends by itself. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcessOptions {
  /** The program's file, then its arguments. It says `ready: URL` on stdout once it listens. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export class ServerProcess {
  /** Where it listens; rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #output = "";
  #exit: Exit | undefined;

  constructor({ command, environment = {} }: ServerProcessOptions) {
    const { npm_lifecycle_event: _npm, ...inherited } = process.env;
    this.#child = spawn(process.execPath, command, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...inherited, NODE_COMPILE_CACHE: compileCache, ...environment },
    });
    running.add(this.#child);
    const { promise, resolve: becameReady, reject } = Promise.withResolvers<string>();
    this.ready = promise;
    // Whoever only kills it does not wait for it.
    promise.catch(() => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-outputCharsMax);
        const url = /ready: (\S+)\n/.exec(this.#output)?.[1];
        if (url !== undefined) becameReady(url);
      });
    }
    this.exited = new Promise((settle) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => {
        running.delete(this.#child);
        this.#exit = { code, signal };
        reject(new Error(`the server ended with ${signal ?? code} before it was ready:\n${this.#output}`));
        settle(this.#exit);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** What it said on stdout and stderr, the newest part. */
  get output(): string {
    return this.#output;
  }

  /** False when it is gone already. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#exit === undefined && this.#child.kill(signal);
  }

  /** SIGKILL, which also ends a stopped process; resolves when it is gone. */
  kill(): Promise<Exit> {
    this.signal("SIGKILL");
    return this.exited;
  }
}

/** A port that was free a moment ago: for servers that come back to the same one. */
export function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => settle(port));
    });
  });
}
