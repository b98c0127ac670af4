import type { Environment } from "../options.ts";

/** What a command may touch of the process. */
export interface Io {
  readonly out: (line: string) => void;
  /** Takes whole lines as they are to be written. */
  readonly outBytes?: (lines: Uint8Array) => void;
  readonly err: (line: string) => void;
  readonly environment: Environment;
  /** Whether people read along, and how many columns they see. */
  readonly terminal: { readonly isTerminal: boolean; readonly width: number | undefined };
  /** Resolves when the process is asked to stop (SIGTERM or SIGINT). */
  readonly stopped: () => Promise<void>;
}
