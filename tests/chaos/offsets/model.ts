/**
 * A language model over real HTTP that answers the same to the same conversation: what it says depends on
 * nothing but the tool results it is shown, so it may be asked again by whoever takes a run over.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ReferenceModel {
  readonly url: string;
  close(): Promise<void>;
}

interface Delta {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly object[];
}

function call(index: number, id: string, name: string): object {
  return { index, id, type: "function", function: { name, arguments: JSON.stringify({ of: id }) } };
}

/** By the number of tool results in the conversation: one call, two at once, one to be approved, the answer. */
const turnByResults = new Map<number, readonly Delta[]>([
  [
    0,
    [
      { reasoning_content: "First I look " },
      { reasoning_content: "at the books." },
      { content: "Let me look. " },
      { tool_calls: [call(0, "look-1", "look")] },
    ],
  ],
  [
    1,
    [
      { reasoning_content: "Now two things at once." },
      { content: "Counting " },
      { content: "and booking." },
      { tool_calls: [call(0, "count-1", "count"), call(1, "book-1", "book")] },
    ],
  ],
  [3, [{ content: "This needs a yes." }, { tool_calls: [call(0, "pay-1", "pay")] }]],
  [
    4,
    [
      { reasoning_content: "Done." },
      { content: "All is " },
      { content: "counted, booked " },
      { content: "and paid." },
    ],
  ],
]);

export async function startReferenceModel(): Promise<ReferenceModel> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly role: string }[] };
      const results = messages.filter(({ role }) => role === "tool").length;
      answer(response, turnByResults.get(results) ?? [{ content: `I did not expect ${results} results.` }]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, deltas: readonly Delta[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const delta of deltas) response.write(line([{ index: 0, delta, finish_reason: null }]));
  const reason = deltas.some(({ tool_calls }) => tool_calls) ? "tool_calls" : "stop";
  response.write(line([{ index: 0, delta: {}, finish_reason: reason }]));
  response.end("data: [DONE]\n\n");
}

function line(choices: readonly object[]): string {
  const chunk = { id: "c", object: "chat.completion.chunk", created: 1, model: "reference", choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
