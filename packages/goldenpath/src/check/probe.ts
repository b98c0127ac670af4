/**
 * The probe of a running server, over its public interfaces only: does the path from login to an agent's
 * answer work right now?
 *
 *  K1  The list of checks is fixed: what could not be tried because an earlier check failed counts as failed,
 *      so scores of different runs can be compared.
 *  K2  What the probe made (threads, its own accounts) it removes, whatever the outcome, also when it is stopped.
 *  K3  It asks three questions, or four where an answer comes too fast to be cut in its middle.
 */
import { type Event, type Message, messageText } from "@goldenpath/protocol";
import { type Budget, judgeBudget, type Measured } from "./budget.ts";
import { checkRepeated, checkStop } from "./command-check.ts";
import { judgeOrder, judgePaired, judgePresent, streamedText, type Verdict } from "./judge.ts";
import { checkPage } from "./page-check.ts";
import { type Answer, type Credentials, type Line, Person } from "./person.ts";
import { type Asking, ask, ended, need, questionOf } from "./question.ts";
import { checkResume } from "./resume-check.ts";
import { checkEndedSession } from "./session-check.ts";

export const checkNames = [
  "page",
  "sign-in",
  "connect",
  "ask",
  "five events",
  "order",
  "pairs",
  "answer",
  "stored",
  "private",
  "resume",
  "once",
  "stop",
  "sign-out",
  "budget",
  "clean-up",
] as const;
export type CheckName = (typeof checkNames)[number];

