import { C as Event, S as SnapshotFrame, _ as WaitReason, a as OutgoingMessage, b as WebSocketLike, c as outgoingIn, d as CommandResult, f as ConnectionState, g as Refusal, h as Loaded, i as History, l as EventsOptions, m as EventsLostError, n as SendInput, o as View, p as Counters, r as createClient, s as emptyView, t as Client, u as ClientCode, v as ClientOptions, x as SendResult, y as Fetch } from "./client-Du6dIwrw.js";
import { i as Thread, r as Message } from "./index-D5HtsdUv.js";
interface HistoryPage {
  /** Undefined: of the list of threads. */
  readonly threadId: string | undefined;
  /** The list's next ones, or the thread itself where it was not known. */
  readonly threads: readonly Thread[];
  /** The thread's, oldest first. */
  readonly messages: readonly Message[];
  /** Nothing is older than these. */
  readonly complete: boolean;
}
type Input = {
  readonly is: "welcome";
  readonly userId: string;
} | {
  readonly is: "snapshot";
  readonly frame: SnapshotFrame;
} | {
  readonly is: "events";
  readonly epoch: string;
  readonly events: readonly Event[];
} |
/** Here and below, `threadId` undefined stands for the list of threads. */
{
  readonly is: "loading";
  readonly threadId: string | undefined;
  readonly request: number;
  readonly before: string | undefined;
} | ({
  readonly is: "page";
  readonly request: number;
} & HistoryPage) | {
  readonly is: "load_failed";
  readonly threadId: string | undefined;
  readonly request: number;
  readonly refusal: Refusal;
} | {
  readonly is: "sending";
  readonly message: OutgoingMessage;
} |
/** What a `send` came to; undefined takes its message out of the outbox. */
{
  readonly is: "sent";
  readonly commandId: string;
  readonly result: CommandResult<SendResult> | undefined;
};
/** The next view. The same view comes back, by identity, when the input changes nothing. */
declare function reduce(view: View, input: Input): View;
export { type Client, type ClientCode, type ClientOptions, type CommandResult, type ConnectionState, type Counters, EventsLostError, type EventsOptions, type Fetch, type History, type HistoryPage, type Input, type Loaded, type OutgoingMessage, type Refusal, type SendInput, type View, type WaitReason, type WebSocketLike, createClient, emptyView, outgoingIn, reduce };