/**
 * Judges the store itself when a world is over, simulated or real.
 *
 *  J1  Offsets are 1, 2, 3 …; event ids are unique.
 *  J3  A command made at most one message and one run; what it was answered is what the log says.
 *  J4  Nobody writes for a run that another process took over.
 *  J5  A run begins, goes on with dense `seq` and ends exactly once; its calls come in pairs.
 *  D4  Nobody's approval is given but by its user.
 *  D6  Nobody's run is cancelled but by its user, in so many words.
 *  Every effect of a tool happened at most once for each call, unless a person said yes to once more.
 */
import type { Journal, Page } from "@goldenpath/journal";
import { type Decision, type Event, type Message, messageText } from "@goldenpath/protocol";
import type { Disk } from "./disk.ts";
import type { Witness } from "./history.ts";
import { eventsOf, LogModel, type ModelRun, type Stored, takePart } from "./log-model.ts";
import { isSameJson } from "./same-json.ts";
import { repeatableTools } from "./scripted-agents.ts";
import type { CancelGiven, SentCommand } from "./world.ts";

/** Codes that the client gives by itself: the fate of its command is not known to it. */
const unknownFates = [
  "unanswered",
  "client_closed",
  "stopped",
  "unauthenticated",
  "user_changed",
  "queue_full",
];

/** What is there when everything has ended: the store, and what people did and were told. */
export interface Remains {
  readonly history: Witness;
  readonly disk: Stored & { readonly inner: Pick<Journal, "threads" | "messages"> };
  /** How often each tool call happened. */
  readonly effects: ReadonlyMap<string, number>;
  readonly sends: ReadonlyMap<string, SentCommand>;
  readonly cancels: readonly CancelGiven[];
  /** Who said what to which approval, as `decisionKey` writes it. */
  readonly decisions: ReadonlySet<string>;
  /** Ids of the threads that somebody deleted. */
  readonly deletions: ReadonlySet<string>;
}

export function decisionKey(userId: string, approvalId: string, decision: Decision): string {
  return `${userId} ${approvalId} ${decision}`;
}

type Fail = (rule: string, detail: string) => void;

export async function checkLogs(world: Remains): Promise<ReadonlyMap<string, LogModel>> {
  const fail: Fail = (rule, detail) => world.history.violated(rule, detail);
  const models = new Map<string, LogModel>();
  const repeats = new Map<string, number>();
  const messagesByCommand = new Map<
    string,
    { readonly userId: string; readonly message: Message; readonly runId: string }[]
  >();
  for (const [userId, log] of world.disk.logs) {
    const model = new LogModel();
    models.set(userId, model);
    const events = eventsOf(log);
    for (const event of events) model.take(event);
    checkOrder(userId, events, fail);
    countRepeats(events, repeats);
    for (const [runId, ofRun] of byRun(events)) checkRun(world, userId, runId, ofRun, fail);
    for (const [index, event] of events.entries()) {
      if (event.type !== "message_created") continue;
      const [part] = event.data.message.parts;
      const id = part?.type === "text" ? /cmd:([^;]+);/.exec(part.text)?.[1] : undefined;
      if (id === undefined) fail("J3", `${userId}: a message without a command at ${event.offset}`);
      else {
        const made = messagesByCommand.get(id) ?? [];
        made.push({ userId, message: event.data.message, runId: events[index + 1]?.runId ?? "" });
        messagesByCommand.set(id, made);
      }
    }
    await checkStored(world, userId, model, fail);
  }
  checkCommands(world, messagesByCommand, fail);
  checkCancels(world, models, fail);
  for (const [call, count] of world.effects) {
    if (count > 1 + (repeats.get(call) ?? 0)) fail("tool", `the call ${call} happened ${count} times`);
  }
  return models;
}

