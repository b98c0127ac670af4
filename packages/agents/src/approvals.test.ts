import { messageText, randomId } from "@goldenpath/protocol";
import { settle } from "@goldenpath/protocol/testing";
import { createTestUserContext } from "@goldenpath/websocket-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

describe("an approval", () => {
  const pay = defineTool({
    name: "pay",
    description: "Pays a bill.",
    input: z.object({ amount: z.number(), pin: z.string() }),
    needsApproval: true,
    secrets: ["pin"],
    run: ({ amount }) => `paid ${amount}`,
  });

  async function asked() {
    const node = new TestNode(async (run) => {
      const outcome = await run.call(pay, { amount: 5, pin: "1234" });
      await run.write(outcome.ok ? String(outcome.output) : outcome.message);
    });
    const { runId } = await node.ask();
    await settle();
    const event = (await node.events(runId)).at(-1);
    if (event?.type !== "approval_requested") throw new Error("no approval was requested");
    const { approvalId } = event.data;
    const resolve = (decision: "approve" | "reject", user = node.user) =>
      node.supervisor.resolve(user, { type: "resolve", id: randomId(), approvalId, decision });
    return { node, runId, approvalId, event, resolve };
  }

  it("is asked before the tool works, and goes on with a yes from any connection (P1)", async () => {
    const { node, runId, approvalId, event, resolve } = await asked();
    expect(event.data).toMatchObject({
      tool: "pay",
      input: { amount: 5, pin: "[redacted]" },
      reason: "Pays a bill.",
    });
    const elsewhere = createTestUserContext({ userId: node.user.userId });
    const done = { is: "done", result: { approvalId, decision: "approve" } };
    expect(await resolve("approve", elsewhere)).toEqual(done);
    expect(messageText(await node.answer(runId))).toBe("paid 5");
    expect(await node.types(runId)).toEqual([
      "agent_started",
      "approval_requested",
      "approval_resolved",
      "tool_executing",
      "tool_completed",
      "text_delta",
      "agent_completed",
    ]);
    expect(await resolve("approve")).toEqual(done);
    expect(await resolve("reject")).toMatchObject({ is: "refused", code: "approval_resolved" });
  });

  it("rejects the call with a no, and decides once (P1)", async () => {
    const { node, runId, resolve } = await asked();
    const outcomes = await Promise.all([resolve("reject"), resolve("reject"), resolve("approve")]);
    expect(outcomes).toMatchObject([{ is: "done" }, { is: "done" }, { code: "approval_resolved" }]);
    const answer = await node.answer(runId);
    expect(messageText(answer)).toBe("A person rejected the call.");
    expect(answer.parts).toMatchObject([{ decision: "reject" }, { error: { code: "tool_rejected" } }, {}]);
  });

  it("rejects the call when nobody decides in time (P2)", async () => {
    const { node, runId } = await asked();
    await node.testClock.advance(300_000);
    expect(messageText(await node.answer(runId))).toBe("Nobody decided within 300 s.");
  });

  it("is nobody else's, and over when the run is (V3, P1)", async () => {
    const { node, runId, resolve } = await asked();
    expect(await resolve("approve", createTestUserContext())).toMatchObject({ code: "not_found" });
    const other = { type: "resolve", id: "x", approvalId: `${runId}.a9`, decision: "approve" } as const;
    expect(await node.supervisor.resolve(node.user, other)).toMatchObject({ code: "not_found" });
    const odd = { ...other, approvalId: "nonsense" };
    expect(await node.supervisor.resolve(node.user, odd)).toMatchObject({ code: "not_found" });
    await node.supervisor.cancel(node.user, { type: "cancel", id: "x", runId });
    expect(await resolve("approve")).toMatchObject({ is: "refused", code: "run_ended" });
    expect(await node.types(runId)).toEqual(["agent_started", "approval_requested", "agent_cancelled"]);
    expect(node.testClock.waiting).toBe(0);
  });
});
