import { describe, expect, it } from "vitest";
import { type UserContext, WebSocketContext } from "./context.ts";
import { getWebSocketManager, WebSocketManager } from "./manager.ts";
import { TestNode } from "./test-node.ts";
import { createTestUserContext } from "./testing.ts";

describe("getWebSocketManager", () => {
  it("gives that user's view and nothing else", async () => {
    await using node = await new TestNode().listen();
    const [alice, bob] = [node.signIn(), node.signIn()];
    await node.join(alice);
    await node.join(alice);
    const manager = getWebSocketManager(node.core, alice);
    expect(manager).toBeInstanceOf(WebSocketManager);
    expect(manager.connections).toHaveLength(2);
    expect(getWebSocketManager(node.core, bob).connections).toEqual([]);
    const run = new WebSocketContext({ ...bob, threadId: "t", runId: "r" });
    expect(() => manager.emitter({ context: run, agent: "a", attempt: 1, committed: [] })).toThrow(
      "another user",
    );
    manager.disconnect();
    expect(manager.connections).toEqual([]);
  });

  it("refuses without a context: there is no current user to fall back to", async () => {
    await using node = await new TestNode().listen();
    const refused: unknown[] = [undefined, null, { userId: "", sessionId: "s", expiresAt: 1 }];
    for (const context of refused) {
      expect(() => getWebSocketManager(node.core, context as UserContext)).toThrow(TypeError);
    }
  });
});

describe("contexts", () => {
  it("are immutable, and test users never meet", () => {
    const context = createTestUserContext();
    expect(Object.isFrozen(context)).toBe(true);
    expect(context.for({ threadId: "t" })).toMatchObject({ userId: context.userId, threadId: "t" });
    expect(createTestUserContext().userId).not.toBe(context.userId);
  });
});
