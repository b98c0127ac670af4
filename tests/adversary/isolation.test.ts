/**
 * Isolation as a property: several users with several sessions and tabs do everything that a user can do, with
 * their own ids and with those of the others, in any order. The model (isolation-world.ts) says what each may
 * have and hear. `ISOLATION_WORLDS=200` is the long form. fast-check prints the seed of a failure.
 */
import type { SendResult } from "@goldenpath/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Session, type User, World, waitingMax } from "./isolation-world.ts";
import { openStage } from "./stage.ts";

const worlds = Number(process.env.ISOLATION_WORLDS ?? 4);

interface Scene {
  readonly world: World;
  readonly user: User;
  readonly session: Session;
  readonly other: User;
  /** One of these, by the draw; undefined when there are none. */
  pick<T>(from: Iterable<T>): T | undefined;
}

const deeds: Record<string, (scene: Scene) => Promise<void>> = {
  async opensATab({ world, user, session }) {
    await world.openTab(user, session);
  },
  async comesBackWithItsCursor({ world, user, session }) {
    const line = await world.tab(user, session);
    const { epoch } = await line.frame("welcome");
    const offset = line.events.at(-1)?.offset ?? 0;
    world.cutTab(user, session);
    const again = await world.openTab(user, session, { epoch, offset });
    const next = again.events[0];
    if (next && !again.frames.some((frame) => frame.type === "snapshot"))
      expect(next.offset).toBe(offset + 1);
  },
  async comesWithAnothersCursor({ world, user, session, other }) {
    const line = await world.tab(user, session);
    const { epoch } = await line.frame("welcome");
    // Also beyond its own head: that is answered with a snapshot of its own.
    await world.openTab(user, session, { epoch, offset: Math.max(1, ...other.eventByOffset.keys()) });
  },
  async cutsATab({ world, user, session }) {
    world.cutTab(user, session);
  },
  asks: ask,
  async asksWhatWaits(scene) {
    const { world, user, session } = scene;
    if (user.waiting.length >= waitingMax) return;
    const line = await world.tab(user, session);
    const { runId } = await question(scene, "approver");
    const { data } = await line.event("approval_requested", runId);
    user.waiting.push({ runId, approvalId: data.approvalId });
  },
  async cancels({ world, user, session }) {
    const run = user.waiting.shift();
    if (!run) return;
    const line = await world.tab(user, session);
    const answer = await line.command({ type: "cancel", id: world.commandId(), runId: run.runId });
    expect(answer.type).toBe("done");
    user.ended.push(run);
  },
  async decides({ world, user, session }) {
    const run = user.waiting.shift();
    if (!run) return;
    const { approvalId } = run;
    const line = await world.tab(user, session);
    const frame = { type: "resolve", id: world.commandId(), approvalId, decision: "approve" };
    expect((await line.command(frame)).type).toBe("done");
    await line.end(run.runId);
    user.ended.push(run);
  },
  async repeatsAnothersCommand({ world, user, session, other, pick }) {
    const id = pick(other.commandIds);
    if (id === undefined || user.commandIds.includes(id)) return;
    const line = await world.tab(user, session);
    const answer = await line.command(echo(id, user, undefined));
    if (answer.type !== "done") throw new Error(answer.message);
    remember(user, id, answer.result as unknown as SendResult, true);
    expect(other.titleByThread.has((answer.result as unknown as SendResult).threadId)).toBe(false);
    await line.end((answer.result as unknown as SendResult).runId);
  },
  async asksInAnothersThread({ world, user, session, other, pick }) {
    const threadId = pick(other.titleByThread.keys());
    if (threadId === undefined) return;
    const line = await world.tab(user, session);
    await world.proveUnknown(line, (id) => echo("", user, id), threadId);
  },
  async attachesAnothersFile({ world, user, session, other, pick }) {
    const attachmentId = pick(other.attachmentIds);
    if (attachmentId === undefined) return;
    const line = await world.tab(user, session);
    const part = (id: string) => ({
      type: "attachment",
      attachmentId: id,
      name: "a",
      mediaType: "text/csv",
      bytes: 1,
    });
    await world.proveUnknown(
      line,
      (id) => ({ type: "send", agent: "echo", parts: [part(id)] }),
      attachmentId,
    );
  },
  async cancelsAnothersRun({ world, user, session, other, pick }) {
    const run = pick([...other.waiting, ...other.ended]);
    if (!run) return;
    const line = await world.tab(user, session);
    await world.proveUnknown(line, (runId) => ({ type: "cancel", runId }), run.runId);
  },
  async decidesAnothersApproval({ world, user, session, other, pick }) {
    const run = pick([...other.waiting, ...other.ended]);
    if (!run) return;
    const line = await world.tab(user, session);
    const resolve = (approvalId: string) => ({ type: "resolve", approvalId, decision: "approve" });
    await world.proveUnknown(line, resolve, run.approvalId);
  },
  async renames({ user, session, pick }) {
    const threadId = pick(user.titleByThread.keys());
    if (threadId === undefined) return;
    const title = `renamed ${user.mark}`;
    expect((await session.person.json("PATCH", `/api/threads/${threadId}`, { title })).status).toBe(200);
    user.titleByThread.set(threadId, title);
  },
  async deletes({ user, session, pick }) {
    // Not one whose run waits: it would be cancelled with its thread.
    if (user.waiting.length > 0) return;
    const threadId = pick(user.titleByThread.keys());
    if (threadId === undefined) return;
    expect((await session.person.json("DELETE", `/api/threads/${threadId}`, {})).status).toBe(200);
    user.titleByThread.delete(threadId);
    user.questionsByThread.delete(threadId);
  },
  async touchesAnothersThread({ world, user, session: { person }, other, pick }) {
    const threadId = pick(other.titleByThread.keys());
    if (threadId === undefined) return;
    const title = `stolen ${user.mark}`;
    const at = (id: string) => `/api/threads/${id}`;
    await world.proveUnknownAt((id) => person.get(at(id)), threadId);
    await world.proveUnknownAt((id) => person.get(`${at(id)}/messages`), threadId);
    await world.proveUnknownAt((id) => person.json("PATCH", at(id), { title }), threadId);
    await world.proveUnknownAt((id) => person.json("DELETE", at(id), {}), threadId);
    const { threads } = (await person.get(`/api/threads?before=${threadId}&userId=${other.mark}`)).body as {
      threads: { id: string }[];
    };
    for (const { id } of threads) expect(user.titleByThread.has(id)).toBe(true);
  },
  async uploads({ user, session }) {
    if (user.attachmentIds.length >= 5) return;
    const answer = await session.person.upload(`${user.mark}.csv`, `a\n${user.mark}\n`);
    expect(answer.status).toBe(200);
    user.attachmentIds.push((answer.body as { attachmentId: string }).attachmentId);
  },
  async readsAnothersFile({ world, session, other, pick }) {
    const attachmentId = pick(other.attachmentIds);
    if (attachmentId === undefined) return;
    await world.proveUnknownAt((id) => session.person.get(`/api/attachments/${id}`), attachmentId);
  },
  async usesATicketOnceAndForItself({ world, user, session, other }) {
    const ticket = await ticketOf(session);
    const line = session.person.silent({ cookie: "" });
    await line.say({ type: "hello", client: "x", ticket });
    const { userId } = await line.frame("welcome");
    expect(userId).toBe((await (await world.tab(user, session)).frame("welcome")).userId);
    line.hangUp();
    const again = session.person.silent({ cookie: "" });
    await again.say({ type: "hello", client: "x", ticket });
    expect((await again.closed()).reason).toBe("unauthenticated");
    // Another user's connection does not become this user's.
    const theirs = other.sessions[0];
    if (!theirs || other === user) return;
    const foreign = await world.tab(other, theirs);
    const refused = await foreign.refused(async () =>
      foreign.say({ type: "refresh", token: await ticketOf(session) }),
    );
    expect(refused.code).toBe("unauthenticated");
  },
  async signsInElsewhere({ world, user }) {
    await world.signIn(user);
  },
  async signsOut({ world, user, session }) {
    if (user.sessions.length < 2) return;
    await world.end(user, [session], () => session.person.json("POST", "/api/auth/sign-out", {}));
  },
  async endsItsOtherSessions({ world, user, session }) {
    const others = user.sessions.filter((one) => one !== session);
    await world.end(user, others, () => session.person.json("POST", "/api/auth/revoke-other-sessions", {}));
  },
  async changesItsPassword({ world, user, session }) {
    if (!world.canComeBack) return;
    const { person } = session;
    const newPassword = `a password ${crypto.randomUUID()}`;
    const body = { currentPassword: person.password, newPassword };
    await world.end(user, [...user.sessions], () => person.json("POST", "/api/auth/change-password", body));
    person.password = newPassword;
    await world.comeBack(user, person);
  },
};

