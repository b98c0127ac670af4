import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineAgent } from "@goldenpath/agents";
import { afterEach, describe, expect, it } from "vitest";
import type { Environment } from "../options.ts";
import { startServer, type TestServer, TestUser } from "../test-server.ts";
import { version } from "../version.ts";
import { runCommand } from "./run.ts";

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const never = new Promise<void>(() => undefined);

async function command(argv: readonly string[], environment: Environment = {}, stopped = never) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    environment,
    terminal: { isTerminal: false, width: 80 },
    stopped: () => {
      if (argv[0] !== "serve") return stopped;
      // Who reads "ready" may ask it to stop at once: it has to listen by then.
      expect(out.join("\n")).not.toContain("ready");
      // What serves would go on for ever.
      return Promise.resolve();
    },
  };
  const code = await runCommand(argv, io);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "goldenpath-cli-"));
  folders.push(made);
  return made;
}

describe("goldenpath", () => {
  it("says its version, and what it can do", async () => {
    expect(await command(["--version"])).toEqual({ code: 0, out: version, err: "" });
    for (const argv of [["--help"], ["help"]]) {
      const helped = await command(argv);
      expect(helped.code).toBe(0);
      for (const name of ["serve", "check", "imports"]) expect(helped.out).toContain(`goldenpath ${name}`);
    }
    expect((await command(["serve", "--help"])).out).toContain("--sign-up");
    expect((await command(["check", "-h"])).out).toContain("Exit code: 0");
  });

  it("answers nothing, and an unknown command, with 2 and a hint", async () => {
    expect((await command([])).code).toBe(2);
    const unknown = await command(["sevre"]);
    expect(unknown).toEqual({
      code: 2,
      out: "",
      err: 'goldenpath: there is no command "sevre". Try: goldenpath --help',
    });
    expect((await command(["serve", "--prot", "1"])).code).toBe(2);
  });
});

describe("goldenpath imports", () => {
  it("hands its arguments to the import guard", async () => {
    const helped = await command(["imports", "--help"]);
    expect(helped.code).toBe(0);
    expect(helped.out).toContain("goldenpath imports");
    expect((await command(["imports", "chekc"])).code).toBe(2);
  });
});

describe("goldenpath serve", () => {
  const settings = { GOLDENPATH_MODEL: "none", GOLDENPATH_DRAIN_MS: "0", GOLDENPATH_LOG: "silent" };

  it("names who answers, says that it is ready, and stops with 0", async () => {
    const served = await command(["serve", "--port", "0", "--data", folder()], settings);
    expect(served.err).toBe("");
    expect(served.out).toMatch(
      /^Answers: \S+ \(.+\)\n(?:.*\n)*Goldenpath is ready: http:\/\/127\.0\.0\.1:\d+$/,
    );
    expect(served.code).toBe(0);
  });

  it("prints the setup link where sign-up is closed", async () => {
    const served = await command(["serve", "--sign-up", "closed"], {
      ...settings,
      PORT: "0",
      GOLDENPATH_DATA: folder(),
    });
    expect(served.out).toMatch(/\n {2}http:\/\/127\.0\.0\.1:\d+\/setup\?token=[\w-]{32,}\n/);
    expect(served.out).not.toContain("another machine");
  });

  it("says how other machines get there when it listens for them", async () => {
    const open = { ...settings, PORT: "0", GOLDENPATH_HOST: "0.0.0.0" };
    expect((await command(["serve", "--data", folder()], open)).out).toContain("set GOLDENPATH_URL");
    const named = { ...open, GOLDENPATH_URL: "https://chat.example.com" };
    expect((await command(["serve", "--data", folder()], named)).out).not.toContain("GOLDENPATH_URL");
  });

  it.each([
    [["--port", "x"], {}, /^goldenpath: port \(PORT\) must be a whole number/],
    [[], { GOLDENPATH_MODEL: "gpt" }, /^goldenpath: GOLDENPATH_MODEL is "gpt"/],
    [["--url", "nowhere"], {}, /^goldenpath: url \(GOLDENPATH_URL\)/],
  ] as const)("answers %j with one line and 1", async (flags, environment, message) => {
    const failed = await command(["serve", ...flags], {
      ...settings,
      PORT: "0",
      GOLDENPATH_DATA: folder(),
      ...environment,
    });
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(message);
    expect(failed.err).not.toContain("\n    at ");
  });
});

