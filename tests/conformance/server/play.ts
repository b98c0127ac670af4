/** Plays one case against a server: each verb is carried out in order, and every line is judged at the end. */
import { randomBytes } from "node:crypto";
import type { Case, Step } from "../case.ts";
import { Broken } from "../inbox.ts";
import { filled, isFields, mismatch, type Names, shown } from "../pattern.ts";
import type { Spec } from "../spec.ts";
import type { Accounts, Session } from "./accounts.ts";
import { Line } from "./line.ts";
import { judgeRun, judgeStored } from "./run-judge.ts";

export interface Server {
  readonly url: string;
  readonly spec: Spec;
  readonly accounts: Accounts;
  /** The served agent by the name that cases use. */
  readonly agentByRole: ReadonlyMap<string, string>;
  /** For what should come soon. */
  readonly withinMs: number;
}

/** What a case asks of a server beyond the protocol; what is missing makes it one that cannot be run. */
export interface Needs {
  readonly users: readonly string[];
  readonly fresh: readonly string[];
  /** It signs somebody in again. */
  readonly signsIn: boolean;
  readonly agents: readonly string[];
}

const neverMs = 250;

/** Read from the steps: users are named in `as`, `of` and `ticket`; those that begin with "new" are fresh. */
export function needsOf({ steps }: Case): Needs {
  const users = new Set<string>();
  const agents = new Set<string>();
  const made = new Set<string>(["nobody"]);
  const look = (step: Step): void => {
    if (typeof step.session === "string") made.add(step.session);
    const name =
      step.of ??
      step.as ??
      ("open" in step || "join" in step || "request" in step || "ticket" in step ? "ann" : undefined);
    if (typeof name === "string" && !made.has(name)) users.add(name);
    if (typeof step.ask === "string" && step.ask !== "any") agents.add(step.ask);
    if (Array.isArray(step.steps)) for (const inner of step.steps) look(inner as Step);
  };
  for (const step of steps) look(step);
  const fresh = [...users].filter((name) => name.startsWith("new"));
  const borrowed = [...users].filter((name) => !fresh.includes(name));
  return { users: borrowed, fresh, signsIn: made.size > 1, agents: [...agents] };
}

export async function playServerCase(server: Server, played: Case): Promise<void> {
  const needs = needsOf(played);
  const borrowed = await server.accounts.borrow(needs.users.length);
  const sessions = new Map<string, Session>([["nobody", server.accounts.nobody()]]);
  for (const [at, name] of needs.users.entries()) sessions.set(name, borrowed[at] as Session);
  const scene = new Scene(server, sessions);
  try {
    for (const name of needs.fresh) sessions.set(name, await server.accounts.fresh());
    for (const step of played.steps) await scene.play(step);
    scene.assertSound();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    throw new Broken([error.message, ...scene.faults()].join("\n    also: "));
  } finally {
    await scene.clear();
    server.accounts.giveBack(borrowed);
  }
}

class Scene {
  readonly #server: Server;
  readonly #sessions: Map<string, Session>;
  readonly #lines = new Map<string, Line>();
  readonly #names: Names;
  /** Runs that this case began and that may be left: a borrowed account has room for few. */
  readonly #asked: { readonly runId: unknown; readonly line: Line; readonly session: string }[] = [];
  #ids = 0;

