import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { defineAgent } from "@goldenpath/agents";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SignUp } from "../options.ts";
import { startServer, type TestServer, TestUser } from "../test-server.ts";

const echo = defineAgent({ name: "echo", run: (run) => run.write("hello") });

/** An OpenID provider that lets everybody in as one person; over real HTTP. */
class Provider {
  readonly #http: HttpServer = createServer((request, response) => {
    this.#answer(request)
      .then(({ status = 200, headers = {}, body = {} }) => {
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(body));
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  readonly tokenRequests: URLSearchParams[] = [];
  issuer = "";

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
    this.issuer = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{
    status?: number;
    headers?: Record<string, string>;
    body?: object;
  }> {
    const url = new URL(request.url ?? "/", this.issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return {
          body: {
            issuer: this.issuer,
            authorization_endpoint: `${this.issuer}/authorize`,
            token_endpoint: `${this.issuer}/token`,
            userinfo_endpoint: `${this.issuer}/userinfo`,
          },
        };
      case "/authorize": {
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("code", "the-code");
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        return { status: 302, headers: { location: back.href } };
      }
      case "/token": {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        this.tokenRequests.push(new URLSearchParams(Buffer.concat(chunks).toString()));
        return { body: { access_token: "access", token_type: "Bearer", expires_in: 60 } };
      }
      case "/userinfo":
        return { body: { sub: "42", email: "grace@example.com", email_verified: true, name: "Grace" } };
      default:
        return { status: 404 };
    }
  }
}

const provider = new Provider();
let at: TestServer | undefined;

beforeEach(() => provider.start());
afterEach(async () => {
  await at?.close();
  at = undefined;
  await provider.stop();
});

async function serve(signUp: SignUp): Promise<TestServer> {
  at = await startServer(
    { agents: [echo], signUp },
    {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: "client",
      OIDC_CLIENT_SECRET: "very secret",
      OIDC_NAME: "Work",
    },
  );
  return at;
}

/** Follows the redirects as a browser does; resolves with the last address on the server itself. */
async function signIn(user: TestUser): Promise<string> {
  const begun = await user.json("POST", "/api/auth/sign-in/social", { provider: "oidc", callbackURL: "/" });
  const { url } = (await begun.json()) as { url: string };
  const asked = await fetch(url, { redirect: "manual" });
  const back = await user.request(asked.headers.get("location") ?? "");
  return back.headers.get("location") ?? `status ${back.status}`;
}

describe("sign-in with OpenID Connect", () => {
  it("is offered by name, and makes an account and a session", async () => {
    const { url } = await serve("open");
    const user = new TestUser(url);
    expect(await (await user.request("/api/me")).json()).toMatchObject({
      providers: [{ id: "oidc", name: "Work" }],
    });
    expect(await signIn(user)).toBe("/");
    expect(await (await user.request("/api/me")).json()).toMatchObject({
      user: { email: "grace@example.com", name: "Grace", role: "admin" },
    });
    const asked = provider.tokenRequests[0];
    expect(asked?.get("code")).toBe("the-code");
    expect(asked?.get("code_verifier")).toBeTruthy();
    expect(asked?.get("redirect_uri")).toBe(`${url}/api/auth/oauth2/callback/oidc`);
  });

  it("makes no account where sign-up is closed", async () => {
    const { url } = await serve("closed");
    const user = new TestUser(url);
    const landed = await signIn(user);
    expect(landed).not.toBe("/");
    expect((await user.request("/api/me")).status).toBe(401);
  });

  it("stands beside Google and GitHub, whose pages are named without asking them", async () => {
    at = await startServer(
      { agents: [echo] },
      {
        GOOGLE_CLIENT_ID: "g",
        GOOGLE_CLIENT_SECRET: "gs",
        GITHUB_CLIENT_ID: "h",
        GITHUB_CLIENT_SECRET: "hs",
      },
    );
    const user = new TestUser(at.url);
    for (const [provider, page] of [
      ["google", "https://accounts.google.com/"],
      ["github", "https://github.com/login/oauth/authorize"],
    ]) {
      const begun = await user.json("POST", "/api/auth/sign-in/social", { provider, callbackURL: "/" });
      const { url } = (await begun.json()) as { url: string };
      expect(url.startsWith(String(page))).toBe(true);
      expect(new URL(url).searchParams.get("redirect_uri")).toBe(`${at.url}/api/auth/callback/${provider}`);
    }
    const elsewhere = await user.json("POST", "/api/auth/sign-in/social", {
      provider: "google",
      callbackURL: "https://evil.example/",
    });
    expect(elsewhere.status).toBe(403);
  });

  it("refuses an answer that nobody asked for", async () => {
    const { url } = await serve("open");
    const user = new TestUser(url);
    const forged = await user.request("/api/auth/oauth2/callback/oidc?code=the-code&state=forged");
    expect(forged.headers.get("location") ?? "").toContain("error");
    expect((await user.request("/api/me")).status).toBe(401);
  });
});
