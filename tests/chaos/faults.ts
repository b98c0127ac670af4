/** What goes wrong, at random from a seed, until it is told to end. */
import { setTimeout as pause } from "node:timers/promises";
import type { Line, TcpProxy } from "../servers/proxy.ts";
import type { Random } from "../simulation/random.ts";
import type { Host } from "./host.ts";
import type { Scene } from "./scene.ts";

export interface FaultsOptions {
  readonly random: Random;
  readonly scene: Scene<TcpProxy>;
  readonly host: Host;
  /** How long a server lives on average before it is killed. */
  readonly lifeMs: number;
}

type FaultKind = "freeze" | "cut" | "stall" | "half open" | "dark" | "disk full" | "drain";

export class Faults {
  readonly counts = new Map<FaultKind, number>();
  readonly #options: FaultsOptions;
  readonly #random: Random;
  readonly #loops: Promise<void>[];
  #going = true;

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#loops = [this.#killing(), this.#breaking(), this.#filling(), this.#freezing()];
  }

  /** Nothing more goes wrong, and what is broken is mended; resolves when that is so. */
  async heal(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#loops);
    const proxy = this.#options.scene.front;
    proxy.dark = false;
    // A half-open line is found out by its heartbeat, after 35 s; a network forgets it sooner.
    for (const line of proxy.lines) if (line.isHeld) line.cut();
  }

  /** Mostly while it serves, sometimes while it still starts, now and then politely. */
  async #killing(): Promise<void> {
    const { lifeMs, host } = this.#options;
    while (this.#going) {
      if (this.#random.chance(0.15)) await pause(this.#random.between(50, 700));
      else {
        await host.listening();
        await pause(-Math.log(1 - this.#random.next()) * lifeMs);
      }
      if (!this.#going) return;
      if (this.#random.chance(0.06)) {
        this.#count("drain");
        host.restart();
        await pause(this.#random.between(0, 600));
      }
      host.kill();
      // Its successor is another process by now.
      await pause(20);
      while (this.#going && host.isGone) await pause(10);
    }
  }

  async #freezing(): Promise<void> {
    while (this.#going) {
      await pause(this.#random.between(1_500, 7_000));
      if (!this.#going) return;
      this.#count("freeze");
      await this.#options.host.freeze(this.#random.between(30, 1_800));
    }
  }

  async #breaking(): Promise<void> {
    const proxy = this.#options.scene.front;
    const random = this.#random;
    while (this.#going) {
      await pause(random.between(50, 900));
      if (!this.#going) return;
      const share = random.chance(0.1) ? 1 : random.between(0.02, 0.3);
      const lines = [...proxy.lines].filter(() => random.chance(share));
      const kind = random.weighted({ cut: 5, stall: 5, "half open": 3, dark: 1 });
      this.#count(kind);
      if (kind === "cut") for (const line of lines) line.cut();
      else if (kind === "dark") void this.#darken();
      else for (const line of lines) void this.#hold(line, kind);
    }
  }

  async #hold(line: Line, kind: "stall" | "half open"): Promise<void> {
    line.hold();
    await pause(this.#random.between(50, kind === "stall" ? 2_500 : 8_000));
    if (kind === "stall") line.release();
    else line.cut();
  }

  async #darken(): Promise<void> {
    const proxy = this.#options.scene.front;
    proxy.dark = true;
    await pause(this.#random.between(50, 1_200));
    proxy.dark = false;
  }

  async #filling(): Promise<void> {
    const { scene, host } = this.#options;
    const { disk } = scene;
    while (this.#going && disk.how !== "none") {
      await pause(this.#random.between(4_000, 12_000));
      if (!this.#going) return;
      this.#count("disk full");
      scene.excused = true;
      const pid = host.pid;
      disk.fill(pid);
      await pause(this.#random.between(100, 1_500));
      disk.empty(pid);
      // A start that met the full disk may still be on its way out.
      setTimeout(() => {
        scene.excused = false;
      }, 3_000);
    }
  }

  #count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
