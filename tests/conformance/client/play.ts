/** Plays one case with a client: the suite is the server, the adapter is told what a person would do. */
import { randomBytes } from "node:crypto";
import type { Case, Step } from "../case.ts";
import { Broken } from "../inbox.ts";
import { filled, isFields, mismatch, type Names, shown } from "../pattern.ts";
import type { Spec } from "../spec.ts";
import type { Driver } from "./driver.ts";
import { Peer, type PeerLine } from "./peer.ts";

const withinMsDefault = 10_000;
const neverMs = 400;
/** Longer than a client's first pauses together; one that comes back by itself has come by then. */
const comesBackMs = 2_500;
const epoch = "epoch-1";

export async function playClientCase(driver: Driver, spec: Spec, played: Case): Promise<void> {
  const peer = await Peer.start(spec);
  const scene = new Scene(driver, peer, spec);
  try {
    for (const step of played.steps) await scene.play(step);
    const fault = scene.faults()[0];
    if (fault !== undefined) throw new Broken(fault);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    throw new Broken([error.message, ...scene.faults()].join("\n    also: "));
  } finally {
    await driver.leave();
    await peer.stop();
  }
}

class Scene {
  readonly driver: Driver;
  readonly peer: Peer;
  readonly spec: Spec;
  readonly names: Names;
  readonly #lines = new Map<string, PeerLine>();
  /** The log that this server keeps. */
  readonly log: { readonly [key: string]: unknown }[] = [];
  readonly #seqByRun = new Map<unknown, number>();

  constructor(driver: Driver, peer: Peer, spec: Spec) {
    this.driver = driver;
    this.peer = peer;
    this.spec = spec;
    this.names = new Map<string, unknown>([
      ["case", randomBytes(6).toString("hex")],
      ["limits", spec.limits],
      ["epoch", epoch],
    ]);
  }

  async play(step: Step): Promise<void> {
    const verb = Object.keys(step)[0] ?? "";
    if (!Object.hasOwn(verbs, verb)) throw new Error(`there is no verb ${verb}`);
    try {
      await verbs[verb as keyof typeof verbs](this, step);
    } catch (error) {
      if (error instanceof Broken) throw new Broken(`${error.message}\n    at ${shown(step)}`);
      throw error;
    }
  }

  faults(): readonly string[] {
    return this.peer.lines.flatMap(({ fault }) => fault ?? []);
  }

  fill<T>(template: unknown): T {
    return filled(template, this.names) as T;
  }

  line(name: unknown = "1"): PeerLine {
    const found = this.#lines.get(String(name));
    if (!found) throw new Error(`the case has no line ${name}`);
    return found;
  }

  async accept(name: unknown, step: Step): Promise<PeerLine> {
    const startedMs = performance.now();
    const line = await this.peer.accept(this.withinMs(step));
    const notBeforeMs = Number(step.not_before_ms ?? 0);
    if (line.openedMs - startedMs < notBeforeMs)
      throw new Broken(`C5: it came back within ${notBeforeMs} ms`);
    this.#lines.set(String(name), line);
    return line;
  }

  withinMs(step: Step): number {
    return typeof step.within_ms === "number" ? step.within_ms : withinMsDefault;
  }

  welcome(step: Step): object {
    const { limits } = this.spec;
    const told = ["frameBytesMax", "messageCharsMax", "messagePartsMax", "attachmentBytesMax"];
    return {
      type: "welcome",
      userId: "ann",
      connectionId: `c-${this.peer.lines.length}`,
      epoch,
      head: this.log.length,
      heartbeatMs: limits.heartbeatMs,
      limits: Object.fromEntries(told.map((name) => [name, limits[name]])),
      ...this.fill<object>(step.welcome ?? {}),
    };
  }

