/**
 * The probe of a running server, over its public interfaces only: does the path from login to an agent's
 * answer work right now?
 *
 *  K1  The list of checks is fixed: what could not be tried because an earlier check failed counts as failed,
 *      so scores of different runs can be compared.
 *  K2  What the probe made (threads, its own accounts) it removes, whatever the outcome.
 */
import { type Event, type Message, messageText } from "@goldenpath/protocol";
import { judgeDense, judgeOrder, judgePaired, judgePresent, streamedText, type Verdict } from "./judge.ts";
import { type Answer, type Credentials, type Line, Person } from "./person.ts";

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
}

/** Carried from one check to the next. */
interface Found {
  line?: Line;
  otherLine?: Line;
  runId?: string;
  threadIds: Set<string>;
}

export async function probe(options: ProbeOptions): Promise<readonly CheckResult[]> {
  const asker = new Person(options.url, options.timeoutMs);
  const other = new Person(options.url, options.timeoutMs);
  const found: Found = { threadIds: new Set() };
  const steps: { readonly [name in CheckName]: () => Promise<Verdict> } = {
    page: () => checkPage(asker),
    "sign-in": () => checkSignIn(asker, other, options),
    connect: () => checkConnect(asker, other, found, options),
    ask: () => checkAsk(asker, found, options),
    "five events": async () => judgePresent(runOf(found)),
    order: async () => judgeOrder(runOf(found)),
    pairs: async () => judgePaired(runOf(found)),
    answer: async () => judgeAnswer(runOf(found)),
    stored: () => checkStored(asker, found),
    private: () => checkPrivate(other, found),
    resume: () => checkResume(asker, found, options),
    "clean-up": () => cleanUp(asker, other, found, options),
  };
  const results: CheckResult[] = [];
  const signInFailed = () => results.some(({ name, ok }) => name === "sign-in" && !ok);
  try {
    for (const name of checkNames) {
      const startedAt = performance.now();
      // Without a session each of them would wait its time out and say less.
      const step = signInFailed() && name !== "clean-up" ? notTried : steps[name];
      const { ok, detail } = await step().catch(failure);
      results.push({ name, ok, ms: Math.round(performance.now() - startedAt), detail });
    }
  } finally {
    asker.closeLines();
    other.closeLines();
  }
  return results;
}

async function notTried(): Promise<Verdict> {
  return { ok: false, detail: "not tried: nobody could sign in" };
}

