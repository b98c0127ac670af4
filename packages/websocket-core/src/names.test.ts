import { describe, expect, it } from "vitest";
import * as core from "./index.ts";
import { TestNode } from "./test-node.ts";
import { createTestUserContext } from "./testing.ts";

describe("the names of the replaced platform", () => {
  it("resolve from one door, and the aliases are the same things", () => {
    expect(core.UnifiedWebSocketManager).toBe(core.WebSocketManager);
    expect(core.UnifiedWebSocketEmitter).toBe(core.WebSocketEmitter);
    expect(core.WebSocketRequestContext).toBe(core.WebSocketContext);
    expect(Object.keys(core)).toEqual(expect.arrayContaining(["WebSocketConnection", "getWebSocketManager"]));
  });

  it("getWebSocketManager gives that user's view and nothing else, and refuses without a context", async () => {
    await using node = await new TestNode().listen();
    const [alice, bob] = [node.signIn(), node.signIn()];
    await node.join(alice);
    await node.join(alice);
    const manager = core.getWebSocketManager(node.core, alice);
    expect(manager).toBeInstanceOf(core.WebSocketManager);
    expect(manager.connections).toHaveLength(2);
    expect(core.getWebSocketManager(node.core, bob).connections).toEqual([]);
    const refused: unknown[] = [undefined, null, { userId: "", sessionId: "s", expiresAt: 1 }];
    for (const context of refused) {
      expect(() => core.getWebSocketManager(node.core, context as core.UserContext)).toThrow(TypeError);
    }
    const run = new core.WebSocketContext({ ...bob, threadId: "t", runId: "r" });
    expect(() => manager.emitter({ context: run, agent: "a", attempt: 1, committed: [] })).toThrow(
      "another user",
    );
  });

  it("contexts are immutable, and test users never meet", () => {
    const context = createTestUserContext();
    expect(Object.isFrozen(context)).toBe(true);
    expect(context.for({ threadId: "t" })).toMatchObject({ userId: context.userId, threadId: "t" });
    expect(createTestUserContext().userId).not.toBe(context.userId);
  });
});
