/**
 * A model of several users of one server: what each of them has, and what each may therefore hear. Everything that
 * a user writes, names or uploads bears that user's mark, so that a leak is seen in whatever text it stands.
 *
 *  I1  No text that a user hears bears another user's mark (D4).
 *  I2  An id of somebody else's is answered exactly like an id of nobody's, and nothing changes.
 *  I3  All tabs of a user see one log: the same event at the same offset, dense, each once (D1-D3).
 *  I4  A session that was ended hears nothing more and gets nothing more, within the second (D7).
 */
import { closeCodes, type Event } from "@goldenpath/protocol";
import { expect } from "vitest";
import type { Line } from "./line.ts";
import type { Answer, Person, Stage } from "./stage.ts";

/** The login takes so many sign-ins of one address in a minute. */
const signInsMax = 12;
export const sessionsMax = 3;
export const tabsMax = 3;
/** Under `runsPerUserMax`, so that a question always finds room. */
export const waitingMax = 2;

export interface Waiting {
  readonly runId: string;
  readonly approvalId: string;
}

export class Session {
  readonly person: Person;
  readonly tabs: Line[] = [];

  constructor(person: Person) {
    this.person = person;
  }
}

export class User {
  readonly mark: string;
  readonly sessions: Session[] = [];
  readonly titleByThread = new Map<string, string>();
  readonly questionsByThread = new Map<string, number>();
  readonly waiting: Waiting[] = [];
  readonly ended: Waiting[] = [];
  readonly attachmentIds: string[] = [];
  readonly commandIds: string[] = [];
  /** I3: every event that any tab saw, by its offset. */
  readonly eventByOffset = new Map<number, string>();

  constructor(mark: string) {
    this.mark = mark;
  }
}

export class World {
  readonly users: readonly User[];
  readonly #stage: Stage;
  #signIns = 0;
  #commands = 0;

  private constructor(stage: Stage, users: readonly User[]) {
    this.#stage = stage;
    this.users = users;
  }

  static async open(stage: Stage, count: number): Promise<World> {
    const marks = Array.from({ length: count }, (_, at) => `mark-of-user-${at}-${crypto.randomUUID()}`);
    const users = marks.map((mark) => new User(mark));
    for (const user of users) {
      const others = marks.filter((mark) => mark !== user.mark);
      const heard = (text: string) => {
        for (const mark of others) expect(text.includes(mark), `I1: ${text.slice(0, 300)}`).toBe(false);
      };
      user.sessions.push(new Session(await stage.person(heard)));
    }
    return new World(stage, users);
  }

  commandId(): string {
    return `command-${++this.#commands}`;
  }

  /** A tab of the session: one it has, or a fresh one. */
  async tab(user: User, session: Session): Promise<Line> {
    return session.tabs.at(-1) ?? this.openTab(user, session);
  }

  async openTab(
    user: User,
    session: Session,
    cursor?: { readonly epoch: string; readonly offset: number },
  ): Promise<Line> {
    if (session.tabs.length >= tabsMax) this.cutTab(user, session);
    const line = await session.person.line(cursor);
    session.tabs.push(line);
    return line;
  }

  cutTab(user: User, session: Session): void {
    const line = session.tabs.shift();
    if (!line) return;
    line.hangUp();
    this.#judgeTab(user, line);
  }

