import type { Environment } from "../options.ts";

/** What a command may touch of the process. */
export interface Io {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly environment: Environment;
  /** Resolves when the process is asked to stop (SIGTERM or SIGINT). */
  readonly stopped: () => Promise<void>;
}
