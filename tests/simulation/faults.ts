/** What goes wrong, seeded; and how all of it ends. */
import type { People } from "./people.ts";
import type { FaultKind } from "./plan.ts";
import type { Random } from "./random.ts";
import type { Server } from "./server.ts";
import type { World } from "./world.ts";

export class Faults {
  readonly #world: World;
  readonly #people: People;
  readonly #random: Random;
  readonly #zombies = new Set<Server>();
  #over = false;

  constructor(world: World, people: People) {
    this.#world = world;
    this.#people = people;
    this.#random = world.random.fork("faults");
    for (const [kind, everyMs] of Object.entries(world.plan.faultEveryMs)) {
      this.#later(kind as FaultKind, everyMs);
    }
  }

  /** Lines, disk and processes are whole again. A line that was cut stays cut: its ends have to notice. */
  heal(): void {
    const { disk, network, scheduler, offline, line } = this.#world;
    this.#over = true;
    for (const zombie of this.#zombies) this.#bury(zombie);
    disk.weather = "fair";
    disk.slow = false;
    disk.readsFail = false;
    disk.losesAnswers = false;
    for (const handle of disk.handles) handle.isCutOff = false;
    line.isFlaky = false;
    line.mend();
    offline.clear();
    network.healed = true;
    for (const socket of network.sockets) socket.stall(scheduler.nowMs);
    this.#world.startServers();
  }

  #later(kind: FaultKind, everyMs: number): void {
    const { scheduler, outside } = this.#world;
    scheduler.after(outside, -Math.log(1 - this.#random.next()) * everyMs, () => {
      if (this.#over) return;
      this.#world.history.note("fault", kind);
      this.#strike(kind);
      this.#later(kind, everyMs);
    });
  }

  #strike(kind: FaultKind): void {
    const random = this.#random;
    const { network, scheduler, outside, disk, server, offline, line } = this.#world;
    const sockets = [...network.sockets];
    const forMs = random.between(300, 8_000);
    const unlessHealed = (call: () => void) =>
      void scheduler.after(outside, forMs, () => {
        if (!this.#over) call();
      });
    switch (kind) {
      case "cut":
        random.pick(sockets)?.cut({ client: true, server: true });
        return;
      case "half_open": {
        const clientHears = random.chance(0.4);
        random.pick(sockets)?.cut({ client: clientHears, server: !clientHears && random.chance(0.4) });
        return;
      }
      case "stall":
        random.pick(sockets)?.stall(scheduler.nowMs + forMs * 2);
        return;
      case "offline": {
        const device = random.pick(this.#people.devices);
        if (!device) return;
        offline.add(device);
        for (const tab of this.#people.openTabs) {
          if (tab.device !== device) continue;
          for (const socket of sockets) {
            if (socket.page === tab.page)
              socket.cut({ client: random.chance(0.3), server: random.chance(0.3) });
          }
        }
        unlessHealed(() => {
          offline.delete(device);
          for (const tab of this.#people.openTabs) if (tab.device === device) tab.wake();
        });
        return;
      }
      case "crash":
      case "power_loss":
        if (server) this.#world.killServer(server, kind === "crash", random.between(50, 3_000));
        return;
      case "zombie":
        this.#zombie();
        return;
      case "deploy":
        if (server?.listening) this.#deploy();
        return;
      case "disk_refuses":
        disk.weather = random.pick(["storage_full", "unavailable", "flaky"] as const) ?? "flaky";
        unlessHealed(() => {
          disk.weather = "fair";
        });
        return;
      case "disk_slow":
        disk.slow = true;
        unlessHealed(() => {
          disk.slow = false;
        });
        return;
      case "reads_fail":
        disk.readsFail = true;
        unlessHealed(() => {
          disk.readsFail = false;
        });
        return;
      case "clock_jump": {
        const byMs = random.between(-1, 1) * (random.chance(0.2) ? 3_600_000 : 30_000);
        const tab = random.pick(this.#people.openTabs);
        if (random.chance(0.5) && tab) tab.clock.offMs += byMs;
        else {
          this.#world.wallOffMs += byMs;
          for (const one of this.#world.servers) if (one) one.clock.offMs = this.#world.wallOffMs;
        }
        return;
      }
      case "revoke": {
        const device = random.pick(this.#people.devices);
        if (device?.sessionId !== undefined) this.#world.revoke(device.sessionId);
        return;
      }
      case "trim":
        this.#trim();
        return;
      case "line_cut":
        if (server) line.cut(server.scope);
        unlessHealed(() => line.mend());
        return;
      case "line_flaky":
        line.isFlaky = true;
        unlessHealed(() => {
          line.isFlaky = false;
        });
        return;
      case "answers_lost":
        disk.losesAnswers = true;
        unlessHealed(() => {
          disk.losesAnswers = false;
        });
        return;
      case "partition":
        // Longer than a lease, often: then others have taken its runs when it comes back (J4).
        if (!server) return;
        line.cut(server.scope);
        server.cutOff(true);
        scheduler.after(outside, forMs * 2.5, () => {
          if (this.#over) return;
          server.cutOff(false);
          line.mend();
        });
        return;
      default:
        kind satisfies never;
    }
  }

  /** The process stops, another takes over, and then the first goes on as if nothing had been (J4). */
  #zombie(): void {
    const { server, scheduler, outside, network } = this.#world;
    if (!server?.listening) return;
    const random = this.#random;
    server.listening = false;
    scheduler.freeze(server.scope);
    for (const socket of network.sockets) {
      if (socket.server?.scope === server.scope) socket.cut({ client: random.chance(0.7), server: false });
    }
    this.#world.forget(server);
    scheduler.after(outside, random.between(10, 1_500), () => this.#world.startServers());
    // Where there are several nodes, longer than a lease.
    const longer = this.#world.plan.nodes > 1 ? 2.5 : 1;
    scheduler.after(outside, random.between(500, 6_000) * longer, () => {
      this.#world.history.note("thaw", server.scope.name);
      scheduler.thaw(server.scope);
    });
    this.#zombies.add(server);
    scheduler.after(outside, random.between(6_000, 9_000) * longer, () => this.#bury(server));
  }

  /** What a zombie began is nobody's once its lease has run out; the other process has to find it. */
  #bury(zombie: Server): void {
    if (this.#zombies.delete(zombie)) this.#world.killServer(zombie, true, 0);
  }

  #deploy(): void {
    const { server } = this.#world;
    if (!server) return;
    server.drain().then(
      () => this.#world.killServer(server, true, this.#random.between(20, 800)),
      (error: unknown) => {
        this.#world.history.violated("drain", `rejected: ${String(error)}`);
        this.#world.killServer(server, true, 100);
      },
    );
  }

  #trim(): void {
    const { server } = this.#world;
    const eventsMax = this.#random.whole(5, 120);
    server?.journal.trim({ ageMsMax: 1e12, eventsMax, bytesMax: 1e9 }).catch((error: unknown) => {
      this.#world.history.note("trim", String(error));
    });
  }
}
