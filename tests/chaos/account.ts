/** One account on a real server, and the requests its devices make. */
import type { Fetch } from "@goldenpath/client";

export interface Account {
  readonly name: string;
  readonly userId: string;
  /** Ours: the server's own id of it is nobody's to know. */
  readonly sessionId: string;
  readonly cookie: string;
  readonly url: string;
}

const password = "a long enough password";
const requestMsMax = 15_000;

/**
 * `address` is what the server takes for the caller's, so that many may sign up at once; `at` is where it
 * listens, if that is not where people open it.
 */
export function signUp(url: string, name: string, address: string, at = url): Promise<Account> {
  return enter(url, at, name, address, "sign-up", `first session of ${name}`);
}

/** A session of its own. Rejects when the server cannot be reached, or has no session to give just now. */
export function signIn({ url, name }: Account, address: string, sessionId: string): Promise<Account> {
  return enter(url, url, name, address, "sign-in", sessionId);
}

async function enter(
  url: string,
  at: string,
  name: string,
  address: string,
  how: "sign-up" | "sign-in",
  sessionId: string,
): Promise<Account> {
  const response = await fetch(`${at}/api/auth/${how}/email`, {
    method: "POST",
    signal: AbortSignal.timeout(requestMsMax),
    headers: { "content-type": "application/json", origin: url, "x-forwarded-for": address },
    body: JSON.stringify({ name, email: `${name}@example.com`, password }),
  });
  const body = (await response.json()) as { readonly user?: { readonly id: string } };
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(";", 1)[0] ?? "")
    .join("; ");
  if (!response.ok || !body.user || cookie === "")
    throw new Error(`${how} of ${name}: ${response.status} ${JSON.stringify(body)}`);
  return { name, userId: body.user.id, sessionId, cookie, url };
}

/** One request of that account that changes something; undefined when its fate is not known. */
export async function change(
  { cookie, url }: Account,
  address: string,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body: object = {},
): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(requestMsMax),
      headers: { cookie, origin: url, "x-forwarded-for": address, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // The line or the server failed: it may have happened.
    return undefined;
  }
}

/** `fetch` as a page of that account has it. */
export function fetchOf({ cookie, url }: Account, address: string): Fetch {
  return (target, { signal }) =>
    fetch(target, { signal, headers: { cookie, origin: url, "x-forwarded-for": address } });
}

/** Undefined when nobody is signed in; rejects when the server cannot be reached or will not answer now. */
export async function fetchTicket(
  { cookie, url }: Account,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await fetch(`${url}/api/tickets`, {
    method: "POST",
    signal,
    headers: { cookie, origin: url, "x-forwarded-for": address },
  });
  if (response.status === 401) return undefined;
  if (!response.ok) throw new Error(`tickets: ${response.status}`);
  const { ticket } = (await response.json()) as { readonly ticket: string };
  return ticket;
}
