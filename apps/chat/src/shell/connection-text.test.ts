import type { ConnectionState } from "@goldenpath/client";
import { closeCodes } from "@goldenpath/protocol";
import { expect, test } from "vitest";
import { connectionAnnouncement, connectionText } from "./connection-text.ts";

const waiting = { is: "waiting", retryAt: 10_000, why: "connection_lost", attempt: 2 } as const;

test.each([
  [{ is: "live" }, true, "live", "Live", undefined],
  [{ is: "live" }, false, "live", "Live", undefined],
  [{ is: "connecting", attempt: 1 }, true, "working", "Connecting", undefined],
  [{ is: "connecting", attempt: 3 }, true, "working", "Reconnecting", undefined],
  [waiting, true, "working", "Reconnecting in 4 s", "connect_now"],
  [waiting, false, "broken", "Offline", undefined],
  [{ ...waiting, why: "going_away" }, true, "working", "Server restarting, back in 4 s", "connect_now"],
  [{ is: "signed_out", code: 4402 }, true, "broken", "Signed out", undefined],
  [{ is: "stopped", code: 4503, message: "" }, true, "broken", "Disconnected", "connect_again"],
] satisfies readonly (readonly [ConnectionState, boolean, string, string, string | undefined])[])(
  "%j, online %s",
  (state, online, tone, label, action) => {
    const text = connectionText(state, online, 6_001);
    expect([text.tone, text.label, text.action]).toEqual([tone, label, action]);
  },
);

test("a time that has passed is now, never negative", () => {
  expect(connectionText(waiting, true, 99_999).label).toBe("Reconnecting in 0 s");
});

test("a loss and a return are said once, attempts are not", () => {
  const text = (state: ConnectionState) => connectionText(state, true, 0);
  const live = text({ is: "live" });
  const lost = text(waiting);
  const trying = text({ is: "connecting", attempt: 2 });
  expect(connectionAnnouncement(live, lost)).toBe("Connection lost. The line to the server broke.");
  expect(connectionAnnouncement(lost, trying)).toBeUndefined();
  expect(connectionAnnouncement(trying, live)).toBe("Connected again.");
  expect(connectionAnnouncement(lost, text({ is: "signed_out", code: 4402 }))).toMatch(/^Signed out\./);
});

test("every reason the server can close with and resume has its own words", () => {
  const resumable = Object.entries(closeCodes).filter(([, entry]) => entry.code < 4400);
  const details = resumable.map(
    ([why]) => connectionText({ ...waiting, why: why as "try_later" }, true, 0).detail,
  );
  expect(details).not.toContain("The connection is being opened again.");
});
