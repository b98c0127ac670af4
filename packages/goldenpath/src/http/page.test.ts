import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpEnv } from "./environment.ts";
import { servePage } from "./page.ts";
import { securityHeaders } from "./security-headers.ts";

const script = `console.log(${JSON.stringify("x".repeat(5_000))});`;
let folder: string;
let url: string;
let close: () => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-page-"));
  mkdirSync(join(folder, "page/assets"), { recursive: true });
  writeFileSync(join(folder, "secret"), "outside");
  writeFileSync(join(folder, "page/.env"), "hidden");
  writeFileSync(join(folder, "page/index.html"), "<!doctype html><title>page</title>");
  writeFileSync(join(folder, "page/assets/index-Bx9_kA2f.js"), script);
  const app = new Hono<HttpEnv>();
  app.use(securityHeaders({ own: ["https://chat.example.com"], listed: [] }));
  app.get("*", servePage(join(folder, "page")));
  const http = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  close = () => http.closeAllConnections();
});
afterAll(() => {
  close();
  rmSync(folder, { recursive: true });
});

/** The path as it is, without the tidying that fetch does to it. */
function raw(path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path }, (response) => {
      let text = `${response.statusCode} `;
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

describe("the page", () => {
  it("is index.html for every address of its own, to be asked for anew", async () => {
    for (const path of ["/", "/threads/abc", "/settings"]) {
      const response = await fetch(url + path);
      expect(await response.text()).toContain("<title>page</title>");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
    const etag = (await fetch(url)).headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("keeps hashed files for ever, and compresses them", async () => {
    const path = `${url}/assets/index-Bx9_kA2f.js`;
    const response = await fetch(path, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(Number(response.headers.get("content-length"))).toBeLessThan(500);
    expect(await response.text()).toBe(script);
    const plain = await fetch(path, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
  });

  it("sees a rebuilt file", async () => {
    const file = join(folder, "page/note.txt");
    writeFileSync(file, "first");
    expect(await (await fetch(`${url}/note.txt`)).text()).toBe("first");
    rmSync(file);
    expect((await fetch(`${url}/note.txt`)).status).toBe(404);
  });

  it.each([
    "/../secret",
    "/%2e%2e/secret",
    "/assets/../../secret",
    "/assets\\..\\..\\secret",
    "/..%2fsecret",
  ])("P1: has nothing outside of the folder at %s", async (path) => {
    // Where the HTTP layer tidies the path, what remains is an address of the page's own.
    expect(await raw(path)).toMatch(/^(404|400) |<title>page<\/title>/);
    expect(await raw(path)).not.toContain("outside");
  });

  it.each(["/.env", "/assets/..%2f.env", "/%00", "/%ff", "/assets/missing-Bx9_kA2f.js"])(
    "P1: has nothing at %s",
    async (path) => {
      expect(await raw(path)).toMatch(/^404 /);
    },
  );

  it("comes with headers that let nothing foreign in", async () => {
    const { headers } = await fetch(url);
    expect(headers.get("content-security-policy")).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  });
});