/** Counts how often a call that had begun could be repeated: by a person's yes, or because it is safe. */
function countRepeats(events: readonly Event[], repeats: Map<string, number>): void {
  const begun = new Set<string>();
  const open = new Map<string, string>();
  const allow = (call: string) => repeats.set(call, (repeats.get(call) ?? 0) + 1);
  const doubts = new Map<string, string>();
  for (const event of events) {
    if (event.type === "tool_executing") {
      begun.add(`${event.runId} ${event.data.callId}`);
      open.set(`${event.runId} ${event.data.callId}`, event.data.tool);
    } else if (event.type === "tool_completed") open.delete(`${event.runId} ${event.data.callId}`);
    else if (event.type === "agent_resumed") {
      for (const [call, tool] of open) {
        if (call.startsWith(`${event.runId} `) && repeatableTools.includes(tool)) allow(call);
      }
    } else if (event.type === "approval_requested") {
      const call = `${event.runId} ${event.data.callId}`;
      if (begun.has(call)) doubts.set(event.data.approvalId, call);
    } else if (event.type === "approval_resolved" && event.data.decision === "approve") {
      const call = doubts.get(event.data.approvalId);
      if (call !== undefined) allow(call);
    }
  }
}

function checkOrder(userId: string, events: readonly Event[], fail: Fail): void {
  const ids = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (event.offset !== index + 1) fail("J1", `${userId}: offset ${event.offset} at place ${index + 1}`);
    if (ids.has(event.id)) fail("J3", `${userId}: the event ${event.id} is there twice`);
    ids.add(event.id);
  }
}

function byRun(events: readonly Event[]): ReadonlyMap<string, readonly Event[]> {
  const runs = new Map<string, Event[]>();
  for (const event of events) {
    if (event.runId === undefined) continue;
    const list = runs.get(event.runId) ?? [];
    list.push(event);
    runs.set(event.runId, list);
  }
  return runs;
}

function checkRun(world: Remains, userId: string, runId: string, events: readonly Event[], fail: Fail): void {
  const wrong = (detail: string) => fail("J5", `${userId} ${runId}: ${detail}`);
  const open = new Set<string>();
  const called = new Set<string>();
  const message: ModelRun["message"] = {
    id: "",
    threadId: "",
    role: "assistant",
    at: 0,
    status: "streaming",
    parts: [],
    agent: events[0]?.agent ?? "",
  };
  if (events[0]?.type !== "agent_started") wrong(`begins with ${events[0]?.type}`);
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) wrong(`seq ${event.seq} at place ${index + 1}`);
    if (event.type === "agent_started" && index > 0) wrong("begins twice");
    takePart(message, event);
    if (event.type === "tool_executing") {
      const { callId } = event.data;
      if (called.has(callId)) wrong(`the call ${callId} begins twice`);
      called.add(callId);
      open.add(callId);
    }
    if (event.type === "tool_completed" && !open.delete(event.data.callId)) {
      wrong(`the call ${event.data.callId} ends without a beginning`);
    }
    const ends = /^agent_(completed|failed|cancelled)$/.test(event.type);
    if (ends !== (index === events.length - 1)) {
      wrong(
        ends
          ? `goes on after ${event.type} with ${events[index + 1]?.type}`
          : `has no end after ${event.type}`,
      );
    }
    // A rejection may be nobody's: it is what becomes of a question that nobody answers.
    if (event.type === "approval_resolved" && event.data.decision === "approve") {
      const { approvalId } = event.data;
      if (!world.decisions.has(decisionKey(userId, approvalId, "approve")))
        fail("D4", `${userId} ${runId}: ${approvalId} is approved, and ${userId} never did that`);
    }
    if (event.type === "agent_completed" && event.data.text !== messageText(message))
      wrong("its answer is not its deltas");
    if (event.type === "agent_cancelled") {
      const asked = world.cancels.some((cancel) => cancel.runId === runId && cancel.userId === userId);
      if (!asked && !world.deletions.has(event.threadId))
        fail("D6", `${userId} ${runId}: nobody cancelled it`);
    }
    // A deleted thread takes the end of its runs and nothing else.
    if (ends && open.size > 0 && !world.deletions.has(event.threadId))
      wrong(`ends with open calls ${[...open].join()}`);
  }
}

