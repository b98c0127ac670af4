import { describe, expect, test } from "vitest";
import { readAnswer } from "../request.ts";
import { accountText, parseGate, parseUser } from "./account.ts";

describe("parseGate", () => {
  test("closed unless the server says open", () => {
    expect(parseGate(undefined)).toEqual({ signUpOpen: false, firstAccount: false, providers: [] });
    expect(parseGate({ signUpOpen: "yes" }).signUpOpen).toBe(false);
    expect(parseGate({ signUpOpen: true })).toMatchObject({ signUpOpen: true, firstAccount: false });
    expect(parseGate({ signUpOpen: true, firstAccount: true }).firstAccount).toBe(true);
    expect(parseGate({ firstAccount: true }).firstAccount).toBe(false);
  });

  test("reads providers by id or as objects", () => {
    expect(parseGate({ providers: ["github", { id: "corp", name: "Corp SSO" }, 3] }).providers).toEqual([
      { id: "github", name: "Github" },
      { id: "corp", name: "Corp SSO" },
    ]);
  });
});

test("a user without a name is called by the email", () => {
  expect(parseUser({ user: { id: "u", email: "a@b.c", name: "", role: "admin" } })).toEqual({
    id: "u",
    email: "a@b.c",
    name: "a@b.c",
    role: "admin",
  });
  expect(parseUser({ user: { id: 7 } })).toBeUndefined();
});

describe("readAnswer and accountText", () => {
  const refused = (status: number, body: unknown) => {
    const result = readAnswer(status, typeof body === "string" ? body : JSON.stringify(body), parseUser);
    return result.ok ? "ok" : accountText(result.failure);
  };

  test.each([
    [
      401,
      { code: "INVALID_EMAIL_OR_PASSWORD", message: "x" },
      "This email and password do not match an account.",
    ],
    [
      429,
      { error: { code: "rate_limited", message: "x", afterMs: 4_200 } },
      "Too many attempts. Wait 5 s, then try again.",
    ],
    [429, "", "Too many attempts. Wait a minute, then try again."],
    [422, { code: "SOMETHING_ELSE", message: "Say this." }, "Say this."],
    [502, "<html>", "The server has a problem. Try again in a moment."],
    [200, "not json", "The server's answer could not be read. Reload the page."],
  ])("HTTP %i with %j", (status, body, text) => {
    expect(refused(status, body)).toBe(text);
  });
});
