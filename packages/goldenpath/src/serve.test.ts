import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { closeCodes } from "@goldenpath/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mount, serve } from "./serve.ts";
import { echo } from "./test-agent.ts";
import { signedUp, startServer, type TestServer, TestUser } from "./test-server.ts";

const execute = promisify(execFile);
let at: TestServer;

beforeAll(async () => {
  at = await startServer({ agents: [echo] });
});
afterAll(() => at.close());

describe("closed sign-up", () => {
  it("gives the first account to whoever has the printed link, and to nobody else", async () => {
    const closed = await startServer({ agents: [echo], signUp: "closed" });
    try {
      expect((await new TestUser(closed.url).signUp()).status).toBe(403);
      const admin = new TestUser(closed.url);
      const wrong = await admin.request("/setup?token=wrong");
      expect(wrong.status).toBe(404);
      const opened = await admin.request(String(closed.server.setupUrl));
      expect([opened.status, opened.headers.get("location")]).toEqual([303, "/"]);
      expect(await (await admin.request("/api/me")).json()).toMatchObject({ signUpOpen: true });
      expect((await admin.signUp()).status).toBe(200);
      expect(await (await admin.request("/api/me")).json()).toMatchObject({ user: { role: "admin" } });
      expect(closed.server.setupUrl).toBeUndefined();
      const again = await admin.request(String(opened.url), { headers: { accept: "text/html,*/*" } });
      expect(again.status).toBe(404);
      expect(await again.text()).toMatch(/there is an account already.*\nSign in at http:.*\/\n$/);
      expect((await new TestUser(closed.url).signUp()).status).toBe(403);
    } finally {
      await closed.close();
    }
  });
});

