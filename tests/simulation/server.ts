/**
 * One server process of a simulated world: the real core and the real supervisor on a handle to the store.
 * It starts as the product starts, and it may die, freeze or be shut down at any step.
 */
import { AgentFactory, Supervisor } from "@goldenpath/agents";
import type { Journal } from "@goldenpath/journal";
import {
  type Bus,
  type Commands,
  SharedBus,
  type UserContext,
  WebSocketCore,
} from "@goldenpath/websocket-core";
import { JournalHandle } from "./disk.ts";
import type { ServerSide, Socket } from "./network.ts";
import { Scope, ScopeClock } from "./scheduler.ts";
import { scriptedAgents } from "./scripted-agents.ts";
import type { World } from "./world.ts";

const drainMs = 3_000;

export class Server {
  readonly scope: Scope;
  readonly clock: ScopeClock;
  readonly journal: Journal;
  readonly core: WebSocketCore;
  readonly supervisor: Supervisor;
  readonly #bus: Bus | undefined;
  readonly sides = new Set<ServerSide>();
  listening = false;
  readonly #deathWatches = new Set<() => void>();
  readonly #world: World;
  readonly #handle: JournalHandle;

  constructor(world: World, number: number) {
    const { scheduler, random, history, disk, bug } = world;
    const name = `server${number}`;
    this.#world = world;
    this.scope = new Scope(name);
    this.clock = new ScopeClock(scheduler, this.scope, random.fork(`${name} clock`));
    this.clock.offMs = world.wallOffMs;
    this.#handle = new JournalHandle(disk, this.scope);
    this.journal = bug.journal?.(this.#handle, disk) ?? this.#handle;
    let nextId = 1;
    const makeId = () => `${name}.${nextId++}`;
    const { clock, journal } = this;
    const lots = random.fork(`${name} lots`);
    const factory = new AgentFactory({
      definitions: scriptedAgents({
        clock,
        random: random.fork("agents"),
        history,
        effects: world.effects,
        wrapTool: bug.tool ?? ((tool) => tool),
      }),
      clock,
      makeId,
    });
    const shared =
      world.plan.nodes > 1
        ? new SharedBus({
            journal,
            clock,
            random: () => lots.next(),
            connect: world.line.connect(this.scope),
            onFault: (where, error) => history.note("bus fault", `${where} ${String(error)}`),
          })
        : undefined;
    this.#bus = shared && (bug.sharedBus?.(shared) ?? shared);
    const bus = this.#bus ?? bug.bus?.(journal);
    this.supervisor = new Supervisor({
      ...(this.#bus ? { bus: this.#bus } : {}),
      journal,
      clock,
      makeId,
      nodeId: name,
      random: () => lots.next(),
      factory,
      approvalMsMax: 8_000,
      onFault: ({ where, error, runId }) => history.note("run fault", `${where} ${runId} ${String(error)}`),
    });
    const commands: Commands = bug.commands?.(this.supervisor, disk, this.#bus) ?? this.supervisor;
    this.core = new WebSocketCore({
      journal,
      commands,
      clock,
      makeId,
      authenticate: () => Promise.reject(new Error("upgrades are simulated")),
      redeemTicket: async (ticket) => {
        await scheduler.pause(this.scope, disk.readMs());
        return world.login.redeemTicket(ticket);
      },
      originAllowed: () => true,
      ...(bus ? { bus } : {}),
      endedSessions: async (sessionIds) => {
        await scheduler.pause(this.scope, disk.readMs());
        return bug.neverRevokes ? [] : sessionIds.filter((sessionId) => world.login.isRevoked(sessionId));
      },
      onFault: ({ where, error }) => world.coreFault(where, error),
      defer: (call) => void scheduler.after(this.scope, 0, call),
    });
  }

  /** Listens once what the last process left is taken care of; answers false when the store cannot be read. */
  async start(): Promise<boolean> {
    try {
      if (!this.#bus) await this.#world.disk.voidLeases();
      if (!this.#world.bug.neverRecovers) await this.supervisor.start();
    } catch (error) {
      this.#world.history.note("start", `${this.scope.name} failed: ${String(error)}`);
      return false;
    }
    this.listening = true;
    return true;
  }

  /** An upgrade arrives: its cookie is looked up, and only then does the socket become a connection. */
  upgrade(socket: Socket, cookie: string | undefined): void {
    const { scheduler, disk, login, bug } = this.#world;
    const user: UserContext | undefined = login.user(cookie);
    scheduler.after(this.scope, disk.readMs(), () => {
      if (!this.listening) {
        socket.refuse();
        return;
      }
      const watch = this.#world.wire.watch(socket);
      const side = socket.accept(this.scope, watch) as ServerSide;
      this.sides.add(side);
      const connection = this.core.connect(bug.transport?.(side) ?? side, user);
      if (bug.cancelsOnClose) this.#cancelWhenClosed(side, () => connection.state, user);
    });
  }

  /** Whether the store is out of reach. */
  cutOff(isCutOff: boolean): void {
    this.#handle.isCutOff = isCutOff;
  }

  onDeath(call: () => void): void {
    this.#deathWatches.add(call);
  }

  /** The process is gone at this very step; `heard`: whether the peers' systems are told. */
  kill(heard: boolean): void {
    const { scheduler, disk, network } = this.#world;
    this.listening = false;
    disk.handles.delete(this.#handle);
    for (const socket of network.sockets) {
      if (socket.server?.scope === this.scope) socket.cut({ client: heard, server: false });
    }
    scheduler.kill(this.scope);
    for (const call of this.#deathWatches) call();
  }

  /** SIGTERM, as the product handles it. */
  async drain(): Promise<void> {
    this.listening = false;
    await Promise.all([this.core.drain(drainMs), this.supervisor.drain(drainMs)]);
    await this.journal.close();
    await this.#bus?.close();
  }

  #cancelWhenClosed(side: ServerSide, state: () => string, user: UserContext | undefined): void {
    const look = () => {
      if (state() !== "closed") {
        this.clock.timer(50, look);
        return;
      }
      if (!user) return;
      void this.journal.activeRuns(user.userId).then((runs) => {
        for (const run of runs) void this.supervisor.cancelThread(user.userId, run.threadId);
      });
    };
    if (!side.isOver) look();
  }
}
