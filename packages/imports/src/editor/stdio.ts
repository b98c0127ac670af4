/** The language server on this process's standard streams: what `goldenpath imports lsp` runs. */

import { LanguageServer } from "./server.ts";

/** Serves until the editor leaves; resolves with the exit code. */
export function serveStdio(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<number> {
  return new Promise((resolve) => {
    const end = (code: number): void => {
      // A stream that still flows would keep the process alive.
      input.removeAllListeners("data");
      input.pause();
      if ("unref" in input && typeof input.unref === "function") input.unref();
      resolve(code);
    };
    const server = new LanguageServer({
      write: (text) => void output.write(text),
      after: (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return { cancel: () => clearTimeout(timer) };
      },
      today: () => new Date().toISOString().slice(0, 10),
      exit: end,
    });
    input.on("data", (chunk: Uint8Array) => server.receive(chunk));
    // An editor that dies takes its server along.
    input.on("end", () => end(1));
    input.on("error", () => end(1));
  });
}