describe("starting and stopping", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "goldenpath-start-"));

  it("keeps everything over a restart, sessions too, and its secret to itself", async () => {
    const data = folder();
    const first = await startServer({ agents: [echo], data });
    const user = await signedUp(first.url);
    const socket = await user.live();
    const { threadId } = await user.ask(socket, "remember me");
    await socket.event((event) => event.type === "agent_completed");
    await first.close();
    for (const file of ["secret", "goldenpath.db"]) {
      expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(data, "secret"), "utf8")).toMatch(/^[0-9a-f]{64}$/);
    const second = await startServer({ agents: [echo], data });
    const back = new TestUser(second.url);
    back.cookie = user.cookie;
    expect((await back.request(`/api/threads/${threadId}`)).status).toBe(200);
    await second.close();
    rmSync(data, { recursive: true });
  });

  it("tells clients to come back, and closes their sockets", async () => {
    const one = await startServer({ agents: [echo], drainMs: 50 });
    const user = await signedUp(one.url);
    const socket = await user.live();
    const [code] = await Promise.all([socket.closed(), one.close()]);
    expect(socket.frames.some((frame) => frame.type === "goaway")).toBe(true);
    expect(code).toBe(closeCodes.going_away.code);
    await expect(fetch(one.url)).rejects.toThrow();
  });

  it.each<[string, (data: string) => void, RegExp]>([
    [
      "a file where the folder should be",
      (data) => writeFileSync(data, "x"),
      /^The data folder .* cannot be used/,
    ],
    [
      "a damaged database",
      (data) => {
        mkdirSync(data);
        writeFileSync(
          join(data, "goldenpath.db"),
          "not a database, but long enough to look like one".repeat(50),
        );
      },
      /not a usable database/,
    ],
    [
      "a damaged secret",
      (data) => {
        mkdirSync(data);
        writeFileSync(join(data, "secret"), "short");
      },
      /^.*secret is damaged/,
    ],
    [
      "a database of a newer version",
      (data) => {
        mkdirSync(data);
        const database = new DatabaseSync(join(data, "goldenpath.db"));
        database.exec(
          "CREATE TABLE gp_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL); INSERT INTO gp_meta VALUES ('version', '999')",
        );
        database.close();
      },
      /newer version/,
    ],
  ])("names %s and what to do, and can be started again", async (_what, spoil, message) => {
    const data = join(folder(), "data");
    spoil(data);
    await expect(serve({ agents: [echo], port: 0, data, logLevel: "silent" }, {})).rejects.toThrow(message);
    rmSync(data, { recursive: true });
    const one = await startServer({ agents: [echo], data });
    await one.close();
  });

  it("leaves nothing running when what it finds cannot be read (S1)", async () => {
    const data = folder();
    await (await startServer({ agents: [echo], data })).close();
    const database = new DatabaseSync(join(data, "goldenpath.db"));
    // A run of which not even the number of attempts can be read.
    database.exec(`
      ALTER TABLE gp_run RENAME TO gp_run_before;
      CREATE VIEW gp_run AS SELECT 'u' AS user_id, 'r' AS run_id, 't' AS thread_id, 'a' AS agent, 'm' AS message_id,
        abs(-9223372036854775807 - 1) AS attempt, 'gone' AS owner, 'active' AS state, 1 AS first_offset,
        1 AS last_offset, 1 AS seq, 1 AS started_at, NULL AS ended_at;
      CREATE TRIGGER gp_run_put INSTEAD OF INSERT ON gp_run BEGIN SELECT 1; END;
    `);
    database.close();
    const program = `
      import { serve } from ${JSON.stringify(new URL("serve.ts", import.meta.url).href)};
      const start = serve({ port: 0, data: ${JSON.stringify(data)}, logLevel: "silent" }, { GOLDENPATH_MODEL: "none" });
      await start.catch((error) => console.log(error.message));
    `;
    const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", program], {
      timeout: 25_000,
    });
    expect(stdout).toContain("integer overflow");
  });

  it("refuses a folder that another server uses, and a port that is taken", async () => {
    const again = serve({ agents: [echo], port: 0, data: at.data, logLevel: "silent" }, {});
    await expect(again).rejects.toThrow(/in use by another process/);
    const port = Number(new URL(at.url).port);
    const taken = serve({ agents: [echo], port, data: folder(), logLevel: "silent" }, {});
    await expect(taken).rejects.toThrow(new RegExp(`Port ${port} is in use.*: PORT=\\d+\\.$`));
    const measured = { agents: [echo], port: 0, data: folder(), logLevel: "silent" } as const;
    await expect(serve({ ...measured, metrics: `${port}` }, {})).rejects.toThrow(
      new RegExp(`Port ${port} is in use.*: GOLDENPATH_METRICS=\\d+\\.$`),
    );
  });

  it("survives an upgrade elsewhere that is cut while it is refused", async () => {
    const { hostname, port } = new URL(at.url);
    for (let cut = 0; cut < 20; cut++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            "GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
          );
          socket.resetAndDestroy();
        });
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
      });
    }
    expect((await fetch(`${at.url}/healthz`)).status).toBe(200);
  });

  it("keeps sign-up closed on a mounted server that others may reach", async () => {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "0.0.0.0", resolve));
    const data = folder();
    const mounted = await mount(http, { agents: [echo], data, logLevel: "silent", drainMs: 0 }, {});
    expect((await new TestUser(mounted.url).signUp()).status).toBe(403);
    expect(mounted.setupUrl).toContain("/setup?token=");
    await mounted.close();
    await new Promise((resolve) => http.close(resolve));
    rmSync(data, { recursive: true });
  });

  it("mounts on a server that has addresses of its own", async () => {
    const http = createServer((_request, response) => response.end("mine"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const data = folder();
    const mounted = await mount(http, { agents: [echo], data, logLevel: "silent", drainMs: 0 }, {});
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    expect(mounted.url).toBe(url);
    expect(await (await fetch(`${url}/api/else`)).text()).toBe("mine");
    expect(await (await fetch(url)).text()).toBe("mine");
    const user = await signedUp(url);
    const socket = await user.live();
    await user.ask(socket, "hi");
    await mounted.close();
    expect(await (await fetch(`${url}/api/me`)).text()).toBe("mine");
    const early = createServer();
    const later = await mount(
      early,
      { agents: [echo], data, url: "http://localhost:9", logLevel: "silent", drainMs: 0 },
      {},
    );
    expect(later.url).toBe("http://localhost:9");
    await expect(mount(early, { agents: [echo], data })).rejects.toThrow(/^mount: give url/);
    await later.close();
    await new Promise((resolve) => http.close(resolve));
    rmSync(data, { recursive: true });
  });
});