export interface CheckResult {
  readonly name: CheckName;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

export interface ProbeOptions {
  readonly url: string;
  /** For each step that waits on the server. */
  readonly timeoutMs: number;
  readonly question: string | undefined;
  readonly agent: string | undefined;
  readonly accounts: readonly [Credentials, Credentials];
  readonly budget: Budget;
  /** Ends the check at once, but for its clean-up. */
  readonly signal?: AbortSignal;
}

/** Carried from one check to the next. */
interface Found extends Asking {
  line?: Line;
  elsewhere?: Line;
  otherLine?: Line;
  runId?: string;
  readonly measured: Measured;
}

export async function probe(options: ProbeOptions): Promise<readonly CheckResult[]> {
  const { url, timeoutMs, question, agent, budget, signal } = options;
  const [asker, other, device] = [0, 1, 2].map(() => new Person(url, timeoutMs)) as [Person, Person, Person];
  const measured: Measured = { connectMs: undefined, firstEventMs: undefined, runMs: undefined };
  const found: Found = { question, agent, timeoutMs, threadIds: new Set(), measured };
  const line = () => need(found.line, "no connection");
  // A second connection of the asker's, which did not ask.
  const elsewhere = () => need(found.elsewhere, "no connection");
  const steps: { readonly [name in CheckName]: () => Promise<Verdict> } = {
    page: () => checkPage(asker),
    "sign-in": () => checkSignIn(asker, other, options),
    connect: () => checkConnect(asker, other, found),
    ask: () => checkAsk(asker, found),
    "five events": async () => judgePresent(runOf(found)),
    order: async () => judgeOrder(runOf(found)),
    pairs: async () => judgePaired(runOf(found)),
    answer: async () => judgeAnswer(runOf(found)),
    stored: () => checkStored(asker, found),
    private: () => checkPrivate(other, found),
    resume: () => checkResume(asker, line(), found),
    once: () => checkRepeated(asker, line(), elsewhere(), found),
    stop: () => checkStop(line(), elsewhere(), found),
    "sign-out": () => checkEndedSession(device, options.accounts[0], timeoutMs),
    budget: async () => judgeBudget(measured, budget),
    "clean-up": () => cleanUp(asker, other, found, options),
  };
  const people = [asker, other, device];
  const stop = () => {
    for (const person of people) person.stop();
  };
  signal?.addEventListener("abort", stop);
  const results: CheckResult[] = [];
  const why = () => {
    if (signal?.aborted) return "the check was stopped";
    return results.some(({ name, ok }) => name === "sign-in" && !ok) ? "nobody could sign in" : undefined;
  };
  try {
    for (const name of checkNames) {
      const startedAt = performance.now();
      // Without a session each of them would wait its time out and say less.
      const missing = name === "clean-up" ? undefined : why();
      const { ok, detail } = await (missing === undefined ? begin(steps[name]) : notTried(missing));
      results.push({ name, ok, ms: Math.round(performance.now() - startedAt), detail });
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    for (const person of people) person.closeLines();
  }
  return results;
}

async function begin(step: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await step();
  } catch (error) {
    return failure(error);
  }
}

async function notTried(why: string): Promise<Verdict> {
  return { ok: false, detail: `not tried: ${why}` };
}

async function checkSignIn(asker: Person, other: Person, options: ProbeOptions): Promise<Verdict> {
  const stranger = await asker.request("GET", "/api/threads");
  if (stranger.status !== 401)
    return { ok: false, detail: `without a session /api/threads answers ${stranger.status}` };
  for (const [at, person] of [asker, other].entries()) {
    const wrong = await person.signIn(options.accounts[at === 0 ? 0 : 1]);
    if (wrong !== undefined) return { ok: false, detail: `user ${at + 1}: ${wrong}` };
  }
  return { ok: true, detail: options.accounts[0].temporary ? "two new users" : "two users" };
}

async function checkConnect(asker: Person, other: Person, found: Found): Promise<Verdict> {
  const { timeoutMs, measured } = found;
  const startedAt = performance.now();
  found.line = asker.connect();
  found.elsewhere = asker.connect();
  found.otherLine = other.connect();
  for (const line of [found.line, found.elsewhere, found.otherLine]) {
    line.client.connect();
    await line.until("live", timeoutMs, () => line.client.state.is === "live");
    measured.connectMs ??= performance.now() - startedAt;
  }
  return { ok: true, detail: "both users live, one of them twice" };
}

async function checkAsk(asker: Person, found: Found): Promise<Verdict> {
  const { timeoutMs, measured } = found;
  const line = need(found.line, "no connection");
  const question = await questionOf(asker, found);
  const startedAt = performance.now();
  const runId = await ask(line, question, found);
  found.runId = runId;
  await line.until("the run's first event", timeoutMs, () => line.eventsOf(runId).length > 0);
  measured.firstEventMs = performance.now() - startedAt;
  await line.until("the run's end", timeoutMs, () => ended(line, runId));
  measured.runMs = performance.now() - startedAt;
  return { ok: true, detail: JSON.stringify(question) };
}

function judgeAnswer(events: readonly Event[]): Verdict {
  const streamed = streamedText(events);
  const last = events.at(-1);
  if (last?.type !== "agent_completed") return { ok: false, detail: "the run did not complete" };
  if (streamed.trim() === "") return { ok: false, detail: "the answer is empty" };
  if (last.data.text !== streamed) return { ok: false, detail: "the deltas are not the whole answer" };
  return { ok: true, detail: `${streamed.length} characters` };
}

async function checkStored(asker: Person, found: Found): Promise<Verdict> {
  const events = runOf(found);
  const threadId = need(events[0]?.threadId, "no run");
  const answer = await asker.request("GET", `/api/threads/${threadId}/messages?limit=10`);
  const stored = messagesOf(answer).find((message) => message.runId === found.runId);
  if (!stored) return { ok: false, detail: `the thread does not hold the answer (status ${answer.status})` };
  const same = messageText(stored) === streamedText(events) && stored.status === "completed";
  return {
    ok: same,
    detail: same ? "the thread holds what was streamed" : "the thread holds something else",
  };
}

/** Everything the asker made, asked for by the other user with its right ids. */
async function checkPrivate(other: Person, found: Found): Promise<Verdict> {
  const threadId = need(runOf(found)[0]?.threadId, "no run");
  const runId = need(found.runId, "no run");
  const attempts: readonly (readonly [method: string, path: string, body?: object])[] = [
    ["GET", `/api/threads/${threadId}`],
    ["GET", `/api/threads/${threadId}/messages`],
    ["PATCH", `/api/threads/${threadId}`, { title: "Mine now" }],
    ["DELETE", `/api/threads/${threadId}`],
  ];
  for (const [method, path, body] of attempts) {
    const { status } = await other.request(method, path, body);
    if (status !== 404) return { ok: false, detail: `another user's ${method} ${path} answers ${status}` };
  }
  const list = await other.request("GET", "/api/threads");
  if (list.text.includes(threadId)) return { ok: false, detail: "another user's list shows the thread" };
  const line = need(found.otherLine, "no connection");
  const commands = {
    "cancel the run": await line.client.cancel(runId),
    "decide for the asker": await line.client.resolve(`${runId}.a1`, "approve"),
    "write into the thread": await line.client.send({
      threadId,
      parts: [{ type: "text", text: "Whose thread is this?" }],
    }),
  };
  for (const [what, answer] of Object.entries(commands)) {
    if (answer.ok) return { ok: false, detail: `another user could ${what}` };
    if (answer.code !== "not_found")
      return {
        ok: false,
        detail: `another user learns that there is something: ${what} answers ${answer.code}`,
      };
  }
  const leaked = line.received.filter((event) => event.threadId === threadId).length;
  return {
    ok: leaked === 0,
    detail: leaked === 0 ? "another user sees none of it, with the right ids" : `${leaked} events leaked`,
  };
}

/** K2: everything is tried, and what could not be removed is named. */
async function cleanUp(asker: Person, other: Person, found: Found, options: ProbeOptions): Promise<Verdict> {
  const left: string[] = [];
  const remove = async (
    what: string,
    person: Person,
    ...request: [method: string, path: string, body?: object]
  ) => {
    try {
      const { status } = await person.request(...request);
      // 404: a thread that was never committed, or is gone already.
      if (status !== 200 && status !== 404) left.push(`${what} (status ${status})`);
    } catch (error) {
      left.push(`${what} (${failure(error).detail})`);
    }
  };
  for (const threadId of found.threadIds)
    await remove(`thread ${threadId}`, asker, "DELETE", `/api/threads/${threadId}`);
  for (const [at, person] of [asker, other].entries()) {
    const { temporary, password, email } = options.accounts[at === 0 ? 0 : 1];
    if (temporary && person.signedIn)
      await remove(`account ${email}`, person, "POST", "/api/auth/delete-user", { password });
  }
  if (left.length > 0) return { ok: false, detail: `left behind: ${left.join(", ")}` };
  return { ok: true, detail: `${found.threadIds.size} threads deleted` };
}

function runOf(found: Found): readonly Event[] {
  return need(found.line, "no connection").eventsOf(need(found.runId, "no run"));
}

function messagesOf(answer: Answer): readonly Message[] {
  const body = answer.body as Partial<{ messages: Message[] }> | undefined;
  return body?.messages ?? [];
}

function failure(error: unknown): Verdict {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return { ok: false, detail: error instanceof Error ? `${error.message}${cause}` : String(error) };
}
