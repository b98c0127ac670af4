/** What the tests of this package stand on: a real journal in memory, a driven clock, a supervisor. */
import { createMemoryJournal, type Journal } from "@goldenpath/journal";
import {
  type Clock,
  type Event,
  foldRun,
  type Message,
  randomId,
  type SendFrame,
  type SendResult,
} from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import type { WebSocketContext } from "@goldenpath/websocket-core";
import { createTestUserContext } from "@goldenpath/websocket-core/testing";
import { expect } from "vitest";
import type { AgentDefinition, AgentRun } from "./agent.ts";
import { defineAgent } from "./define-agent.ts";
import type { RunFault } from "./execution.ts";
import { AgentFactory } from "./factory.ts";
import type { ResolvedModel } from "./resolve-model.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";

export interface TestNodeOptions extends Partial<Omit<SupervisorOptions, "factory" | "onFault">> {
  readonly definitions?: readonly AgentDefinition[];
  readonly model?: ResolvedModel;
  /** Default: a person of its own. */
  readonly user?: WebSocketContext;
}

/** A node with one agent whose work is `run`, or with the definitions given. */
export class TestNode {
  readonly clock: Clock;
  /** The clock where it is a driven one; else one that drives nothing. */
  readonly testClock: TestClock;
  readonly journal: Journal;
  readonly supervisor: Supervisor;
  readonly faults: RunFault[] = [];
  readonly user: WebSocketContext;

  constructor(run?: (run: AgentRun) => Promise<void>, options: TestNodeOptions = {}) {
    const { definitions = [defineAgent({ name: "echo", run: run ?? echo })], model, user, ...rest } = options;
    this.user = user ?? createTestUserContext();
    this.testClock = options.clock instanceof TestClock ? options.clock : new TestClock();
    this.clock = options.clock ?? this.testClock;
    this.journal = options.journal ?? createMemoryJournal({ clock: this.clock, makeId: randomId });
    const { clock, journal } = this;
    const factory = new AgentFactory({ definitions, clock, makeId: randomId, ...(model && { model }) });
    const onFault = (fault: RunFault) => void this.faults.push(fault);
    this.supervisor = new Supervisor({ makeId: randomId, ...rest, journal, clock, factory, onFault });
  }

  /** Sends a text and expects it to be taken. */
  async ask(text = "hello", fields: Partial<SendFrame> = {}): Promise<SendResult> {
    const parts = [{ type: "text", text }] as const;
    const outcome = await this.supervisor.send(this.user, { type: "send", id: randomId(), parts, ...fields });
    expect(outcome).toMatchObject({ is: "done" });
    return (outcome as unknown as { result: SendResult }).result;
  }

  events(runId: string, userId = this.user.userId): Promise<readonly Event[]> {
    return this.journal.runEvents(userId, runId);
  }

  async types(runId: string): Promise<readonly string[]> {
    return (await this.events(runId)).map((event) => event.type);
  }

  /** Resolves when the run has its end: by the journal's own telling, without polling. */
  async ended(runId: string): Promise<readonly Event[]> {
    const { userId } = this.user;
    const told = Promise.withResolvers<void>();
    const stop = this.journal.subscribe((committed) => {
      if (committed.userId !== userId) return;
      void this.journal.run(userId, runId).then((run) => run?.state !== "active" && told.resolve());
    });
    const run = await this.journal.run(userId, runId);
    if (run?.state === "active") await told.promise;
    stop();
    return this.events(runId);
  }

  /** The stored answer, which has to be the fold of the run's events; the log has to be exact. */
  async answer(runId: string): Promise<Message> {
    const events = await this.ended(runId);
    expectExact(events);
    const folded = events.reduce<Message | undefined>(foldRun, undefined);
    const page = await this.journal.messages(this.user.userId, events[0]?.threadId ?? "", { limit: 200 });
    const stored = page.find((message) => message.runId === runId);
    expect(stored).toEqual(folded);
    if (!stored) throw new Error(`the run ${runId} has no stored answer`);
    return stored;
  }
}

const ends = ["agent_completed", "agent_failed", "agent_cancelled"];

/** agent_started … one end; `seq` dense; each tool call executing once and completed once, in this order. */
export function expectExact(events: readonly Event[]): void {
  expect(events[0]?.type).toBe("agent_started");
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const last = events.findIndex((event) => ends.includes(event.type));
  expect(last).toBe(events.length - 1);
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type === "tool_executing") {
      expect(seen.has(event.data.callId)).toBe(false);
      seen.add(event.data.callId);
      open.add(event.data.callId);
    } else if (event.type === "tool_completed") {
      expect(open.delete(event.data.callId)).toBe(true);
      expect("output" in event.data).not.toBe("error" in event.data);
    }
  }
  expect(open.size).toBe(0);
}

async function echo(run: AgentRun): Promise<void> {
  const part = run.messages.at(-1)?.parts[0];
  await run.think("The user said something.");
  await run.write(part?.type === "text" ? part.text : "");
}
