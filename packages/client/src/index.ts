export type {
  ApprovalPart,
  AttachmentPart,
  Cursor,
  Decision,
  Event,
  EventData,
  EventType,
  Json,
  Message,
  MessageStatus,
  Part,
  SendResult,
  TextPart,
  ThinkingPart,
  Thread,
  ToolPart,
  UserPart,
} from "@goldenpath/protocol";
export { type Client, createClient, type SendInput } from "./client.ts";
export type { HistoryPage } from "./history-page.ts";
export type { ClientOptions, Fetch, WebSocketLike } from "./options.ts";
export { type Input, reduce } from "./reduce.ts";
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
export type { EventsOptions } from "./streams.ts";
export { emptyView, type History, type OutgoingMessage, outgoingIn, type View } from "./view.ts";