function echo(id: string, user: User, threadId: string | undefined) {
  const parts = [{ type: "text", text: `I am ${user.mark}` }];
  return { type: "send", id, agent: "echo", parts, ...(threadId !== undefined && { threadId }) };
}

async function ask(scene: Scene): Promise<void> {
  const { runId } = await question(scene, "echo");
  const line = await scene.world.tab(scene.user, scene.session);
  await line.end(runId);
}

async function question({ world, user, session, pick }: Scene, agent: string): Promise<SendResult> {
  const threadId = pick([undefined, ...user.titleByThread.keys()]);
  const line = await world.tab(user, session);
  const id = world.commandId();
  const answer = await line.command({ ...echo(id, user, threadId), agent });
  if (answer.type !== "done") throw new Error(`${answer.code}: ${answer.message}`);
  const result = answer.result as unknown as SendResult;
  remember(user, id, result, threadId === undefined);
  return result;
}

function remember(user: User, id: string, { threadId }: SendResult, created: boolean): void {
  user.commandIds.push(id);
  if (created) user.titleByThread.set(threadId, `I am ${user.mark}`);
  user.questionsByThread.set(threadId, (user.questionsByThread.get(threadId) ?? 0) + 1);
}

async function ticketOf(session: Session): Promise<string> {
  return ((await session.person.json("POST", "/api/tickets", {})).body as { ticket: string }).ticket;
}

