import { createMemoryJournal } from "@goldenpath/journal";
import {
  type Event,
  foldRun,
  type Message,
  messageText,
  type RunFailureCode,
  randomId,
  systemClock,
} from "@goldenpath/protocol";
import { createTestUserContext } from "@goldenpath/websocket-core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createModelAgent } from "./define-agent.ts";
import { dying } from "./dying-journal.ts";
import { type ResolvedModel, resolveModel } from "./resolve-model.ts";
import {
  chunk,
  finishChunk,
  line,
  openStream,
  refused,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
  streamed,
} from "./scripted-model-server.ts";
import { expectExact, TestNode } from "./test-node.ts";
import { defineTool, type Tool } from "./tool.ts";

const servers: ScriptedModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const sum = defineTool({
  name: "sum",
  description: "Adds numbers.",
  input: z.object({ numbers: z.array(z.number()) }),
  run: ({ numbers }) => numbers.reduce((a, b) => a + b, 0),
});
const broken = defineTool({
  name: "broken",
  description: "Fails.",
  input: z.object({}),
  run: () => {
    throw new Error("no luck");
  },
});

async function modelAt(url: string): Promise<ResolvedModel> {
  const environment = {
    GOLDENPATH_MODEL: "m",
    GOLDENPATH_MODEL_URL: url,
    GOLDENPATH_MODEL_KEY: "sk-secret-key",
  };
  const resolved = await resolveModel(environment, fetch);
  if (resolved.is !== "found") throw new Error(`no model: ${resolved.is}`);
  return resolved.model;
}

interface NodeSettings {
  readonly tools?: readonly Tool[];
  readonly stepsMax?: number;
  readonly stood?: boolean;
}

/** A node whose agent is driven by a scripted model; with `stood`, its clock moves only when told. */
async function modelNode(scripts: readonly Script[], settings: NodeSettings = {}) {
  const server = await startScriptedModelServer(...scripts);
  servers.push(server);
  const { tools = [sum, broken], stepsMax, stood } = settings;
  const definition = createModelAgent({
    name: "model",
    model: await modelAt(server.url),
    instructions: "Answer.",
    tools,
    patience: { firstMs: 5_000, idleMs: 2_000 },
    ...(stepsMax === undefined ? {} : { stepsMax }),
  });
  const node = new TestNode(undefined, {
    definitions: [definition],
    ...(stood ? {} : { clock: systemClock }),
  });
  return { node, server };
}

const types = (events: readonly Event[]) => events.map((event) => event.type);
const call = (index: number, id: string, name: string, input: string) => ({
  index,
  id,
  function: { name, arguments: input },
});