  constructor(server: Server, sessions: Map<string, Session>) {
    this.#server = server;
    this.#sessions = sessions;
    this.#names = new Map<string, unknown>([
      ["case", randomBytes(6).toString("hex")],
      ["limits", server.spec.limits],
      ["url", server.url],
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

  /** What is wrong with the lines in themselves. */
  faults(): readonly string[] {
    return [...this.#lines].flatMap(([name, { fault }]) =>
      fault === undefined ? [] : `line ${name}: ${fault}`,
    );
  }

  assertSound(): void {
    const [fault] = this.faults();
    if (fault !== undefined) throw new Broken(fault);
  }

  /** Leaves nothing behind: runs are cancelled, sockets closed. */
  async clear(): Promise<void> {
    for (const line of this.#lines.values()) line.cut();
    const bySession = Map.groupBy(this.#asked, ({ session }) => session);
    for (const [name, asked] of bySession) {
      const left = asked.filter(
        ({ runId, line }) => !line.eventsOf(runId).some(({ type }) => ends.includes(String(type))),
      );
      if (left.length === 0) continue;
      const line = this.#connect(name, {});
      const opened = await line.opened.catch(() => undefined);
      if (opened?.is !== "open") continue;
      line.say({ type: "hello", client: "conformance" });
      try {
        for (const { runId } of left) {
          const id = this.#id();
          line.say({ type: "cancel", id, runId });
          await line.expect({ id }, new Map(), this.#server.withinMs);
        }
      } catch (error) {
        // The session was ended by the case itself: then nobody can clear up, and the account is not borrowed again.
        if (!(error instanceof Broken)) throw error;
      }
      line.cut();
    }
  }

  /** `template` filled with what the case knows. */
  fill<T>(template: unknown): T {
    return filled(template, this.#names) as T;
  }

  keep(name: unknown, value: unknown): void {
    this.#names.set(String(name), value);
  }

  fits(pattern: unknown, value: unknown): void {
    const wrong = mismatch(pattern, value, this.#names);
    if (wrong !== undefined) throw new Broken(wrong);
  }

  get names(): Names {
    return this.#names;
  }

  get server(): Server {
    return this.#server;
  }

  session(name: unknown = "ann"): Session {
    const found = this.#sessions.get(String(name));
    if (!found) throw new Error(`the case has no user ${name}`);
    return found;
  }

  addSession(name: unknown, session: Session): void {
    this.#sessions.set(String(name), session);
  }

  line(name: unknown = "a"): Line {
    const found = this.#lines.get(this.fill<string>(name));
    if (!found) throw new Error(`the case has no line ${name}`);
    return found;
  }

  withinMs(step: Step): number {
    return typeof step.within_ms === "number" ? step.within_ms : this.#server.withinMs;
  }

  open(name: unknown, step: Step): Line {
    const line = this.#connect(String(step.as ?? "ann"), step);
    this.#lines.set(this.fill<string>(name), line);
    return line;
  }

  async ask(step: Step): Promise<void> {
    const line = this.line(step.on);
    const id = this.fill<string | undefined>(step.id) ?? this.#id();
    const agent = step.ask === "any" ? undefined : this.#server.agentByRole.get(String(step.ask));
    const text = this.fill<string | undefined>(step.text) ?? "Hello";
    line.say({
      type: "send",
      id,
      ...(step.thread === undefined ? {} : { threadId: this.fill(step.thread) }),
      ...(agent === undefined ? {} : { agent }),
      parts: [{ type: "text", text }],
    });
    const frame = await line.expect(
      { id, type: { $in: ["done", "error"] } },
      this.#names,
      this.withinMs(step),
    );
    this.fits(
      {
        type: "done",
        result: { threadId: { $type: "string" }, messageId: { $type: "string" }, runId: { $type: "string" } },
      },
      frame,
    );
    const result = isFields(frame) ? frame.result : undefined;
    this.#asked.push({
      runId: isFields(result) ? result.runId : "",
      line,
      session: String(step.as ?? "ann"),
    });
    this.keep(step.capture ?? "run", result);
  }

  #id(): string {
    return `${this.#names.get("case")}-auto-${++this.#ids}`;
  }

  #connect(user: string, step: Step): Line {
    const { url, spec } = this.#server;
    const origin = this.fill<string | undefined>(step.origin) ?? url;
    const { cookie } = this.session(user);
    const headers: Record<string, string> = { origin, cookie, ...(step.headers as object) };
    for (const [name, value] of Object.entries(headers)) if (value === "") delete headers[name];
    const address = new URL("/ws", url);
    address.protocol = address.protocol.replace("http", "ws");
    return new Line({
      url: address.href,
      headers,
      protocols: (step.protocols as string[] | undefined) ?? ["goldenpath.v1"],
      spec,
    });
  }
}

const ends = ["agent_completed", "agent_failed", "agent_cancelled"];

type Verb = (scene: Scene, step: Step) => unknown;

const verbs = {
  /** Opens a socket, and says nothing; with `refused` the upgrade is answered by HTTP instead. */
  async open(scene, step) {
    const line = scene.open(step.open, step);
    const opened = await line.opened;
    if (step.refused !== undefined) {
      if (opened.is === "open") throw new Broken("the upgrade was accepted");
      scene.fits(step.refused, { ...opened, body: jsonOf(opened.body) });
      return;
    }
    if (opened.is === "refused")
      throw new Broken(`the upgrade was refused with ${opened.status}: ${opened.body}`);
    if (line.protocol !== "goldenpath.v1") throw new Broken(`P1: the subprotocol is "${line.protocol}"`);
    if (line.extensions !== "") throw new Broken(`P2: the extension ${line.extensions} was negotiated`);
  },
  /** Opens, says hello, waits for `caught_up`, and keeps `welcome`, `snapshot` and `caught_up` as the line's name. */
  async join(scene, step) {
    await verbs.open(scene, { open: step.join, ...step });
    const line = scene.line(step.join);
    const { cursor, ticket } = scene.fill<Step>({ cursor: step.cursor ?? null, ticket: step.ticket ?? null });
    line.say({
      type: "hello",
      client: "conformance",
      ...(cursor ? { cursor } : {}),
      ...(ticket ? { ticket } : {}),
    });
    await line.expect({ type: "caught_up" }, scene.names, scene.withinMs(step));
    const first = (type: string) => line.frames.find((frame) => isFields(frame) && frame.type === type);
    scene.keep(step.join, {
      welcome: first("welcome"),
      snapshot: first("snapshot"),
      caught_up: first("caught_up"),
    });
  },
  say: (scene, step) => scene.line(step.on).say(scene.fill(step.say)),
  say_text: (scene, step) => scene.line(step.on).text(scene.fill<string>(step.say_text)),
  say_bytes: (scene, step) => scene.line(step.on).text(Buffer.from(String(step.say_bytes), "hex")),
  say_binary: (scene, step) => scene.line(step.on).binary(Buffer.from(String(step.say_binary), "hex")),
  expect: (scene, step) =>
    scene.line(step.on).expect(step.expect, scene.names, scene.withinMs(step), step.next === true),
  expect_event: (scene, step) =>
    scene.line(step.on).expectEvent(step.expect_event, scene.names, scene.withinMs(step)),
  never: (scene, step) =>
    scene.line(step.on).never(step.never, scene.names, Number(step.for_ms ?? neverMs), "frames"),
  never_event: (scene, step) =>
    scene.line(step.on).never(step.never_event, scene.names, Number(step.for_ms ?? neverMs), "events"),
  async expect_close(scene, step) {
    const { code, atMs } = await scene.line(step.on).expectClose(scene.withinMs(step));
    scene.fits(step.expect_close, code);
    if (typeof step.not_before_ms === "number" && atMs < step.not_before_ms) {
      throw new Broken(`closed after ${Math.round(atMs)} ms, before ${step.not_before_ms} ms`);
    }
  },
  /** Still there: nothing closed it. */
  expect_open(scene, step) {
    if (scene.line(step.expect_open).isClosed) throw new Broken("the connection was closed");
  },
  close: (scene, step) => scene.line(step.close).close(Number(step.code ?? 1000)),
  cut: (scene, step) => scene.line(step.cut).cut(),
  stall: (scene, step) => scene.line(step.stall).stall(true),
  unstall: (scene, step) => scene.line(step.unstall).stall(false),
  /** Asks the agent of that role; `done` is waited for and kept. */
  ask: (scene, step) => scene.ask(step),
  async request(scene, step) {
    const [method = "GET", path = "/"] = scene.fill<string>(step.request).split(" ");
    const session = scene.session(step.as);
    for (const [name, value] of Object.entries(session.account)) scene.keep(name, value);
    const given = scene.fill<unknown>(step.json ?? null);
    const json = given === null ? undefined : JSON.stringify(given);
    const text = step.text === undefined ? undefined : scene.fill<string>(step.text);
    const headers = {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...scene.fill<Record<string, string>>(step.headers ?? {}),
    };
    const body = json ?? text;
    const reply = await session.request({ method, path, headers, ...(body === undefined ? {} : { body }) });
    if (step.answer !== undefined) scene.fits(step.answer, reply);
    if (step.capture !== undefined) scene.keep(step.capture, reply.body);
  },
  /** A ticket of the user's, kept under that name. */
  async ticket(scene, step) {
    const reply = await scene.session(step.as).request({ method: "POST", path: "/api/tickets" });
    scene.fits({ status: 200, body: { ticket: { $type: "string" }, expiresAt: { $type: "number" } } }, reply);
    scene.keep(step.ticket, (reply.body as { ticket: string }).ticket);
  },
  /** Another login of the same account, under that name. */
  async session(scene, step) {
    scene.addSession(step.session, await scene.server.accounts.again(scene.session(step.of)));
  },
  wait_ms: (_scene, step) => new Promise((resolve) => setTimeout(resolve, Number(step.wait_ms))),
  async times(scene, step) {
    for (let at = 0; at < Number(scene.fill(step.times)); at++) {
      scene.keep("i", at);
      for (const inner of step.steps as Step[]) await scene.play(inner);
    }
  },
  /** P22, P23 and P24 of a run that has ended, from the line's events. */
  judge_run(scene, step) {
    const wrong = judgeRun(scene.line(step.on).eventsOf(scene.fill(step.judge_run)));
    if (wrong !== undefined) throw new Broken(wrong);
  },
  /** P24: the stored answer is the fold of the events. */
  async judge_stored(scene, step) {
    const { runId, threadId } = scene.fill<{ runId: string; threadId: string }>(step.judge_stored);
    const reply = await scene
      .session(step.as)
      .request({ method: "GET", path: `/api/threads/${threadId}/messages` });
    const messages = isFields(reply.body) && Array.isArray(reply.body.messages) ? reply.body.messages : [];
    const stored: unknown = messages.find((message: unknown) => isFields(message) && message.runId === runId);
    const wrong = judgeStored(scene.line(step.on).eventsOf(runId), stored);
    if (wrong !== undefined) throw new Broken(wrong);
  },
  /** Where two lines have the same offset they have the same bytes; and they share one at least. */
  same_events(scene, step) {
    const [one, two] = (step.same_events as [string, string]).map((name) => scene.line(name).events);
    const textByOffset = new Map(one?.map((event) => [event.offset, JSON.stringify(event)]));
    const shared = (two ?? []).filter((event) => textByOffset.has(event.offset));
    if (shared.length === 0) throw new Broken("the two lines share no event");
    const other = shared.find((event) => textByOffset.get(event.offset) !== JSON.stringify(event));
    if (other) throw new Broken(`P27: ${textByOffset.get(other.offset)} and ${JSON.stringify(other)}`);
  },
  /** What the case knows, against a pattern. */
  compare: (scene, step) => scene.fits(step.with, scene.fill(step.compare)),
} satisfies { readonly [verb: string]: Verb };

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
