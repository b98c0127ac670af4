/**
 * Whoever keeps the server up: starts it on its port, and again whenever it is gone.
 *
 *  H1  An end that nobody here caused is told: a server may not die by itself. While its disk is full it may
 *      refuse to start.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Exit, ServerProcess } from "../servers/server-process.ts";

export interface HostOptions {
  readonly command: readonly string[];
  /** How long the next start waits. */
  readonly restartMs: () => number;
  /** True while a start may fail. */
  readonly excused: () => boolean;
  readonly died: (exit: Exit, output: string) => void;
}

export class Host {
  kills = 0;
  /** When each process was started, by the wall's clock. */
  readonly startedAt: number[] = [];
  refusedStarts = 0;
  readonly #options: HostOptions;
  #process: ServerProcess;
  #ready = false;
  #stopping = false;
  /** A signal of ours that ends it was sent to the process that runs now. */
  #ending = false;
  readonly #kept: Promise<void>;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#process = this.#start();
    this.#kept = this.#keepUp();
  }

  get starts(): number {
    return this.startedAt.length;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** The last process has ended and the next has not begun. */
  get isGone(): boolean {
    return this.#process.exit !== undefined;
  }

  /** Resolves when the process that runs now listens or is gone. */
  async listening(): Promise<void> {
    const { ready, exited } = this.#process;
    await Promise.race([ready.catch(() => undefined), exited]);
  }

  kill(): void {
    this.#ending = true;
    if (this.#process.signal("SIGKILL")) this.kills++;
  }

  /** SIGTERM; another process follows. */
  restart(): void {
    this.#ending = true;
    this.#process.signal("SIGTERM");
  }

  async freeze(forMs: number): Promise<void> {
    const frozen = this.#process;
    if (!frozen.signal("SIGSTOP")) return;
    await pause(forMs);
    frozen.signal("SIGCONT");
  }

  /** SIGTERM, and nobody follows; resolves with how the process ended. */
  async stop(): Promise<Exit> {
    this.#stopping = true;
    this.restart();
    const exit = await this.#process.exited;
    await this.#kept;
    return exit;
  }

  /** SIGKILL, and nobody follows. */
  async end(): Promise<void> {
    this.#stopping = true;
    this.#ending = true;
    await this.#process.kill();
    await this.#kept;
  }

  #start(): ServerProcess {
    this.startedAt.push(Date.now());
    this.#ending = false;
    this.#ready = false;
    const started = new ServerProcess({ command: this.#options.command });
    started.ready.then(
      () => {
        this.#ready = started === this.#process;
      },
      () => undefined,
    );
    return started;
  }

  async #keepUp(): Promise<void> {
    const { restartMs, excused, died } = this.#options;
    for (;;) {
      const exit = await this.#process.exited;
      const wasReady = this.#ready;
      this.#ready = false;
      if (!this.#ending) {
        // H1.
        if (!wasReady && exit.code === 1 && excused()) this.refusedStarts++;
        else died(exit, this.#process.output);
      }
      if (this.#stopping) return;
      await pause(restartMs());
      if (this.#stopping) return;
      this.#process = this.#start();
    }
  }
}
