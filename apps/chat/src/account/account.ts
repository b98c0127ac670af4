import { limits } from "@goldenpath/protocol";
import { type Failure, isRecord, type Parse, parseNothing, type Result, request } from "../request.ts";

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

/** Another way to sign in. */
export interface Provider {
  readonly id: string;
  readonly name: string;
}

/** What the sign-in screen may offer. */
export interface Gate {
  readonly signUpOpen: boolean;
  /** Nobody has an account yet, so nobody can sign in. */
  readonly firstAccount: boolean;
  readonly providers: readonly Provider[];
}

export type Account =
  | { readonly is: "signed_in"; readonly user: User }
  | { readonly is: "signed_out"; readonly gate: Gate };

export async function loadAccount(signal?: AbortSignal): Promise<Result<Account>> {
  const result = await request("/api/me", parseUser, signal ? { signal } : {});
  if (result.ok) return { ok: true, value: { is: "signed_in", user: result.value } };
  if (result.failure.status === 401) {
    return { ok: true, value: { is: "signed_out", gate: parseGate(result.failure.body) } };
  }
  return result;
}

export const parseUser: Parse<User> = (body) => {
  if (!isRecord(body) || !isRecord(body.user)) return undefined;
  const { id, email, name, role } = body.user;
  if (typeof id !== "string" || typeof email !== "string") return undefined;
  return {
    id,
    email,
    name: typeof name === "string" && name !== "" ? name : email,
    role: typeof role === "string" ? role : "user",
  };
};

/** What a page may offer that knows nothing of its server. */
export const closedGate: Gate = { signUpOpen: false, firstAccount: false, providers: [] };

/** Where the server does not say that sign-up is open, it is closed. */
export function parseGate(body: unknown): Gate {
  if (!isRecord(body)) return closedGate;
  const { signUpOpen, firstAccount, providers } = body;
  return {
    signUpOpen: signUpOpen === true,
    firstAccount: signUpOpen === true && firstAccount === true,
    providers: Array.isArray(providers) ? providers.flatMap(parseProvider) : [],
  };
}

function parseProvider(value: unknown): readonly Provider[] {
  if (typeof value === "string" && value !== "") return [{ id: value, name: titleCase(value) }];
  if (!isRecord(value) || typeof value.id !== "string") return [];
  const name = typeof value.name === "string" && value.name !== "" ? value.name : titleCase(value.id);
  return [{ id: value.id, name }];
}

function titleCase(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}

export function signIn(email: string, password: string): Promise<Result<true>> {
  return request("/api/auth/sign-in/email", parseNothing, { method: "POST", json: { email, password } });
}

export function signUp(name: string, email: string, password: string): Promise<Result<true>> {
  return request("/api/auth/sign-up/email", parseNothing, {
    method: "POST",
    json: { name, email, password },
  });
}

export function signOut(): Promise<Result<true>> {
  return request("/api/auth/sign-out", parseNothing, { method: "POST", json: {} });
}

/** Ends every other session of the account as well. */
export function changePassword(currentPassword: string, newPassword: string): Promise<Result<true>> {
  return request("/api/auth/change-password", parseNothing, {
    method: "POST",
    json: { currentPassword, newPassword, revokeOtherSessions: true },
  });
}

/** Answers the provider's address, where the browser goes next. */
export function signInWith(provider: Provider, backTo: string): Promise<Result<string>> {
  return request(
    "/api/auth/sign-in/social",
    (body) => (isRecord(body) && typeof body.url === "string" ? body.url : undefined),
    { method: "POST", json: { provider: provider.id, callbackURL: backTo } },
  );
}

export const { passwordCharsMin } = limits;
/** What the server takes: a field that cut a longer one off would lock its owner out. */
export const passwordCharsMax = 256;

const texts: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: "This email and password do not match an account.",
  INVALID_EMAIL: "This is not an email address.",
  INVALID_PASSWORD: "The current password is not right.",
  PASSWORD_TOO_SHORT: `A password needs at least ${passwordCharsMin} characters.`,
  PASSWORD_TOO_LONG: `This password is too long; ${passwordCharsMax} characters are the most.`,
  USER_ALREADY_EXISTS: "An account with this email exists. Sign in instead.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "An account with this email exists. Sign in instead.",
  EMAIL_PASSWORD_SIGN_UP_DISABLED: "New accounts are closed on this server. Ask its operator for one.",
  CREDENTIAL_ACCOUNT_NOT_FOUND: "This account has no password: it signs in through its provider.",
  INVALID_ORIGIN: "This page's address is not on the server's list. Open the address its operator gave you.",
  unauthenticated: "You are not signed in any more. Sign in again.",
  forbidden: "The server does not allow this for you.",
  unavailable: "The server has a problem. Try again in a moment.",
};

/** What to tell a person whose sign-in, sign-up or password change was refused. */
export function accountText(failure: Failure): string {
  if (failure.status === 429 || failure.code === "rate_limited") {
    const afterS = failure.afterMs === undefined ? undefined : Math.ceil(failure.afterMs / 1_000);
    return `Too many attempts. Wait ${afterS === undefined ? "a minute" : `${afterS} s`}, then try again.`;
  }
  return texts[failure.code] ?? failure.message;
}
