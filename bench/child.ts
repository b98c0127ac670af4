/** A process of a bench's own, which is asked and answers: servers and load generators, so that each one's time is its own. */
import { type ChildProcess, fork } from "node:child_process";

interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

type Reply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: string };

/** What a child can be asked, by name. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

/** A call that takes longer than this has failed: a bench ends, whatever hangs. */
const callMsMax = 120_000;

export class Child<C extends Calls> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { settle(output: unknown): void; fail(error: Error): void }>();
  #nextId = 1;

  private constructor(process: ChildProcess, name: string) {
    this.#process = process;
    process.on("message", (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("error" in reply) waiting?.fail(new Error(`${name}: ${reply.error}`));
      else waiting?.settle(reply.output);
    });
    process.on("exit", (code, signal) => {
      for (const { fail } of this.#waiting.values()) fail(new Error(`${name} ended (${signal ?? code})`));
      this.#waiting.clear();
    });
  }

  static start<C extends Calls>(file: URL, args: readonly string[] = [], execArgv: readonly string[] = []) {
    const process = fork(file, args, { execArgv: [...execArgv], serialization: "advanced" });
    return new Child<C>(process, [file.pathname.split("/").at(-1), ...args].join(" "));
  }

  /** The same under another program that runs it, such as strace. */
  static startUnder<C extends Calls>(
    [program = "", ...options]: readonly string[],
    file: URL,
    args: readonly string[],
  ) {
    const child = fork(file, args, {
      execPath: program,
      execArgv: [...options, process.execPath],
      serialization: "advanced",
    });
    return new Child<C>(child, [program, file.pathname.split("/").at(-1), ...args].join(" "));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  call<N extends keyof C & string>(name: N, ...input: Parameters<C[N]>): Promise<Awaited<ReturnType<C[N]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${name} was not answered within ${callMsMax / 1_000} s`));
      }, callMsMax);
      this.#waiting.set(id, {
        settle(output) {
          clearTimeout(timer);
          resolve(output as Awaited<ReturnType<C[N]>>);
        },
        fail(error) {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#process.send({ id, name, input: input[0] } satisfies Request);
    });
  }

  /** Lets the process end by itself, which is when it writes what it has measured of itself. */
  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.disconnect();
    await gone;
  }

  /** Ends the process without a word, as a loss of power would. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await gone;
    // Under another program the child itself outlives that one; the end of the channel ends it.
    if (this.#process.connected) this.#process.disconnect();
  }
}

/** The child's side: answers calls until the parent is gone. */
export function answerCalls(calls: Calls): void {
  const send = (reply: Reply) => void process.send?.(reply);
  process.on("message", (request: Request) => {
    const call = calls[request.name] as ((input: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => {
        if (!call) throw new Error(`nothing answers ${request.name}`);
        return call(request.input);
      })
      .then(
        (output) => send({ id: request.id, output }),
        (error: unknown) =>
          send({
            id: request.id,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          }),
      );
  });
  process.on("disconnect", () => process.exit());
}

/** CPU time of this process, all threads, since it began. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
