/** The names that the platform promises resolve from their one path each, and from nowhere else among us. */
import * as agents from "@goldenpath/agents";
import * as websocketCore from "@goldenpath/websocket-core";
import * as testing from "@goldenpath/websocket-core/testing";
import { describe, expect, it } from "vitest";

const doors = { "@goldenpath/agents": agents, "@goldenpath/websocket-core": websocketCore, testing } as const;

const promised = {
  "@goldenpath/websocket-core": [
    "WebSocketManager",
    "WebSocketConnection",
    "WebSocketContext",
    "WebSocketEmitter",
    "getWebSocketManager",
    "UnifiedWebSocketManager",
    "UnifiedWebSocketEmitter",
    "WebSocketRequestContext",
  ],
  "@goldenpath/agents": [
    "AgentBridge",
    "createAgentBridge",
    "AgentFactory",
    "Supervisor",
    "defineAgent",
    "defineTool",
  ],
  testing: ["createTestUserContext"],
} as const;

describe("public names", () => {
  const all = Object.entries(promised).flatMap(([door, names]) => names.map((name) => [name, door] as const));
  it.each(all)("%s comes from %s", (name, door) => {
    for (const [other, exports] of Object.entries(doors)) {
      expect(name in exports, `${name} from ${other}`).toBe(other === door);
    }
  });

  it("the aliases are the same things", () => {
    expect(websocketCore.UnifiedWebSocketManager).toBe(websocketCore.WebSocketManager);
    expect(websocketCore.UnifiedWebSocketEmitter).toBe(websocketCore.WebSocketEmitter);
    expect(websocketCore.WebSocketRequestContext).toBe(websocketCore.WebSocketContext);
  });
});
