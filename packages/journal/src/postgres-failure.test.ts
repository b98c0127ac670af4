import { expect, test } from "vitest";
import { fateOf, NoSession } from "./postgres-failure.ts";

test.each([
  ["08006", "unknown"],
  ["57P01", "unknown"],
  ["57P02", "unknown"],
  ["57P03", "unknown"],
  ["40001", "again"],
  ["40P01", "again"],
  ["57014", "again"],
  ["25006", "again"],
  ["53100", "storage_full"],
  ["53200", "again"],
  ["22021", "refused"],
  ["42501", "refused"],
])("after %s a statement that was sent is: %s", (code, is) => {
  const error = Object.assign(new Error("words"), { severity: "ERROR", code });
  expect(fateOf(error, true)).toEqual({ is, detail: "words" });
  expect(fateOf(error, false).is).toBe(is === "unknown" ? "again" : is);
});

test("a lost connection is no answer, and a bug of ours no failure of the database", () => {
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  expect([fateOf(reset, true).is, fateOf(reset, false).is]).toEqual(["unknown", "again"]);
  expect(fateOf(new NoSession(reset), true)).toEqual({ is: "again", detail: "read ECONNRESET" });
  expect(() => fateOf(new TypeError("a bug"), true)).toThrow("a bug");
});
