/**
 * The people of a server under test. A case borrows accounts that nobody else uses meanwhile; one that needs an
 * empty log, or ends its sessions for good, gets a fresh one.
 */
import { randomUUID } from "node:crypto";
import { Broken } from "../inbox.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** An account that exists: by its password, or by the Cookie header of a session of its own. */
export type Given = Credentials | { readonly cookie: string };

export interface AccountOptions {
  readonly url: string;
  /** Accounts that exist; without them the suite signs up its own. */
  readonly given: readonly Given[];
  /** How many are borrowed at once at most, where they are signed up. */
  readonly poolMax: number;
  readonly signUpPath: string;
  readonly signInPath: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: unknown;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One login of one account, with its cookies, as a browser on the server's own page has it. */
export class Session {
  readonly account: Credentials;
  readonly #url: string;
  cookie = "";

  constructor(url: string, account: Credentials) {
    this.#url = url;
    this.account = account;
  }

  async request({ method, path, headers = {}, body }: Ask): Promise<Reply> {
    const sent: Record<string, string> = { origin: this.#url, cookie: this.cookie, ...headers };
    for (const [name, value] of Object.entries(sent)) if (value === "") delete sent[name];
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: sent,
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body }),
    });
    this.#keep(response.headers.getSetCookie());
    const text = await response.text();
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      body: parsed(text),
    };
  }

  async enter(path: string, body: object): Promise<Session> {
    const headers = { "content-type": "application/json" };
    const reply = await this.request({ method: "POST", path, headers, body: JSON.stringify(body) });
    if (reply.status !== 200)
      throw new Broken(`POST ${path} answers ${reply.status}: ${reply.text.slice(0, 200)}`);
    return this;
  }

  #keep(setCookies: readonly string[]): void {
    if (setCookies.length === 0) return;
    const jar = new Map(this.cookie.split("; ").filter(Boolean).map(pairOf));
    for (const one of setCookies) {
      const [name, value] = pairOf(one.split(";", 1)[0] ?? "");
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    this.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

export class Accounts {
  readonly #options: AccountOptions;
  readonly #free: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #made = 0;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** At most this many can be borrowed at once. */
  get size(): number {
    const { given, poolMax } = this.#options;
    return given.length > 0 ? given.length : poolMax;
  }

  get canMakeFresh(): boolean {
    return this.#options.given.length === 0;
  }

  /** False where only cookies are known. */
  get canSignIn(): boolean {
    return this.#options.given.every((one) => "password" in one);
  }

  /** Waits until so many are free; all at once, so that two cases cannot wait for each other. */
  async borrow(count: number): Promise<readonly Session[]> {
    while (this.#free.length + (this.size - this.#made) < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const borrowed = this.#free.splice(0, count);
    const missing = count - borrowed.length;
    const numbers = Array.from({ length: missing }, () => this.#made++);
    const made = await Promise.all(numbers.map((number) => this.#enter(number)));
    return [...borrowed, ...made];
  }

  giveBack(sessions: readonly Session[]): void {
    this.#free.push(...sessions);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  fresh(): Promise<Session> {
    const { url, signUpPath } = this.#options;
    const account = newAccount();
    return new Session(url, account).enter(signUpPath, { name: "Conformance", ...account });
  }

  /** Another login of the same account. */
  again({ account }: Session): Promise<Session> {
    const { url, signInPath } = this.#options;
    return new Session(url, account).enter(signInPath, account);
  }

  nobody(): Session {
    return new Session(this.#options.url, { email: "", password: "" });
  }

  async #enter(number: number): Promise<Session> {
    const { given, url, signInPath } = this.#options;
    const account = given[number];
    if (!account) return this.fresh();
    if ("password" in account) return new Session(url, account).enter(signInPath, account);
    const session = new Session(url, { email: "", password: "" });
    session.cookie = account.cookie;
    return session;
  }
}

/** An address that cannot exist (RFC 2606). */
function newAccount(): Credentials {
  return { email: `conformance-${randomUUID()}@conformance.invalid`, password: randomUUID() };
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