it(
  "nobody hears, changes or keeps what is another's, whatever they do with whichever ids (D4, D7)",
  async () => {
    // Everything twice in each world, in any order, among questions.
    const names = Object.keys(deeds);
    const order = [...names, ...names, ...Array.from({ length: 12 }, () => "asks")];
    const action = (name: string) =>
      fc.record({ name: fc.constant(name), user: fc.nat(2), other: fc.nat(1), draw: fc.nat() });
    const actions = fc
      .shuffledSubarray(order, { minLength: order.length })
      .chain((shuffled) => fc.tuple(...shuffled.map(action)));
    await fc.assert(
      fc.asyncProperty(actions, async (chosen) => {
        const stage = await openStage();
        try {
          const world = await World.open(stage, 3);
          for (const { name, user: at, other: step, draw } of chosen) {
            const user = world.users[at] as User;
            const other = world.users[(at + 1 + step) % 3] as User;
            const session = user.sessions[draw % user.sessions.length] as Session;
            const pick = <T>(from: Iterable<T>): T | undefined => {
              const all = [...from];
              return all[draw % Math.max(1, all.length)];
            };
            await deeds[name]?.({ world, user, session, other, pick });
          }
          await world.judge();
          await stage.proveUnharmed();
        } finally {
          await stage.close();
        }
      }),
      { numRuns: worlds, endOnFailure: true },
    );
  },
  (60 + worlds * 20) * 1_000,
);