describe("the model agent", () => {
  it("turns reasoning, text and usage into events (G1)", async () => {
    const script = streamed([
      { reasoning_content: "The user " },
      { reasoning_content: "greets." },
      { content: "Good " },
      { content: "day." },
    ]);
    const { node, server } = await modelNode([script]);
    const { runId } = await node.ask("Hello");
    const answer = await node.answer(runId);
    expect(messageText(answer)).toBe("Good day.");
    expect(answer).toMatchObject({ status: "completed", label: "m" });
    expect(answer.parts[0]).toMatchObject({ type: "thinking", text: "The user greets." });
    expect(answer.usage).toEqual([{ model: "m", inputTokens: 11, outputTokens: 7 }]);
    expect(server.requests[0]?.authorization).toBe("Bearer sk-secret-key");
    expect(server.requests[0]?.body.messages).toMatchObject([
      { role: "system", content: "Answer." },
      { role: "user", content: "Hello" },
    ]);
    expect(server.requests[0]?.body.tools?.map((tool) => tool.function.name)).toEqual(["sum", "broken"]);
  });

  it("runs tool calls in parallel through the bridge and tells the model what came of them (G2)", async () => {
    const calls = [call(0, "a", "sum", '{"numbers":[1,2]}'), call(1, "b", "broken", "{}")];
    const strange = [
      call(0, "a", "nonsense", "{}"),
      call(1, "c", "sum", '{"numbers":"x"'),
      call(2, "d", "sum", "{}"),
    ];
    const { node, server } = await modelNode([
      streamed([{ content: "Let me see." }, { tool_calls: calls }], "tool_calls"),
      streamed([{ tool_calls: strange }], "tool_calls"),
      streamed([{ content: "It is 3." }]),
    ]);
    const { runId } = await node.ask("1 + 2?");
    const answer = await node.answer(runId);
    expect(messageText(answer)).toBe("Let me see.\n\nIt is 3.");
    const tools = answer.parts.filter((part) => part.type === "tool");
    expect(tools.map((part) => [part.tool, part.output, part.error?.code])).toEqual([
      ["sum", 3, undefined],
      ["broken", undefined, "tool_failed"],
      ["nonsense", undefined, "tool_unknown"],
      ["sum", undefined, "tool_input_invalid"],
      ["sum", undefined, "tool_input_invalid"],
    ]);
    expect(new Set(tools.map((part) => part.callId)).size).toBe(5);
    const told = server.requests[1]?.body.messages.filter((message) => message.role === "tool");
    expect(told?.map((message) => message.content)).toEqual(["3", "tool_failed: no luck"]);
  });

  const failures: readonly (readonly [string, Script, RunFailureCode, string])[] = [
    ["a malformed chunk", garbled((r) => r.end("data: {not json}\n\n")), "model_garbled", "Half"],
    ["a chunk of another shape", garbled((r) => r.end('data: {"choices":7}\n\n')), "model_garbled", "Half"],
    [
      "an error in the stream",
      garbled((r) => r.end(line({ error: { message: "sk-secret-key" } }))),
      "model_garbled",
      "Half",
    ],
    ["a stream without an end", garbled((r) => r.end()), "model_garbled", "Half"],
    ["garbage bytes", garbage, "model_garbled", ""],
    ["a wrong key", refused(401), "model_rejected", ""],
    ["a bad request", refused(400), "model_rejected", ""],
    [
      "an answer cut at the model's limit",
      streamed([{ content: "Half" }], "length"),
      "answer_too_large",
      "Half",
    ],
    ["a filtered answer", streamed([{ content: "Half" }], "content_filter"), "model_rejected", "Half"],
    ["an answer without text", streamed([]), "empty_answer", ""],
    ["a pause that is too long", refused(429, { "retry-after": "3600" }), "model_rate_limited", ""],
  ];
  it.each(failures)(
    "ends a run on %s with a code, and keeps what was said (G3)",
    async (_, script, code, text) => {
      const { node, server } = await modelNode([script]);
      const { runId } = await node.ask();
      const answer = await node.answer(runId);
      expect(answer).toMatchObject({ status: "failed", failure: { code } });
      expect(messageText(answer)).toBe(text);
      expect(server.requests).toHaveLength(1);
      const causes = node.faults.map(({ error }) => error instanceof Error && String(error.cause));
      expect(JSON.stringify([await node.events(runId), causes])).not.toContain("secret");
    },
  );

  it("says that the line broke when the server goes away in the middle of an answer (G3)", async () => {
    const begun = Promise.withResolvers<Parameters<Script>[0]>();
    const { node } = await modelNode([
      (response) => {
        openStream(response);
        response.write(chunk({ content: "Half" }));
        begun.resolve(response);
      },
    ]);
    const { runId } = await node.ask();
    const response = await begun.promise;
    await eventOf(node, runId, "text_delta");
    response.destroy();
    const answer = await node.answer(runId);
    expect(answer.failure?.code).toBe("model_unreachable");
    expect(messageText(answer)).toBe("Half");
  });

  it("waits as long as a rate limit says, and tries again (G4)", async () => {
    const { node, server } = await modelNode([
      refused(429, { "retry-after-ms": "5" }),
      refused(503, { "retry-after-ms": "5" }),
      streamed([{ content: "At last." }]),
    ]);
    const { runId } = await node.ask();
    expect(messageText(await node.answer(runId))).toBe("At last.");
    expect(server.requests).toHaveLength(3);
  });

  it("gives up on a rate limit that stays, after four tries (G4)", async () => {
    const { node, server } = await modelNode([refused(429, { "retry-after-ms": "2" })]);
    const { runId } = await node.ask();
    expect((await node.answer(runId)).failure?.code).toBe("model_rate_limited");
    expect(server.requests).toHaveLength(4);
  });

  it("leaves a server that hangs, before the first token and between two (G5)", async () => {
    const hang: Script = (response) => openStream(response);
    const stall: Script = (response) => {
      openStream(response);
      response.write(chunk({ content: "Half" }));
    };
    for (const [script, waitMs] of [
      [hang, 5_000],
      [stall, 2_000],
    ] as const) {
      const { node, server } = await modelNode([script], { stood: true });
      const { runId } = await node.ask();
      await server.came(1);
      if (script === stall) await eventOf(node, runId, "text_delta");
      await node.testClock.advance(waitMs);
      const answer = await node.answer(runId);
      expect(answer.failure).toMatchObject({ code: "model_unreachable" });
      expect(answer.durationMs).toBe(waitMs);
    }
  });

  it("has patience with a slow first token (G5)", async () => {
    const go = Promise.withResolvers<void>();
    const slow: Script = async (response) => {
      openStream(response);
      response.flushHeaders();
      await go.promise;
      response.end(chunk({ content: "Late." }) + finishChunk("stop"));
    };
    const { node, server } = await modelNode([slow], { stood: true });
    const { runId } = await node.ask();
    await server.came(1);
    await node.testClock.advance(4_999);
    go.resolve();
    expect(messageText(await node.answer(runId))).toBe("Late.");
  });

  it("stops the request when the run is cancelled (G6)", async () => {
    const closed = Promise.withResolvers<void>();
    const { node } = await modelNode([
      (response) => {
        response.on("close", () => closed.resolve());
        openStream(response);
        response.write(chunk({ content: "Half" }));
      },
    ]);
    const { runId } = await node.ask();
    await eventOf(node, runId, "text_delta");
    await node.supervisor.cancel(node.user, { type: "cancel", id: "x", runId });
    expect((await node.answer(runId)).status).toBe("cancelled");
    await closed.promise;
  });

  it("bounds the steps, and asks for an answer in the last (G7)", async () => {
    const again = streamed([{ tool_calls: [call(0, "a", "sum", '{"numbers":[1]}')] }], "tool_calls");
    const { node, server } = await modelNode([again], { stepsMax: 3 });
    const { runId } = await node.ask();
    expect((await node.answer(runId)).failure?.code).toBe("too_many_steps");
    expect(server.requests.map((request) => request.body.tool_choice)).toEqual(["auto", "auto", "none"]);
  });

  it("says that nobody answers at the model's address (G3)", async () => {
    const server = await startScriptedModelServer(refused(500));
    const { url } = server;
    await server.close();
    const definition = createModelAgent({
      name: "model",
      model: await modelAt(url),
      instructions: "Answer.",
    });
    const node = new TestNode(undefined, { definitions: [definition] });
    const { runId } = await node.ask();
    const ended = node.answer(runId);
    // Three pauses of 1, 2 and 4 seconds, each begun only after the connection was refused.
    let over = false;
    const watched = ended.finally(() => {
      over = true;
    });
    while (!over) await node.testClock.advance(50);
    expect((await watched).failure?.code).toBe("model_unreachable");
    expect(node.clock.now() - (await ended).at).toBeGreaterThanOrEqual(7_000);
  });
});