  /** Another session of the user; undefined when there are enough. */
  async signIn(user: User): Promise<Session | undefined> {
    const known = user.sessions[0];
    if (!known || user.sessions.length >= sessionsMax || this.#signIns >= signInsMax) return undefined;
    this.#signIns++;
    const session = new Session(await known.person.elsewhere());
    user.sessions.push(session);
    return session;
  }

  /** I4: ends these sessions by what `end` does, and proves that they are over. */
  async end(user: User, sessions: readonly Session[], end: () => Promise<unknown>): Promise<void> {
    const tabs = sessions.flatMap((session) => session.tabs);
    const cookies = sessions.map((session) => session.person.cookie);
    await end();
    const closed = await Promise.all(tabs.map((line) => line.closed()));
    for (const one of closed) expect(one.code).toBe(closeCodes.session_revoked.code);
    for (const line of tabs) this.#judgeTab(user, line);
    for (const session of sessions) user.sessions.splice(user.sessions.indexOf(session), 1);
    for (const cookie of cookies) await this.#proveOver(cookie);
  }

  /** Signs in again after every session of the user was ended. */
  async comeBack(user: User, person: Person): Promise<void> {
    this.#signIns++;
    expect((await person.signIn()).status).toBe(200);
    user.sessions.push(new Session(person));
  }

  get canComeBack(): boolean {
    return this.#signIns < signInsMax;
  }

  /** I2 over a socket. */
  async proveUnknown(line: Line, frame: (id: string) => object, id: string): Promise<void> {
    const answers = [];
    for (const named of [id, "nowhere"]) {
      const answer = await line.command({ ...frame(named), id: this.commandId() });
      if (answer.type === "done") throw new Error(`I2: done for ${JSON.stringify(frame(named))}`);
      const { id: _id, ...rest } = answer;
      // An answer may say again what it was asked for.
      answers.push({ ...rest, message: rest.message.replaceAll(named, "{id}") });
    }
    expect(answers[0]).toEqual(answers[1]);
  }

  /** I2 over HTTP. */
  async proveUnknownAt(ask: (id: string) => Promise<Answer>, id: string): Promise<void> {
    const [real, none] = [await ask(id), await ask("nowhere")];
    expect({ status: real.status, text: real.text }).toEqual({ status: none.status, text: none.text });
    expect(real.status).toBe(404);
  }

  /** What each user has is what the model says, whoever else tried what. */
  async judge(): Promise<void> {
    for (const user of this.users) {
      const session = user.sessions[0];
      if (!session) throw new Error("a user without a session");
      const line = await session.person.line();
      const snapshot = await line.frame("snapshot");
      expect(new Set(snapshot.activeRuns.map((run) => run.runId))).toEqual(
        new Set(user.waiting.map((run) => run.runId)),
      );
      line.hangUp();
      const { threads } = (await session.person.get("/api/threads?limit=200")).body as {
        threads: { id: string; title: string }[];
      };
      expect(new Map(threads.map(({ id, title }) => [id, title]))).toEqual(user.titleByThread);
      for (const [threadId, questions] of user.questionsByThread) {
        const { messages } = (await session.person.get(`/api/threads/${threadId}/messages?limit=200`))
          .body as {
          messages: { role: string }[];
        };
        expect(messages.filter(({ role }) => role === "user")).toHaveLength(questions);
      }
      for (const attachmentId of user.attachmentIds) {
        expect((await session.person.get(`/api/attachments/${attachmentId}`)).text).toContain(user.mark);
      }
      for (const one of user.sessions) while (one.tabs.length > 0) this.cutTab(user, one);
    }
  }

  /** I3. */
  #judgeTab(user: User, line: Line): void {
    line.events.forEach((event: Event, at) => {
      const before = line.events[at - 1];
      if (before) expect(event.offset).toBe(before.offset + 1);
      const json = JSON.stringify(event);
      const seen = user.eventByOffset.get(event.offset);
      if (seen !== undefined) expect(json).toBe(seen);
      user.eventByOffset.set(event.offset, json);
    });
  }

  async #proveOver(cookie: string): Promise<void> {
    const ghost = this.#stage.nobody();
    const headers = { cookie };
    for (const path of [
      "/api/me",
      "/api/agents",
      "/api/threads",
      "/api/attachments/x",
      "/api/threads/x/messages",
    ]) {
      expect((await ghost.request(path, { headers })).status, path).toBe(401);
    }
    for (const path of ["/api/tickets", "/api/attachments"]) {
      expect((await ghost.request(path, { method: "POST", headers })).status, path).toBe(401);
    }
    const line = ghost.silent({ cookie });
    await line.say({ type: "hello", client: "ghost" });
    expect((await line.closed()).code).toBe(closeCodes.unauthenticated.code);
  }
}
