/** One account on a real server, and the requests its devices make. */
import type { Fetch } from "@goldenpath/client";

export interface Account {
  readonly userId: string;
  readonly sessionId: string;
  readonly cookie: string;
  readonly url: string;
}

const password = "a long enough password";

/**
 * `address` is what the server takes for the caller's, so that many may sign up at once; `at` is where it
 * listens, if that is not where people open it.
 */
export async function signUp(url: string, name: string, address: string, at = url): Promise<Account> {
  const response = await fetch(`${at}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url, "x-forwarded-for": address },
    body: JSON.stringify({ name, email: `${name}@example.com`, password }),
  });
  const body = (await response.json()) as { readonly user?: { readonly id: string } };
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(";", 1)[0] ?? "")
    .join("; ");
  if (!response.ok || !body.user || cookie === "")
    throw new Error(`sign-up of ${name}: ${response.status} ${JSON.stringify(body)}`);
  return { userId: body.user.id, sessionId: `session of ${name}`, cookie, url };
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
