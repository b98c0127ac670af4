import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkHelp } from "./commands/check.ts";
import { serveHelp } from "./commands/serve.ts";
import { type Environment, httpOrigin, ownOrigins, resolveOptions, type ServeOptions } from "./options.ts";
import { StartError } from "./start-error.ts";

function errorOf(given: ServeOptions, environment: Environment): string {
  try {
    resolveOptions(given, environment);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return "";
}

describe("resolveOptions", () => {
  it("serves this machine only, with open sign-up, when nothing is said", () => {
    expect(resolveOptions({}, {})).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      data: resolve(".goldenpath"),
      signUp: "open",
      trustProxy: false,
      durability: "power_loss",
      origins: [],
      providers: {},
    });
  });

  it("closes sign-up as soon as others can reach the server, unless it is opened", () => {
    expect(resolveOptions({ host: "0.0.0.0" }, {}).signUp).toBe("closed");
    expect(resolveOptions({}, { GOLDENPATH_HOST: "192.0.2.1" }).signUp).toBe("closed");
    expect(resolveOptions({ host: "0.0.0.0" }, { GOLDENPATH_SIGN_UP: "open" }).signUp).toBe("open");
    expect(resolveOptions({ host: "::1" }, {}).signUp).toBe("open");
  });

  it("shares a store when it is given one", () => {
    expect(resolveOptions({}, {}).shared).toBeUndefined();
    const databaseUrl = "postgres://u:p@db:5432/goldenpath";
    const environment = {
      DATABASE_URL: databaseUrl,
      GOLDENPATH_SECRET: "x".repeat(32),
      GOLDENPATH_NODE: "n1",
    };
    expect(resolveOptions({}, environment)).toMatchObject({ node: "n1", shared: { databaseUrl } });
    const natsUrl = "nats://token@a:4222,nats://b";
    expect(resolveOptions({}, { ...environment, NATS_URL: natsUrl }).shared).toEqual({
      databaseUrl,
      databaseOwnerUrl: undefined,
      natsUrl,
    });
  });

  it("refuses a variable of ours that it does not know, and names the one that was meant", () => {
    expect(errorOf({}, { GOLDENPATH_SIGNUP: "closed" })).toContain("did you mean GOLDENPATH_SIGN_UP?");
    expect(errorOf({}, { GOLDENPATH_COLOUR: "red" })).toContain("GOLDENPATH_DATA, ");
    expect(errorOf({}, { GOLDENPATH_MODEL_KEY: "k", MY_GOLDENPATH: "x" })).toBe("");
  });

  it("refuses an option that it does not know", () => {
    const misspelt: object = { signup: "closed" };
    expect(errorOf(misspelt, {})).toBe("signup is no setting of this server; did you mean signUp?");
    const unknown: object = { colour: "red" };
    expect(errorOf(unknown, {})).toContain("there are agents, port, ");
  });

  it("knows every variable that the documentation and the commands' help name", () => {
    const docs = ["operate.md", "deploy/index.md"].map((file) =>
      readFileSync(new URL(`../../../docs/${file}`, import.meta.url), "utf8"),
    );
    const names = [...docs, checkHelp, serveHelp].join("").matchAll(/\bGOLDENPATH_[A-Z_]+[A-Z](_2)?\b/g);
    for (const [name] of names) expect(errorOf({}, { [name]: "" })).not.toContain("no setting");
  });

  it("tells no secret of an address that it refuses", () => {
    const message = errorOf({}, { DATABASE_URL: "postgress://user:hunter2@db" });
    expect(message).toContain("DATABASE_URL");
    expect(message).not.toContain("hunter2");
  });

  it("takes what code says before what the environment says", () => {
    expect(resolveOptions({ port: 0 }, { PORT: "5000" }).port).toBe(0);
    expect(resolveOptions({}, { PORT: "5000" }).port).toBe(5000);
  });

  it.each<[string, ServeOptions, Environment, RegExp]>([
    [
      "a port that is no number",
      {},
      { PORT: "eighty" },
      /^port \(PORT\) must be a whole number from 0 to 65535, not "eighty"/,
    ],
    ["a port too high", { port: 70_000 }, {}, /^port \(PORT\)/],
    ["a word for sign-up", {}, { GOLDENPATH_SIGN_UP: "yes" }, /GOLDENPATH_SIGN_UP.*open or closed/],
    ["an address without a scheme", { url: "chat.example.com" }, {}, /^url \(GOLDENPATH_URL\)/],
    ["an origin with a path", {}, { GOLDENPATH_ORIGINS: "https://a.example/x" }, /^origins.*without a path/],
    [
      "half of a provider",
      {},
      { GITHUB_CLIENT_ID: "x" },
      /^GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET belong together/,
    ],
    ["OIDC without its issuer", {}, { OIDC_CLIENT_ID: "x", OIDC_CLIENT_SECRET: "y" }, /^OIDC_ISSUER/],
    ["NATS without Postgres", {}, { NATS_URL: "nats://h" }, /^natsUrl \(NATS_URL\) needs databaseUrl/],
    [
      "an owner without Postgres",
      {},
      { GOLDENPATH_DATABASE_OWNER_URL: "postgres://h/d" },
      /^databaseOwnerUrl .* needs databaseUrl/,
    ],
    ["another database", {}, { DATABASE_URL: "mysql://h/d" }, /^databaseUrl \(DATABASE_URL\) must be/],
    [
      "an address that NATS does not have",
      { databaseUrl: "postgres://h/d", secret: "x".repeat(32) },
      { NATS_URL: "http://h" },
      /^natsUrl \(NATS_URL\) must be an address such as nats/,
    ],
    ["a node's name with a blank", { node: "a b" }, {}, /^node \(GOLDENPATH_NODE\)/],
    ["no agents", { agents: [] }, {}, /^agents: give at least one/],
    ["a log level", {}, { GOLDENPATH_LOG: "loud" }, /^logLevel/],
  ])("names the option for %s", (_what, given, environment, message) => {
    expect(errorOf(given, environment)).toMatch(message);
  });

  it("never repeats a secret in its error", () => {
    expect(errorOf({ secret: "too-short-secret" }, {})).toMatch(/^secret \(GOLDENPATH_SECRET\)/);
    expect(errorOf({ secret: "too-short-secret" }, {})).not.toContain("too-short-secret");
  });

  it("reads the providers from the environment", () => {
    const { providers } = resolveOptions(
      {},
      {
        GOOGLE_CLIENT_ID: "g",
        GOOGLE_CLIENT_SECRET: "gs",
        OIDC_ISSUER: "https://login.example.com/realm",
        OIDC_CLIENT_ID: "o",
        OIDC_CLIENT_SECRET: "os",
      },
    );
    expect(providers).toEqual({
      google: { clientId: "g", clientSecret: "gs" },
      oidc: {
        clientId: "o",
        clientSecret: "os",
        issuer: "https://login.example.com/realm",
        name: "login.example.com",
      },
    });
  });
});

describe("ownOrigins", () => {
  it("is the public address alone where one is given", () => {
    expect(ownOrigins("0.0.0.0", 4000, "https://chat.example.com")).toEqual(["https://chat.example.com"]);
  });

  it("knows the names of loopback, and nothing that a Host header could say", () => {
    expect(ownOrigins("127.0.0.1", 4000, undefined)).toEqual([
      "http://127.0.0.1:4000",
      "http://localhost:4000",
      "http://[::1]:4000",
    ]);
  });

  it("counts every address of the machine for a wildcard", () => {
    const own = ownOrigins("0.0.0.0", 80, undefined);
    expect(own).toContain("http://127.0.0.1");
    expect(own).not.toContain("http://0.0.0.0");
    expect(httpOrigin("::", 8080)).toBe("http://127.0.0.1:8080");
  });
});
