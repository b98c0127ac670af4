import { limits } from "@goldenpath/protocol";
import { expect, test } from "vitest";
import { Callers } from "./callers.ts";

function filled(callers: Callers, userId: string | undefined): object[] {
  const connections: object[] = [];
  while (!callers.isFull(userId)) {
    const connection = {};
    callers.add(connection, userId);
    connections.push(connection);
  }
  return connections;
}

test("strangers together are bounded, and each user alone (W4)", () => {
  const callers = new Callers();
  expect(filled(callers, undefined)).toHaveLength(10_000);
  expect(filled(callers, "ann")).toHaveLength(4 * limits.connectionsPerUserMax);
  expect(filled(callers, "bob")).toHaveLength(4 * limits.connectionsPerUserMax);
});

test("whoever joined or left makes room once, however often it is said", () => {
  const callers = new Callers();
  const [ann] = filled(callers, "ann");
  const [stranger] = filled(callers, undefined);
  for (const [connection, userId] of [
    [ann, "ann"],
    [stranger, undefined],
  ] as const) {
    for (let times = 0; times < 3; times++) callers.remove(connection ?? {});
    expect(filled(callers, userId)).toHaveLength(1);
  }
  callers.remove({});
  expect([callers.isFull("ann"), callers.isFull(undefined)]).toEqual([true, true]);
});
