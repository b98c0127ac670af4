export {
  type Client,
  type ClientOptions,
  createClient,
  type EventsOptions,
  type Fetch,
  type SendInput,
  type WebSocketLike,
} from "./client.ts";
export {
  type ClientCode,
  type CommandResult,
  type ConnectionState,
  type Counters,
  EventsLostError,
  type Loaded,
  type Refusal,
  type WaitReason,
} from "./state.ts";
export { emptyView, type History, type OutgoingMessage, type View } from "./view.ts";
