import {
  experimental_streamLanguageModelCall as streamLanguageModelCall,
  streamText,
  tool,
  zodSchema,
} from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ModelTurn } from "./model-turn.ts";

type Model = Exclude<Parameters<typeof streamText>[0]["model"], string>;
type Stream = Awaited<ReturnType<Extract<Model, { specificationVersion: "v4" }>["doStream"]>>["stream"];
type Part = Stream extends ReadableStream<infer P> ? P : never;

const tokens = { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined };
const finish: Part = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage: { inputTokens: tokens, outputTokens: { total: 1, text: 1, reasoning: undefined } },
};

/** A model that says just these parts. */
function saying(parts: readonly Part[]): Model {
  return {
    specificationVersion: "v4",
    provider: "test",
    modelId: "m",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("it only streams")),
    doStream: async () => ({ stream: ReadableStream.from<Part>([...parts, finish]) as Stream }),
  };
}

const tools = { sum: tool({ inputSchema: zodSchema(z.object({ n: z.number() })) }) };
const asked = { messages: [{ role: "user" as const, content: "1 + 2?" }], tools };

/** Without what is undefined, which the next request leaves out as well. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function turnOf(parts: readonly Part[]) {
  const { stream } = await streamLanguageModelCall({ ...asked, model: saying(parts) });
  const turn = new ModelTurn();
  for await (const part of stream) turn.add(part);
  return plain(turn.messages);
}

/** The library's own loop, which is what a provider was made for. */
async function libraryTurnOf(parts: readonly Part[]) {
  const { response } = streamText({ ...asked, model: saying(parts) });
  return plain((await response).messages.filter(({ role }) => role === "assistant"));
}

const meta = (value: string) => ({ test: { value } });
const turns: readonly (readonly [string, readonly Part[]])[] = [
  ["nothing", []],
  [
    "a text",
    [
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "Good " },
      { type: "text-delta", id: "1", delta: "day." },
      { type: "text-end", id: "1" },
    ],
  ],
  [
    "a text of nothing, and one of nothing that its provider marked",
    [
      { type: "text-start", id: "1" },
      { type: "text-end", id: "1" },
      { type: "text-start", id: "2" },
      { type: "text-end", id: "2", providerMetadata: meta("signed") },
    ],
  ],
  [
    "thoughts with a signature, then calls, one of them with an input that is no JSON",
    [
      { type: "reasoning-start", id: "1", providerMetadata: meta("first") },
      { type: "reasoning-delta", id: "1", delta: "Let me " },
      { type: "reasoning-delta", id: "1", delta: "see." },
      { type: "reasoning-end", id: "1", providerMetadata: meta("signed") },
      { type: "tool-call", toolCallId: "a", toolName: "sum", input: '{"n":1}', providerMetadata: meta("a") },
      { type: "tool-call", toolCallId: "b", toolName: "sum", input: '{"n":' },
      { type: "tool-call", toolCallId: "c", toolName: "none", input: "{}" },
    ],
  ],
  [
    "two blocks that take turns, of which one comes again",
    [
      { type: "text-start", id: "1" },
      { type: "reasoning-start", id: "1" },
      { type: "text-delta", id: "1", delta: "a" },
      { type: "reasoning-delta", id: "1", delta: "b" },
      { type: "text-delta", id: "1", delta: "c" },
      { type: "reasoning-end", id: "1" },
      { type: "text-end", id: "1" },
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "d", providerMetadata: meta("d") },
      { type: "text-end", id: "1" },
    ],
  ],
  [
    "a file",
    [{ type: "file", mediaType: "image/png", data: { type: "data", data: new Uint8Array([1, 2, 3]) } }],
  ],
];

describe("a model's turn", () => {
  it.each(turns)("is what the library would hand back: %s", async (_, parts) => {
    expect(await turnOf(parts)).toEqual(await libraryTurnOf(parts));
  });
});
