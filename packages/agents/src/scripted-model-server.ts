/** A server that speaks OpenAI's chat protocol over real HTTP, and answers what a test tells it to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedRequest {
  readonly body: {
    readonly model: string;
    readonly stream?: boolean;
    readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
    readonly tools?: readonly {
      readonly function: { readonly name: string; readonly parameters: unknown };
    }[];
    readonly tool_choice?: unknown;
  };
  readonly authorization: string | undefined;
}

/** Answers one request. */
export type Script = (response: ServerResponse, request: ScriptedRequest) => void | Promise<void>;

export interface ScriptedModelServer {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** Resolves when that many requests have come. */
  came(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Each request takes the next script; the last one answers all that follow. */
export async function startScriptedModelServer(...scripts: readonly Script[]): Promise<ScriptedModelServer> {
  const requests: ScriptedRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const read = { body: JSON.parse(text), authorization: request.headers.authorization };
      requests.push(read);
      for (const one of waiting) if (requests.length >= one.count) one.resolve();
      return scripts[Math.min(requests.length, scripts.length) - 1]?.(response, read);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    came: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () => close(server),
  };
}

export interface Delta {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function: { readonly name?: string; readonly arguments?: string };
  }[];
}

/** A whole, correct stream: the deltas, a finish reason, usage, `[DONE]`. */
export function streamed(deltas: readonly Delta[], finish = "stop"): Script {
  return (response) => {
    openStream(response);
    for (const delta of deltas) response.write(chunk(delta));
    response.write(finishChunk(finish));
    response.end("data: [DONE]\n\n");
  };
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

export function chunk(delta: Delta): string {
  return line({ choices: [{ index: 0, delta, finish_reason: null }] });
}

export function finishChunk(reason: string): string {
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  return line({ choices: [{ index: 0, delta: {}, finish_reason: reason }], usage });
}

export function line(fields: object): string {
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", ...fields })}\n\n`;
}

/** An error answer without a stream. */
export function refused(status: number, headers: Readonly<Record<string, string>> = {}): Script {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(
      JSON.stringify({ error: { message: `status ${status} with sk-secret-key`, type: "scripted" } }),
    );
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const piece of request) chunks.push(piece as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
