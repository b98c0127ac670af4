export { UnifiedWebSocketEmitter, UnifiedWebSocketManager, WebSocketRequestContext } from "./aliases.ts";
export { type Bus, createLocalBus } from "./bus.ts";
export type { CommandOutcome, Commands } from "./commands.ts";
export { type Fault, WebSocketConnection } from "./connection.ts";
export { type UserContext, WebSocketContext, type WebSocketContextFields } from "./context.ts";
export { type CoreStats, WebSocketCore, type WebSocketCoreOptions } from "./core.ts";
export { type Emitted, type EmitterOptions, WebSocketEmitter } from "./emitter.ts";
export { getWebSocketManager, WebSocketManager } from "./manager.ts";
export { Outgoing, type Transport, type TransportEvents } from "./transport.ts";
