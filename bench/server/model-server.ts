/** A whole server whose language model is the bench's own, in a process of its own. */
import { setFlagsFromString } from "node:v8";
import { type Server, serve } from "goldenpath";
import { answerCalls, cpuUs } from "../child.ts";

export type ModelServerCalls = {
  /** Answers the server's address. */
  readonly listen: (options: { readonly data: string; readonly modelUrl: string }) => Promise<string>;
  /** CPU time of all its threads so far. */
  readonly cpuUs: () => number;
};

let server: Server | undefined;

answerCalls({
  async listen({ data, modelUrl }) {
    server = await serve(
      { port: 0, data, page: false, logLevel: "error", drainMs: 0, trustProxy: true },
      { GOLDENPATH_MODEL: "bench", GOLDENPATH_MODEL_URL: modelUrl },
    );
    // As the command does.
    setFlagsFromString("--no-allocation-site-pretenuring");
    return server.url;
  },
  cpuUs,
} satisfies ModelServerCalls);