function garbled(after: (response: Parameters<Script>[0]) => void): Script {
  return (response) => {
    openStream(response);
    response.write(chunk({ content: "Half" }));
    after(response);
  };
}

function garbage(response: Parameters<Script>[0]): void {
  openStream(response);
  response.end(Buffer.from([0, 255, 254, 10, 13, 128, 7, 10, 10, 1, 2, 3]));
}

/** Resolves when the run has an event of that type. */
async function eventOf(node: TestNode, runId: string, type: Event["type"]): Promise<void> {
  const told = Promise.withResolvers<void>();
  const look = async () => {
    if (types(await node.events(runId)).includes(type)) told.resolve();
  };
  const stop = node.journal.subscribe(() => void look());
  await look();
  await told.promise;
  stop();
}

describe("a model's run whose node dies (A4)", () => {
  const reader = defineTool({
    name: "reader",
    description: "Reads.",
    input: z.object({ n: z.number() }),
    idempotent: true,
    run: ({ n }) => ({ read: n }),
  });

  /** A model that answers what it is told, and not how often it was asked: two steps with calls, then the answer. */
  const answering: Script = (response, request) => {
    const turns = request.body.messages.filter(({ role }) => role === "assistant").length;
    const results = request.body.messages.filter(({ role }) => role === "tool").length;
    if (turns === 0) {
      const calls = [call(0, "a", "reader", '{"n":1}'), call(1, "b", "reader", '{"n":2}')];
      return streamed([{ content: "I look. " }, { tool_calls: calls }], "tool_calls")(response, request);
    }
    if (results < 3)
      return streamed([{ tool_calls: [call(0, "c", "reader", '{"n":3}')] }], "tool_calls")(response, request);
    return streamed([{ content: "It is " }, { content: "read." }])(response, request);
  };

  async function live(deaths: readonly number[]) {
    const server = await startScriptedModelServer(answering);
    servers.push(server);
    const model = await modelAt(server.url);
    const journal = createMemoryJournal({ clock: systemClock, makeId: randomId });
    const definitions = [
      createModelAgent({ name: "model", model, instructions: "Answer.", tools: [reader] }),
    ];
    const user = createTestUserContext();
    let runId = "";
    for (const commits of [...deaths, undefined]) {
      const life = dying(journal, commits);
      const node = new TestNode(undefined, { journal: life.journal, clock: systemClock, definitions, user });
      const started = node.supervisor.start();
      if (runId === "") {
        await started;
        runId = (await node.ask()).runId;
      }
      while (!life.isDead && (await journal.run(user.userId, runId))?.state === "active") {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      if (!life.isDead) await node.supervisor.drain(0);
      await journal.endLease(node.supervisor.nodeId);
      life.isDead = true;
    }
    const events = await journal.runEvents(user.userId, runId);
    expectExact(events);
    const message = events.reduce<Message | undefined>(foldRun, undefined);
    return { events, message, requests: server.requests };
  }

  const shown = (message: Message | undefined) =>
    message?.parts.map((part) => (part.type === "tool" ? [part.callId, part.input, part.output] : part));

  it("ends as the uninterrupted one, and is asked for nothing that it had answered with calls", async () => {
    const whole = await live([]);
    expect(whole.message).toMatchObject({ status: "completed" });
    expect(whole.requests).toHaveLength(3);
    const commits = whole.events.length - 1;
    for (let death = 0; death < commits; death++) {
      const cut = await live([death]);
      expect(cut.message?.status, `died after ${death} commits`).toBe("completed");
      const ids = (events: readonly Event[]) =>
        events.flatMap((event) => (event.type === "tool_executing" ? [event.data.callId] : []));
      const begun = whole.events.slice(0, death + 1);
      // Both calls of the first turn had begun, or none: then the person sees the same to the letter.
      if (ids(begun).length !== 1)
        expect(shown(cut.message), `died after ${death}`).toEqual(shown(whole.message));
      expect(new Set(ids(cut.events)).size).toBe(ids(cut.events).length);
      for (const { body } of cut.requests) {
        const told = body.messages.filter(({ role }) => role === "tool").length;
        const asked = JSON.stringify(body.messages).split('"type":"function"').length - 1;
        expect(told).toBe(asked);
      }
    }
  }, 60_000);
});
