import type { CancelFrame, ErrorCode, Json, ResolveFrame, SendFrame } from "@goldenpath/protocol";
import type { WebSocketContext } from "./context.ts";

export type CommandOutcome =
  | { readonly is: "done"; readonly result: Json }
  | {
      readonly is: "refused";
      readonly code: ErrorCode;
      readonly message?: string;
      readonly afterMs?: number;
    }
  /** Whether it was carried out is not known: the connection closes without an answer, and the client repeats it. */
  | { readonly is: "unknown" };

/** What carries out the commands of a connection; the core has never heard of agents. */
export interface Commands {
  send(context: WebSocketContext, frame: SendFrame): Promise<CommandOutcome>;
  cancel(context: WebSocketContext, frame: CancelFrame): Promise<CommandOutcome>;
  resolve(context: WebSocketContext, frame: ResolveFrame): Promise<CommandOutcome>;
}
