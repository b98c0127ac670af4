/**
 * The built page: files of one folder, named by the browser's path.
 *
 *  P1  Nothing outside of the folder is reachable, and nothing whose name begins with a dot.
 *  P2  Bounded: at most as many files are held as the folder has. A file that changed is read again.
 *  P3  Only these files are compressed; answers that hold a user's data are not, so their size tells nothing.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Context } from "hono";
import type { HttpEnv } from "./environment.ts";
import { refuse } from "./respond.ts";

const typeByExtension: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const compressible = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/;
/** Vite puts a hash of the content into these names. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const gzipAsync = promisify(gzip);

interface StoredFile {
  readonly changedAt: number;
  readonly type: string;
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer> | undefined;
}

export function servePage(folder: string): (context: Context<HttpEnv>) => Promise<Response> {
  const fileByPath = new Map<string, StoredFile>();

  async function load(path: string): Promise<StoredFile | undefined> {
    const file = join(folder, path);
    const changedAt = await changedAtOf(file);
    const found = fileByPath.get(path);
    if (changedAt === undefined) {
      fileByPath.delete(path);
      return undefined;
    }
    if (found?.changedAt === changedAt) return found;
    const stored = await read(file, changedAt);
    fileByPath.set(path, stored);
    return stored;
  }

  return async (context) => {
    const path = safePath(context.req.path);
    if (path === undefined) return refuse(context, "not_found", { message: "There is no such address." });
    const found = await load(path === "/" ? "/index.html" : path);
    if (found) return send(context, found, hashed.test(path));
    // Addresses of the page's own are for the page to read; a missing file is missing.
    if (extname(path) !== "") return refuse(context, "not_found", { message: "There is no such file." });
    const index = await load("/index.html");
    if (index) return send(context, index, false);
    return context.text("The page is not built. Run npm run build, then reload.\n", 503);
  };
}

/** P1 */
function safePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    if (/[\\\0]/.test(decoded)) return undefined;
    return decoded.split("/").some((part) => part.startsWith(".")) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function send(context: Context<HttpEnv>, file: StoredFile, immutable: boolean): Response {
  const zipped =
    file.zipped && /\bgzip\b/.test(context.req.header("accept-encoding") ?? "") ? file.zipped : undefined;
  const headers: Record<string, string> = {
    "content-type": file.type,
    "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: file.etag,
    ...(file.zipped && { vary: "accept-encoding" }),
    ...(zipped && { "content-encoding": "gzip" }),
  };
  if (context.req.header("if-none-match") === file.etag) return context.body(null, 304, headers);
  return context.body(zipped ?? file.plain, 200, headers);
}

async function changedAtOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? found.mtimeMs : undefined;
}

async function read(file: string, changedAt: number): Promise<StoredFile> {
  const plain = new Uint8Array(await readFile(file));
  const type = typeByExtension[extname(file)] ?? "application/octet-stream";
  const zipped =
    compressible.test(type) && plain.byteLength > 1_024 ? new Uint8Array(await gzipAsync(plain)) : undefined;
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { changedAt, type, etag, plain, zipped };
}