/** The journal's own threads and messages are what the log says. */
async function checkStored(world: Remains, userId: string, model: LogModel, fail: Fail): Promise<void> {
  const { inner } = world.disk;
  const threads = await allPages((page) => inner.threads(userId, page), 1);
  const expected = new Map(model.threads);
  for (const thread of threads) {
    if (!isSameJson(expected.get(thread.id), thread)) {
      fail("journal", `${userId}: the thread ${thread.id} is not the log's`);
    }
    expected.delete(thread.id);
    const messages = await allPages((page) => inner.messages(userId, thread.id, page), -1);
    if (!isSameJson(messages, model.messages.get(thread.id) ?? [])) {
      fail("journal", `${userId}: the messages of ${thread.id} are not the log's`);
    }
  }
  for (const id of expected.keys()) fail("journal", `${userId}: the thread ${id} is missing`);
}

/** Everything of a list that is read in pages; `growing` is 1 where older pages follow, -1 where they precede. */
async function allPages<T extends { readonly id: string }>(
  read: (page: Page) => Promise<readonly T[]>,
  growing: 1 | -1,
): Promise<readonly T[]> {
  const limit = 200;
  let all: readonly T[] = [];
  for (;;) {
    const before = all.at(growing === 1 ? -1 : 0)?.id;
    const page = await read({ limit, ...(before === undefined ? {} : { before }) });
    all = growing === 1 ? [...all, ...page] : [...page, ...all];
    if (page.length < limit) return all;
  }
}

function checkCommands(
  world: Remains,
  made: ReadonlyMap<
    string,
    readonly { readonly userId: string; readonly message: Message; readonly runId: string }[]
  >,
  fail: Fail,
): void {
  for (const [id, { userId, answers, pending }] of world.sends) {
    const messages = made.get(id) ?? [];
    const [first] = messages;
    if (pending > 0) fail("liveness", `the command ${id} has no answer`);
    if (messages.length > 1) fail("J3", `the command ${id} was carried out ${messages.length} times`);
    if (first && first.userId !== userId)
      fail("D4", `the command ${id} of ${userId} is in the log of ${first.userId}`);
    const result = { threadId: first?.message.threadId, messageId: first?.message.id, runId: first?.runId };
    for (const answer of answers) {
      if (answer.ok && !first) fail("J3", `the command ${id} was answered and is not in the log`);
      if (answer.ok && !isSameJson(answer.result, result)) fail("J3", `the command ${id} has a wrong answer`);
    }
    const last = answers.at(-1);
    if (first && answers.length === 1 && last && !last.ok && !unknownFates.includes(last.code)) {
      fail("J3", `the command ${id} was refused with ${last.code}, and yet it is in the log`);
    }
  }
}

function checkCancels(world: Remains, models: ReadonlyMap<string, LogModel>, fail: Fail): void {
  for (const { userId, runId, code } of world.cancels) {
    if (code === undefined) fail("liveness", `the cancel of ${runId} has no answer`);
    const owner = [...models].find(([, model]) => model.runs.has(runId))?.[0];
    if (owner === userId) {
      const status = models.get(userId)?.runs.get(runId)?.message.status;
      if (code === "ok" && status !== "cancelled") fail("D6", `${runId} was cancelled and is ${status}`);
    } else if (code === "ok" || code === "run_ended")
      fail("D4", `${userId} was told of ${runId} of ${owner}`);
  }
}

/** A run belongs to the process that began it, then to the last one that claimed it. */
export function checkFencing({ claims, applied }: Disk, history: Witness): void {
  const owners = new Map<string, string>();
  let nextClaim = 0;
  for (const [index, { commit, outcome, process }] of applied.entries()) {
    for (let claim = claims[nextClaim]; claim && claim.afterCommits <= index; claim = claims[++nextClaim]) {
      owners.set(claim.run.runId, claim.process);
    }
    if (outcome.is !== "committed") continue;
    for (const { type, runId } of commit.events) {
      if (type === "agent_started" && runId !== undefined) owners.set(runId, process);
    }
    const owner = commit.run && owners.get(commit.run.runId);
    if (owner !== undefined && owner !== process) {
      history.violated("J4", `${process} wrote for ${commit.run?.runId}, which ${owner} had taken over`);
    }
  }
}