/** A probe waits for answers that the analyst takes its time for. */
const patient = { timeout: 120_000 };

describe("goldenpath check", () => {
  it("cannot run without a server, and says so in both forms", async () => {
    const nobody = "http://127.0.0.1:9";
    const text = await command(["check", nobody, "--timeout", "2"]);
    expect(text.code).toBe(2);
    expect(text.err).toMatch(/does not answer as a Goldenpath server/);
    const json = await command(["check", nobody, "--json", "--timeout", "2"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ score: 0, checks: [] });
    expect((await command(["check"])).err).toContain("give one URL");
    expect((await command(["check", "not a url"])).code).toBe(2);
  });

  it("says which accounts it needs where sign-up is closed", async () => {
    const closed = await startServer({ signUp: "closed" }, { GOLDENPATH_MODEL: "none" });
    servers.push(closed);
    const checked = await command(["check", closed.url], {
      GOLDENPATH_CHECK_EMAIL: "a@example.com",
      GOLDENPATH_CHECK_PASSWORD: "a long enough password",
    });
    expect(checked.code).toBe(2);
    expect(checked.err).toContain("GOLDENPATH_CHECK_EMAIL_2, GOLDENPATH_CHECK_PASSWORD_2");
    expect(checked.err).not.toContain("GOLDENPATH_CHECK_EMAIL,");
  });

  it(
    "walks the whole path with accounts of a closed server, and leaves nothing but them",
    patient,
    async () => {
      const closed = await startServer({ signUp: "closed", data: folder() }, { GOLDENPATH_MODEL: "none" });
      servers.push(closed);
      const [admin, second] = [new TestUser(closed.url), new TestUser(closed.url)];
      await admin.request(String(closed.server.setupUrl));
      await admin.signUp();
      const { email, password } = second;
      await admin.json("POST", "/api/auth/admin/create-user", {
        name: "Second",
        email,
        password,
        role: "user",
      });
      const checked = await command(["check", closed.url, "--budget", "connect=60,first=60,run=600"], {
        GOLDENPATH_CHECK_EMAIL: admin.email,
        GOLDENPATH_CHECK_PASSWORD: admin.password,
        GOLDENPATH_CHECK_EMAIL_2: email,
        GOLDENPATH_CHECK_PASSWORD_2: password,
      });
      expect(checked.out).toContain("Health: 100 %");
      expect(checked.code).toBe(0);
      await admin.signIn();
      expect(await (await admin.request("/api/threads")).json()).toEqual({ threads: [] });
    },
  );

  it("writes JUnit, judges a budget, and leaves no account behind", patient, async () => {
    const open = await startServer({ page: false }, { GOLDENPATH_MODEL: "none" });
    servers.push(open);
    const junit = join(folder(), "check.xml");
    const checked = await command(["check", open.url, "--json", "--junit", junit, "--budget", "run=0.001"]);
    expect(checked.code).toBe(1);
    const { checks } = JSON.parse(checked.out) as { checks: { name: string; ok: boolean; detail: string }[] };
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["budget"]);
    expect(checks.find(({ name }) => name === "budget")?.detail).toMatch(
      /connect \d+ of 2000 ms.*run \d+ of 1 ms/,
    );
    const xml = readFileSync(junit, "utf8");
    expect(xml).toContain(`tests="${checks.length}" failures="1"`);
    expect(xml).toContain('<failure message="connect');
    // The first account of people is the admin's: whoever comes now is the first one.
    const first = new TestUser(open.url);
    await first.signUp();
    const users = (await (await first.request("/api/auth/admin/list-users?limit=10")).json()) as {
      users: unknown[];
    };
    expect(users.users).toHaveLength(1);
  });

  it("cleans up when it is stopped in the middle", async () => {
    const stop = Promise.withResolvers<void>();
    const slow = defineAgent({
      name: "slow",
      run: async (run) => {
        await run.think("The check is stopped now.");
        stop.resolve();
        await new Promise<void>((resolve) =>
          run.signal.addEventListener("abort", () => resolve(), { once: true }),
        );
      },
    });
    const open = await startServer({ agents: [slow], page: false });
    servers.push(open);
    const checked = await command(["check", open.url, "--json"], {}, stop.promise);
    expect(checked.code).toBe(1);
    const { checks } = JSON.parse(checked.out) as { checks: { name: string; ok: boolean; detail: string }[] };
    expect(checks.find(({ name }) => name === "ask")?.detail).toBe("stopped");
    expect(checks.find(({ name }) => name === "resume")?.detail).toBe("not tried: the check was stopped");
    expect(checks.at(-1)).toMatchObject({ name: "clean-up", ok: true });
    const first = new TestUser(open.url);
    await first.signUp();
    const users = (await (await first.request("/api/auth/admin/list-users?limit=10")).json()) as {
      users: unknown[];
    };
    expect(users.users).toHaveLength(1);
  });

  it("goes on every so often, and says so to Prometheus, until it is stopped", async () => {
    const nobody = "http://127.0.0.1:9";
    const stop = Promise.withResolvers<void>();
    const heard: string[] = [];
    const io = {
      out: (line: string) => {
        heard.push(line);
        stop.resolve();
      },
      err: (line: string) => heard.push(line),
      environment: {},
      terminal: { isTerminal: false, width: 80 },
      stopped: () => stop.promise,
    };
    expect(await runCommand(["check", nobody, "--every", "10s", "--metrics-port", "0"], io)).toBe(2);
    expect(heard[0]).toMatch(/^Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(heard[1]).toMatch(/^\S+Z {2}could not run: .*does not answer/);
    expect(heard).toHaveLength(2);
    for (const wrong of [
      ["--every", "5s"],
      ["--every", "often"],
      ["--metrics-port", "1"],
      ["--budget", "fast"],
    ]) {
      expect((await command(["check", nobody, ...wrong])).code, wrong.join(" ")).toBe(2);
    }
  });

  it("tries nothing more when nobody can sign in", async () => {
    const closed = await startServer({ signUp: "closed" }, { GOLDENPATH_MODEL: "none" });
    servers.push(closed);
    const nobody = { email: "nobody@example.com", password: "not a password of anybody" };
    const checked = await command(["check", closed.url, "--json"], {
      GOLDENPATH_CHECK_EMAIL: nobody.email,
      GOLDENPATH_CHECK_PASSWORD: nobody.password,
      GOLDENPATH_CHECK_EMAIL_2: nobody.email,
      GOLDENPATH_CHECK_PASSWORD_2: nobody.password,
    });
    expect(checked.code).toBe(1);
    const { checks } = JSON.parse(checked.out) as { checks: { name: string; detail: string }[] };
    expect(checks.find(({ name }) => name === "resume")?.detail).toBe("not tried: nobody could sign in");
  });

  it("finds what is broken: an agent without thoughts and tools, whose answer fails", async () => {
    const mute = defineAgent({
      name: "mute",
      run: async () => {
        throw new Error("out of order");
      },
    });
    const broken = await startServer({ agents: [mute], page: false });
    servers.push(broken);
    const checked = await command(["check", broken.url, "--json", "--timeout", "10"]);
    expect(checked.code).toBe(1);
    const { score, checks } = JSON.parse(checked.out) as {
      score: number;
      checks: { name: string; ok: boolean; detail: string }[];
    };
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(1);
    const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(failed).toEqual(expect.arrayContaining(["five events", "order", "answer"]));
    expect(failed).not.toContain("page");
    expect(checks.find(({ name }) => name === "page")?.detail).toBe("no page here");
    expect(failed).not.toContain("sign-in");
    expect(failed).not.toContain("private");
    expect(checks.find(({ name }) => name === "order")?.detail).toMatch(/agent_failed \(agent_error/);
  });
});
