import { messageText } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { TestNode } from "./test-node.ts";

describe("the supervisor", () => {
  it("begins thread, message and run in one commit, and answers (V1, V2)", async () => {
    const node = new TestNode();
    const { runId, threadId, messageId } = await node.ask("What is the way?");
    const answer = await node.answer(runId);
    expect(await node.types(runId)).toEqual([
      "agent_started",
      "agent_thinking",
      "text_delta",
      "agent_completed",
    ]);
    expect(messageText(answer)).toBe("What is the way?");
    expect(await node.journal.thread(node.user.userId, threadId)).toMatchObject({
      title: "What is the way?",
    });
    const messages = await node.journal.messages(node.user.userId, threadId, { limit: 10 });
    expect(messages.map((message) => message.id)).toEqual([messageId, answer.id]);
    expect(node.supervisor.runs).toBe(0);
  });
});