async function checkPage(person: Person): Promise<Verdict> {
  const page = await person.request("GET", "/");
  if (page.status !== 200 || !page.type.includes("text/html")) {
    return { ok: false, detail: `GET / answers ${page.status} ${page.type}` };
  }
  const scripts = [...page.text.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map((match) => match[1] ?? "");
  if (scripts.length === 0) return { ok: false, detail: "the page loads no script" };
  for (const script of scripts) {
    const answer = await person.request("GET", script);
    if (answer.status !== 200 || !answer.type.includes("javascript")) {
      return { ok: false, detail: `${script} answers ${answer.status} ${answer.type}` };
    }
  }
  return { ok: true, detail: `HTML and ${scripts.length} scripts` };
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

async function checkConnect(
  asker: Person,
  other: Person,
  found: Found,
  { timeoutMs }: ProbeOptions,
): Promise<Verdict> {
  found.line = asker.connect();
  found.otherLine = other.connect();
  for (const line of [found.line, found.otherLine]) {
    line.client.connect();
    await line.until("live", timeoutMs, () => line.client.state.is === "live");
  }
  return { ok: true, detail: "both live" };
}

async function checkAsk(asker: Person, found: Found, options: ProbeOptions): Promise<Verdict> {
  const line = need(found.line, "no connection");
  const question = options.question ?? (await exampleOf(asker, options.agent));
  const runId = await ask(line, question, found, options);
  found.runId = runId;
  await line.until("the run's end", options.timeoutMs, () => ended(line, runId));
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

async function checkPrivate(other: Person, found: Found): Promise<Verdict> {
  const threadId = need(runOf(found)[0]?.threadId, "no run");
  for (const path of [`/api/threads/${threadId}`, `/api/threads/${threadId}/messages`]) {
    const answer = await other.request("GET", path);
    if (answer.status !== 404)
      return { ok: false, detail: `another user's GET ${path} answers ${answer.status}` };
  }
  const list = await other.request("GET", "/api/threads");
  if (list.text.includes(threadId)) return { ok: false, detail: "another user's list shows the thread" };
  const line = need(found.otherLine, "no connection");
  const cancelled = await line.client.cancel(need(found.runId, "no run"));
  if (cancelled.ok) return { ok: false, detail: "another user could cancel the run" };
  const sent = await line.client.send({ threadId, parts: [{ type: "text", text: "Whose thread is this?" }] });
  if (sent.ok) return { ok: false, detail: "another user could write into the thread" };
  const leaked = line.received.filter((event) => event.threadId === threadId).length;
  return {
    ok: leaked === 0,
    detail: leaked === 0 ? "another user sees none of it" : `${leaked} events leaked`,
  };
}

/**
 * Cuts the socket in the middle of an answer; a second line, never cut, is the measure. An answer that came
 * too fast to be cut in its middle is asked for again, while the line is down.
 */
async function checkResume(asker: Person, found: Found, options: ProbeOptions): Promise<Verdict> {
  const line = need(found.line, "no connection");
  const whole = asker.connect();
  whole.client.connect();
  await whole.until("live", options.timeoutMs, () => whole.client.state.is === "live");
  const from = whole.client.view.cursor?.offset ?? 0;
  const question = options.question ?? (await exampleOf(asker, options.agent));
  const runId = await ask(line, question, found, options);
  await line.until("the first events", options.timeoutMs, () => line.eventsOf(runId).length >= 2);
  let cutAfter = line.eventsOf(runId).length;
  await cutAndResume(line, whole, options.timeoutMs, async () => runId);
  let total = line.eventsOf(runId).length;
  if (cutAfter === total) {
    const missed = await cutAndResume(line, whole, options.timeoutMs, () =>
      ask(whole, question, found, options),
    );
    cutAfter = 0;
    total = line.eventsOf(missed).length;
  }
  const resumed = line.received.filter((event) => event.offset > from);
  const measure = whole.received.filter((event) => event.offset > from);
  const dense = judgeDense(resumed);
  if (!dense.ok) return dense;
  const end = Math.min(resumed.length, measure.length);
  const same = JSON.stringify(resumed.slice(0, end)) === JSON.stringify(measure.slice(0, end));
  if (!same) return { ok: false, detail: "the resumed line differs from the uninterrupted one" };
  return { ok: true, detail: `cut after ${cutAfter} of ${total} events; nothing lost, nothing repeated` };
}

/** Cuts `line`, lets `meanwhile` name the run to wait for, and resolves when both lines have all of it. */
async function cutAndResume(
  line: Line,
  whole: Line,
  timeoutMs: number,
  meanwhile: () => Promise<string>,
): Promise<string> {
  const before = line.client.counters.connections;
  line.cut();
  const runId = await meanwhile();
  const resumed = () => line.client.counters.connections > before && ended(line, runId);
  await line.until("resumed to the end", timeoutMs, resumed);
  await whole.until("the run's end", timeoutMs, () => ended(whole, runId));
  return runId;
}

/** K2 */
async function cleanUp(asker: Person, other: Person, found: Found, options: ProbeOptions): Promise<Verdict> {
  for (const threadId of found.threadIds) {
    const answer = await asker.request("DELETE", `/api/threads/${threadId}`);
    if (answer.status !== 200)
      return { ok: false, detail: `the thread could not be deleted: ${answer.status}` };
  }
  for (const [at, person] of [asker, other].entries()) {
    const { temporary, password } = options.accounts[at === 0 ? 0 : 1];
    if (!temporary) continue;
    const answer = await person.request("POST", "/api/auth/delete-user", { password });
    if (answer.status !== 200)
      return { ok: false, detail: `the check's user could not be deleted: ${answer.status}` };
  }
  return { ok: true, detail: `${found.threadIds.size} threads deleted` };
}

async function ask(line: Line, question: string, found: Found, options: ProbeOptions): Promise<string> {
  const sent = await line.client.send({
    parts: [{ type: "text", text: question }],
    ...(options.agent !== undefined && { agent: options.agent }),
  });
  if (!sent.ok) throw new Error(`send was refused: ${sent.code}: ${sent.message}`);
  found.threadIds.add(sent.result.threadId);
  return sent.result.runId;
}

async function exampleOf(asker: Person, name: string | undefined): Promise<string> {
  const answer = await asker.request("GET", "/api/agents");
  const body = answer.body as
    | Partial<{ agents: { name: string; examples: string[] }[]; default: string }>
    | undefined;
  const agent = body?.agents?.find((one) => one.name === (name ?? body.default));
  if (!agent)
    throw new Error(`/api/agents does not name ${name ?? "a default agent"} (status ${answer.status})`);
  return agent.examples[0] ?? "What can you do? Use a tool if you have one.";
}

function runOf(found: Found) {
  const line = need(found.line, "no connection");
  return line.eventsOf(need(found.runId, "no run"));
}

function ended(line: Line, runId: string): boolean {
  return line
    .eventsOf(runId)
    .some(({ type }) => type === "agent_completed" || type === "agent_failed" || type === "agent_cancelled");
}

function messagesOf(answer: Answer): readonly Message[] {
  const body = answer.body as Partial<{ messages: Message[] }> | undefined;
  return body?.messages ?? [];
}

/** K1 */
function need<T>(value: T | undefined, missing: string): T {
  if (value === undefined) throw new Error(`not tried: ${missing}`);
  return value;
}

function failure(error: unknown): Verdict {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return { ok: false, detail: error instanceof Error ? `${error.message}${cause}` : String(error) };
}
