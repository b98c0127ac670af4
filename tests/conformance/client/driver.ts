/** The client under test: a program that takes commands and tells what happens, one JSON value a line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Broken, Inbox } from "../inbox.ts";
import { isFields, mismatch, type Names, shown } from "../pattern.ts";

export class Driver {
  readonly #child: ChildProcess;
  readonly #inbox = new Inbox();
  #told: unknown[] = [];
  #read = 0;
  #ended: string | undefined;
  #tags = 0;
  /** Begins every tag: what an earlier case asked for may still be answered when the next one plays. */
  #cases = 0;

  /** `command` is given to a shell. */
  constructor(command: string) {
    this.#child = spawn(command, { shell: true, stdio: ["pipe", "pipe", "inherit"], detached: true });
    const { stdout } = this.#child;
    if (!stdout) throw new Error("the adapter has no output");
    createInterface({ input: stdout }).on("line", (line) => {
      try {
        this.#hear(JSON.parse(line));
      } catch {
        this.#ended = `the adapter wrote what is no JSON: ${line.slice(0, 200)}`;
      }
      this.#inbox.wake();
    });
    this.#child.on("exit", (code) => {
      this.#ended ??= `the adapter ended with ${code}`;
      this.#inbox.wake();
    });
  }

  /** Ends the case's client; what it still tells is not the next case's. */
  async leave(): Promise<void> {
    this.say({ do: "close" });
    await this.view({}, new Map(), 5_000);
    this.#told = [];
    this.#read = 0;
    this.#cases++;
  }

  say(command: { readonly [field: string]: unknown }): void {
    const tag = command.tag === undefined ? undefined : `${this.#cases}:${command.tag}`;
    this.#child.stdin?.write(`${JSON.stringify({ ...command, tag })}\n`);
  }

  #hear(told: unknown): void {
    const tag = isFields(told) ? told.tag : undefined;
    const own = `${this.#cases}:`;
    if (typeof tag !== "string") this.#told.push(told);
    else if (tag.startsWith(own)) this.#told.push({ ...(told as object), tag: tag.slice(own.length) });
  }

  /** What was told next that fits, skipping others. */
  expect(pattern: unknown, names: Names, withinMs: number): Promise<unknown> {
    return this.#inbox.until(
      () => {
        for (; this.#read < this.#told.length; this.#read++) {
          const tried = new Map(names);
          if (mismatch(pattern, this.#told[this.#read], tried) !== undefined) continue;
          for (const [name, value] of tried) names.set(name, value);
          return { told: this.#told[this.#read++] };
        }
        if (this.#ended !== undefined) throw new Broken(this.#ended);
        return undefined;
      },
      withinMs,
      () => `to be told ${shown(pattern)}; last was ${shown(this.#told.at(-1))}`,
    );
  }

  async never(pattern: unknown, names: Names, forMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const found = this.#told.find((one) => mismatch(pattern, one, new Map(names)) === undefined);
    if (found !== undefined) throw new Broken(`this must never be told: ${shown(found)}`);
  }

  /** Asks for the view until it fits. */
  async view(pattern: unknown, names: Names, withinMs: number): Promise<void> {
    const endsAt = performance.now() + withinMs;
    for (;;) {
      const tag = `view-${++this.#tags}`;
      this.say({ do: "view", tag });
      const view = await this.#inbox.until(
        () => this.#told.find((one) => isFields(one) && one.is === "view" && one.tag === tag),
        withinMs,
        () => this.#ended ?? "the view",
      );
      const tried = new Map(names);
      const wrong = mismatch(pattern, view, tried);
      if (wrong === undefined) return;
      if (performance.now() > endsAt) throw new Broken(`the view: ${wrong}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.pid === undefined) return;
    const exited = once(this.#child, "exit");
    this.#child.stdin?.end();
    const timer = setTimeout(() => process.kill(-(this.#child.pid ?? 0), "SIGKILL"), 2_000);
    await exited;
    clearTimeout(timer);
  }
}
