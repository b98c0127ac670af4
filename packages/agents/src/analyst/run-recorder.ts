import type { Message } from "@goldenpath/protocol";
import type { AgentRun } from "../agent.ts";
import type { Tool, ToolAttachment, ToolOutcome } from "../tool.ts";

/** What a run said, for tests of an agent's own logic: no journal, no emitter. */
export interface Recording {
  text: string;
  readonly thoughts: { readonly agent: string; readonly text: string }[];
  readonly calls: {
    readonly agent: string;
    readonly tool: string;
    readonly input: unknown;
    readonly outcome: ToolOutcome;
  }[];
}

export interface Asked {
  readonly texts: readonly string[];
  readonly files?: ReadonlyMap<string, ToolAttachment>;
  readonly signal?: AbortSignal;
}

/** A run whose newest question is the last text; files are attached to it. */
export function recordRun(asked: Asked): { readonly run: AgentRun; readonly recording: Recording } {
  const recording: Recording = { text: "", thoughts: [], calls: [] };
  const messages = asked.texts.map(
    (text, index): Message => ({
      id: `m${index}`,
      threadId: "t",
      role: "user",
      at: index,
      status: "completed",
      parts: [
        { type: "text", text },
        ...(index < asked.texts.length - 1
          ? []
          : [...(asked.files ?? [])].map(([attachmentId, file]) => ({
              type: "attachment" as const,
              attachmentId,
              name: file.name,
              mediaType: file.mediaType,
              bytes: file.bytes.length,
            }))),
      ],
    }),
  );
  const signal = asked.signal ?? new AbortController().signal;
  const attachment = async (id: string) => asked.files?.get(id);
  const as = (agent: string): AgentRun => ({
    userId: "u",
    threadId: "t",
    runId: "r",
    agent,
    attempt: 1,
    parts: [],
    messages,
    signal,
    attachment,
    as: (name) => as(`${agent}/${name}`),
    async think(text) {
      signal.throwIfAborted();
      recording.thoughts.push({ agent, text });
    },
    async write(text) {
      signal.throwIfAborted();
      recording.text += text;
    },
    async usage() {
      signal.throwIfAborted();
    },
    async call(tool: Tool, input) {
      signal.throwIfAborted();
      const callId = `c${recording.calls.length}`;
      const outcome = await callTool(tool, input, callId);
      recording.calls.push({ agent, tool: tool.name, input, outcome });
      return outcome;
    },
  });
  const callTool = async (tool: Tool, input: unknown, callId: string): Promise<ToolOutcome> => {
    const parsed = await tool.input["~standard"].validate(input);
    if (parsed.issues)
      return { ok: false, callId, code: "tool_input_invalid", message: JSON.stringify(parsed.issues) };
    const output = await tool.run(parsed.value, {
      signal,
      userId: "u",
      threadId: "t",
      runId: "r",
      callId,
      attachment,
    });
    return { ok: true, callId, output: JSON.parse(JSON.stringify(output)) };
  };
  return { run: as("analyst"), recording };
}
