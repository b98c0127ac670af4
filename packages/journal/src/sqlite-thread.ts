/** The worker thread as its owner sees it: a call, an answer. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { CallName, Calls, Reply, Request, WorkerOptions } from "./sqlite-channel.ts";
import { type OpenFailure, openFailure } from "./sqlite-failure.ts";

/** Far above what a server's connections ask for at once; each has one read under way. */
const callsWaitingMax = 100_000;

interface Pending {
  answer(answer: Calls[CallName]["answer"]): void;
  fail(error: Error): void;
}

type Phase = { readonly is: "live" } | { readonly is: "ended"; readonly why: string };

export type Started =
  | { readonly is: "started"; readonly thread: SqliteThread; readonly epoch: string }
  | OpenFailure;

/** Resolves when the database is open, or with why it is not. */
export function startThread(options: WorkerOptions): Promise<Started> {
  // From source the worker is a .ts file beside this one; in a bundle it is an entry beside the main file.
  const file = new URL(`./sqlite-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  const worker = new Worker(file, { workerData: options, execArgv: [], name: "journal" });
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve(openFailure("unavailable", options.path, error.message));
    worker.once("error", failed);
    worker.once("message", ([reply]: readonly Reply[]) => {
      worker.off("error", failed);
      if (reply?.is === "opened") {
        resolve({ is: "started", thread: new SqliteThread(worker), epoch: reply.epoch });
      } else if (reply?.is === "failed") worker.once("exit", () => resolve(reply));
    });
  });
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #phase: Phase = { is: "live" };
  #nextId = 1;
  /** What has not crossed to the thread yet: crossing costs more than most answers, so what is asked in one turn goes together. */
  #asked: Request[] = [];

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (replies: readonly Reply[]) => {
      for (const reply of replies) this.#take(reply);
    });
    worker.on("error", (error) => this.#end(error.message));
    worker.on("exit", () => this.#end("the journal is closed"));
  }

  /**
   * Rejects when the database cannot be read, the thread has ended, callsWaitingMax calls wait, or for a bug.
   * Answers come in the order of the calls.
   */
  call<N extends CallName>(call: N, request: Calls[N]["request"]): Promise<Calls[N]["answer"]> {
    if (this.#phase.is === "ended") return Promise.reject(new Error(this.#phase.why));
    if (this.#pending.size >= callsWaitingMax) {
      return Promise.reject(new Error(`journal: ${callsWaitingMax} calls wait for the disk already`));
    }
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { answer: resolve, fail: reject });
      this.#asked.push({ id, call, ...request } as Request);
      // Commits were gathered already, and wait for nothing.
      if (call === "group" || call === "close") this.#send();
      else if (this.#asked.length === 1) setImmediate(() => this.#send());
    });
  }

  /** Resolves when the database is closed and the thread has ended. */
  async close(): Promise<void> {
    if (this.#phase.is === "ended") return;
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    await this.call("close", {});
    await exited;
  }

  #send(): void {
    const asked = this.#asked;
    if (asked.length === 0) return;
    this.#asked = [];
    this.#worker.postMessage(asked);
  }

  #take(reply: Reply): void {
    if (reply.is !== "answer" && reply.is !== "broken") return;
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.is === "answer") pending?.answer(reply.answer);
    else pending?.fail(new Error(`journal: ${reply.message}`));
  }

  #end(why: string): void {
    if (this.#phase.is === "ended") return;
    this.#phase = { is: "ended", why: `journal: ${why}` };
    for (const pending of this.#pending.values()) pending.fail(new Error(this.#phase.why));
    this.#pending.clear();
  }
}
