export type { CommandOutcome, Commands } from "./commands.ts";
export { type UserContext, WebSocketContext, type WebSocketContextFields } from "./context.ts";
export { type Emitted, type EmitterOptions, WebSocketEmitter } from "./emitter.ts";
