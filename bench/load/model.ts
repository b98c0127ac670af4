/** The language model of the bench `first-token`, in a process of its own. It speaks OpenAI's protocol. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerCalls } from "../child.ts";
import { nowUs } from "./line.ts";

export type ModelCalls = {
  /** Answers the model's address. */
  readonly listen: (pace: Pace) => Promise<string>;
};

export interface Pace {
  /** Each answer's first token comes within this time, at a moment of its own. */
  readonly thinkMsMax: number;
  readonly tokens: number;
  /** Between two tokens of an answer. */
  readonly tokenMs: number;
}

answerCalls({
  async listen(pace) {
    const server = createServer((request, response) => {
      request.resume();
      if (request.method !== "POST") response.end('{"data":[{"id":"bench"}]}');
      else request.on("end", () => answer(response, pace));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  },
} satisfies ModelCalls);

/** The first token is the time at which it is written, so that a model that is late itself is not counted. */
function answer(response: ServerResponse, { thinkMsMax, tokens, tokenMs }: Pace): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  setTimeout(() => {
    response.write(chunk({ role: "assistant", content: `@${nowUs()} ` }));
    let left = tokens - 1;
    const timer = setInterval(() => {
      if (left-- > 0 && !response.destroyed) {
        response.write(chunk({ content: "word " }));
        return;
      }
      clearInterval(timer);
      response.write(chunk({}, "stop"));
      response.end("data: [DONE]\n\n");
    }, tokenMs);
  }, Math.random() * thinkMsMax);
}

function chunk(delta: object, finish: string | null = null): string {
  const fields = { id: "bench", object: "chat.completion.chunk", created: 1, model: "bench" };
  return `data: ${JSON.stringify({ ...fields, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}
