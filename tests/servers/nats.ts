/**
 * A real NATS server for tests and for a developer's cluster, on a free port of loopback. It can be killed and
 * started again on the same port. Debian's package is installed when it is missing and we may.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { findProgram, installCommand, installPackage } from "./debian-package.ts";
import { freePort } from "./server-process.ts";
import { cpuUsOf } from "./system-process.ts";

const startMsMax = 20_000;

/** The path of `nats-server`. Throws with the command to run when there is none. */
export function natsProgram(): string {
  const found = findProgram("nats-server");
  if (found) return found;
  installPackage("nats-server");
  const installed = findProgram("nats-server");
  if (installed) return installed;
  throw new Error(`nats-server is not installed. Install it with: ${installCommand("nats-server")}`);
}

export class NatsServer {
  readonly port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    process.once("exit", this.#killNow);
  }

  static async start(): Promise<NatsServer> {
    const server = new NatsServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** On the same port as before. */
  async start(): Promise<void> {
    const child = spawn(natsProgram(), ["-a", "127.0.0.1", "-p", String(this.port)], { stdio: "ignore" });
    this.#process = child;
    const deadline = performance.now() + startMsMax;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`nats-server did not start on port ${this.port}.`);
      }
      await wait(20);
    }
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Processor time of the server so far, in microseconds. */
  cpuUs(): number {
    return this.#process?.pid === undefined ? 0 : cpuUsOf(this.#process.pid);
  }

  async close(): Promise<void> {
    process.off("exit", this.#killNow);
    await this.kill();
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1");
      socket.once("data", () => socket.destroy());
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(true));
    });
  }

  readonly #killNow = (): void => {
    this.#process?.kill("SIGKILL");
  };
}