  /** The event with what every event has; offsets and `seq` count on. */
  append(given: Step): void {
    const event = this.fill<{ [key: string]: unknown }>(given);
    const { type, threadId = "t1", runId = "r1", data = {}, ...more } = event;
    const ofRun = /^(agent|tool|text|approval|usage)_/.test(String(type));
    const seq = (this.#seqByRun.get(runId) ?? 0) + 1;
    if (ofRun) this.#seqByRun.set(runId, seq);
    const offset = this.log.length + 1;
    const head = { offset, id: `e-${offset}`, type, at: 1_700_000_000_000 + offset, threadId };
    this.log.push({ ...head, ...(ofRun ? { runId, seq, agent: "a" } : {}), data, ...more });
  }
}

const snapshotOf = (given: object): object => ({
  type: "snapshot",
  asOf: { epoch, offset: 0 },
  threads: [],
  activeRuns: [],
  ...given,
});

type Verb = (scene: Scene, step: Step) => unknown;

const verbs = {
  /** The adapter makes a client of this server's and connects it. */
  start(scene, step) {
    scene.driver.say({ do: "start", url: scene.peer.url, tickets: step.tickets === true });
  },
  accept: (scene, step) => scene.accept(step.accept, step),
  /** Accepts, takes hello, and brings the client up to date: `welcome`, a snapshot where there is no cursor, `caught_up`. */
  async greet(scene, step) {
    const line = await scene.accept(step.greet, step);
    const hello = await line.expect(step.hello ?? { type: "hello" }, scene.names, scene.withinMs(step), true);
    line.say(scene.welcome(step));
    const cursor = isFields(hello) && isFields(hello.cursor) ? hello.cursor : undefined;
    if (!cursor) line.say(snapshotOf(scene.fill(step.snapshot ?? {})));
    const from = Number(cursor?.offset ?? scene.log.length);
    const missed = scene.log.slice(from);
    if (missed.length > 0) line.say({ type: "events", events: missed });
    if (step.caught_up !== false)
      line.say({ type: "caught_up", head: scene.fill(step.head ?? Math.max(from, scene.log.length)) });
    if (step.live !== false && step.caught_up !== false) {
      await scene.driver.expect({ is: "state", state: "live" }, scene.names, scene.withinMs(step));
    }
  },
  welcome: (scene, step) => scene.line(step.on).say(scene.welcome({ welcome: step.welcome })),
  say: (scene, step) => scene.line(step.on).say(scene.fill(step.say)),
  say_text: (scene, step) => scene.line(step.on).text(scene.fill(step.say_text)),
  say_binary: (scene, step) => scene.line(step.on).binary(Buffer.from(String(step.say_binary), "hex")),
  snapshot: (scene, step) => scene.line(step.on).say(snapshotOf(scene.fill(step.snapshot))),
  /** Events are committed to this server's log, and said unless `quiet`. */
  append(scene, step) {
    const from = scene.log.length;
    for (const event of step.append as Step[]) scene.append(event);
    if (step.quiet !== true) scene.line(step.on).say({ type: "events", events: scene.log.slice(from) });
  },
  /** Says events of the log again, from one offset to another. */
  replay(scene, step) {
    const [from, to] = step.replay as [number, number];
    scene.line(step.on).say({ type: "events", events: scene.log.slice(from - 1, to) });
  },
  expect: (scene, step) =>
    scene.line(step.on).expect(step.expect, scene.names, scene.withinMs(step), step.next === true),
  never: (scene, step) => scene.line(step.on).never(step.never, scene.names, Number(step.for_ms ?? neverMs)),
  close(scene, step) {
    const code = Number(step.close);
    scene.line(step.on).close(code, String(step.reason ?? scene.spec.reasonByClose.get(code) ?? ""));
  },
  cut: (scene, step) => scene.line(step.cut).cut(),
  async expect_close(scene, step) {
    const wrong = mismatch(
      step.expect_close,
      await scene.line(step.on).closed(scene.withinMs(step)),
      scene.names,
    );
    if (wrong !== undefined) throw new Broken(wrong);
  },
  expect_open(scene, step) {
    if (scene.line(step.expect_open).isClosed) throw new Broken("the client closed the line");
  },
  no_line: (scene, step) =>
    scene.peer.neverAnother(Number(step.no_line === true ? comesBackMs : step.no_line)),
  /** What a person does. */
  drive: (scene, step) => scene.driver.say(scene.fill(step.drive)),
  told: (scene, step) => scene.driver.expect(step.told, scene.names, scene.withinMs(step)),
  never_told: (scene, step) =>
    scene.driver.never(step.never_told, scene.names, Number(step.for_ms ?? neverMs)),
  view: (scene, step) => scene.driver.view(step.view, scene.names, scene.withinMs(step)),
  /** What a request for a ticket is answered from now on; 200 gives one. */
  tickets(scene, step) {
    scene.peer.ticketStatus = step.tickets === 200 ? undefined : Number(step.tickets);
  },
  /** Refuses upgrades until so many were tried, then takes them again. */
  async refuse(scene, step) {
    scene.peer.refuses = true;
    if (step.cut !== undefined) scene.line(step.cut).cut();
    await scene.peer.untilRefused(Number(step.refuse), 15_000);
    scene.peer.refuses = false;
  },
  wait_ms: (_scene, step) => new Promise((resolve) => setTimeout(resolve, Number(step.wait_ms))),
  async times(scene, step) {
    for (let at = 0; at < Number(step.times); at++) {
      scene.names.set("i", at);
      for (const inner of step.steps as Step[]) await scene.play(inner);
    }
  },
} satisfies { readonly [verb: string]: Verb };
