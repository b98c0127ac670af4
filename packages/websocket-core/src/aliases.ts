/**
 * Names of the replaced platform that survive: the same things under an old name, equal by `===`.
 * Nothing else gets an alias.
 */
import { WebSocketContext } from "./context.ts";
import { WebSocketEmitter } from "./emitter.ts";
import { WebSocketManager } from "./manager.ts";

/** @deprecated Use `WebSocketManager`. */
export const UnifiedWebSocketManager = WebSocketManager;
/** @deprecated Use `WebSocketManager`. */
export type UnifiedWebSocketManager = WebSocketManager;

/** @deprecated Use `WebSocketEmitter`. */
export const UnifiedWebSocketEmitter = WebSocketEmitter;
/** @deprecated Use `WebSocketEmitter`. */
export type UnifiedWebSocketEmitter = WebSocketEmitter;

/** @deprecated Use `WebSocketContext`. */
export const WebSocketRequestContext = WebSocketContext;
/** @deprecated Use `WebSocketContext`. */
export type WebSocketRequestContext = WebSocketContext;
