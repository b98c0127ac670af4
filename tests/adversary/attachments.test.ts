/** Files that are not what they claim, have hostile names, or are too much; and a paste that is. */
import { limits } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { codeOf, openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await openStage();
  person = await stage.person();
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

const bytes = (...values: number[]) => new Uint8Array(values);
const zip = bytes(0x50, 0x4b, 3, 4, 0, 0, 0, 0);

describe("an attachment that is not what it claims", () => {
  it.each<[string, string, string, Uint8Array<ArrayBuffer> | string]>([
    ["a spreadsheet named .csv", "spend.csv", "text/csv", zip],
    ["UTF-16 named .csv", "spend.csv", "text/csv", bytes(0xff, 0xfe, 0x61, 0)],
    ["a NUL in text", "notes.txt", "text/plain", "a\0b"],
    ["half a character", "notes.md", "text/markdown", bytes(0x61, 0xc3)],
    ["a program named .png", "photo.png", "image/png", "MZ\u0090"],
    ["HTML named .pdf", "paper.pdf", "application/pdf", "<script>alert(1)</script>"],
    ["HTML that says it is a picture", "photo", "image/gif", "<html>"],
    ["text named .json", "data.json", "application/json", "{no json"],
    ["nothing", "empty.csv", "text/csv", ""],
    ["nothing of no type", "empty", "", ""],
  ])("%s is refused with a code and a text", async (_what, name, type, body) => {
    const answer = await person.upload(name, body, type);
    expect(answer.status).toBe(422);
    expect(codeOf(answer)).toBe("attachment_invalid");
  });

  it("is not shown inline, whatever its type", async () => {
    const html = "<script>fetch('/api/threads')</script>";
    for (const type of [
      "text/html",
      "image/svg+xml",
      "application/xhtml+xml",
      "text/html;\u00a0x",
      "nonsense",
    ]) {
      const stored = await person.upload("page", html, type);
      expect(stored.status, stored.text).toBe(200);
      const { attachmentId } = stored.body as { attachmentId: string };
      const back = await person.get(`/api/attachments/${attachmentId}`);
      expect(back.text).toBe(html);
      expect(back.headers.get("content-disposition")).toMatch(/^attachment;/);
      expect(back.headers.get("x-content-type-options")).toBe("nosniff");
      // Kept by this browser for this session only.
      expect(back.headers.get("vary")).toMatch(/cookie/);
      expect(back.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  it("is named in a message otherwise than it was stored", async () => {
    const stored = (await person.upload("real.csv", "a\n1\n")).body as { attachmentId: string };
    const line = await person.line();
    const real = {
      type: "attachment",
      attachmentId: stored.attachmentId,
      name: "real.csv",
      mediaType: "text/csv",
      bytes: 4,
    };
    for (const lie of [{ name: "other.csv" }, { mediaType: "text/html" }, { bytes: 5 }]) {
      const answer = await line.command({
        type: "send",
        id: `lie-${Object.keys(lie)[0]}`,
        agent: "echo",
        parts: [{ ...real, ...lie }],
      });
      expect(answer).toMatchObject({ type: "error", code: "attachment_invalid", retry: "never" });
    }
    const told = await line.command({ type: "send", id: "truth", agent: "echo", parts: [real] });
    expect(told.type).toBe("done");
  });
});

describe("a hostile name", () => {
  it.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\windows\\system.ini", "system.ini"],
    ["a\r\nSet-Cookie: x=y.txt", "aSet-Cookie: x=y.txt"],
    ["first\n../../second.txt", "second.txt"],
    ["first\u2028/../second.txt", "second.txt"],
    ["in\u202etxt.exe", "intxt.exe"],
    ["\u0085next.txt", "next.txt"],
    ['"; filename=evil.html', '"; filename=evil.html'],
    ["it's (1)*.txt", "it's (1)*.txt"],
    ["__proto__", "__proto__"],
    ["x.constructor", "x.constructor"],
    ["x.toString", "x.toString"],
    ["%", "%"],
    ["😀.txt", "😀.txt"],
  ])("%j is kept as %j", async (name, kept) => {
    const stored = await person.upload(name, "text");
    expect(stored.body).toMatchObject({ name: kept });
    const { attachmentId } = stored.body as { attachmentId: string };
    const back = await person.get(`/api/attachments/${attachmentId}`);
    const disposition = back.headers.get("content-disposition") ?? "";
    // RFC 8187: nothing but attr-char and percent signs in the value.
    expect(disposition).toMatch(/^attachment; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/);
    expect(decodeURIComponent(disposition.slice("attachment; filename*=UTF-8''".length))).toBe(kept);
  });

  it.each(["", "/", "..", ".", "../..", "\n\r", "x".repeat(300)])("%j is refused", async (name) => {
    const answer = await person.upload(name, "text");
    expect(answer.status).toBe(422);
    expect(codeOf(answer)).toBe("attachment_invalid");
  });

  it.each(["%", "%ff", "%ed%a0%80", "%c0%ae%c0%ae%2f"])("the header %j is refused", async (header) => {
    const answer = await person.request("/api/attachments", {
      method: "POST",
      headers: { "x-file-name": header, "content-type": "text/plain" },
      body: "text",
    });
    expect(codeOf(answer)).toBe("attachment_invalid");
  });
});

describe("too much", () => {
  it("a file over the limit is refused before it is sent, by its announced length", async () => {
    const head = `POST /api/attachments HTTP/1.1\r\nHost: x\r\nCookie: ${person.cookie}\r\nX-File-Name: a.txt\r\n`;
    const answer = await stage.raw(
      `${head}Content-Length: ${limits.attachmentBytesMax + 1}\r\n\r\nabc`,
      (text) => text.includes("attachment_too_large"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("a 10 MB paste is a file, and as JSON it is refused with a code", async () => {
    const paste = "ü".repeat(5_000_000);
    const stored = await person.upload("paste.txt", paste, "text/plain");
    expect(stored.body).toMatchObject({ bytes: 10_000_000 });
    const line = await person.line();
    const { threadId } = await line.ask("hello", "echo");
    for (const [method, path] of [
      ["PATCH", `/api/threads/${threadId}`],
      ["POST", "/api/auth/sign-in/email"],
      ["POST", "/api/auth/update-user"],
    ] as const) {
      const answer = await person.json(method, path, { title: paste, name: paste });
      expect([400, 413], `${path}: ${answer.text.slice(0, 200)}`).toContain(answer.status);
      expect(["bad_frame", "frame_too_large"]).toContain(codeOf(answer));
    }
  });

  it("large files in many messages are not read to judge them, and nobody waits for it", async () => {
    const bytes = limits.attachmentBytesMax;
    const stored = await person.upload("large.txt", new Uint8Array(bytes).fill(97), "text/plain");
    const { attachmentId } = stored.body as { attachmentId: string };
    const file = { type: "attachment", attachmentId, name: "large.txt", mediaType: "text/plain", bytes };
    const parts = Array(limits.messagePartsMax).fill(file);
    const lines = await Promise.all(Array.from({ length: 4 }, () => person.line()));
    const before = process.cpuUsage();
    const answers = lines.map((line, at) =>
      line.command({ type: "send", id: `large-${at}`, agent: "echo", parts }),
    );
    await stage.proveUnharmed();
    expect(new Set((await Promise.all(answers)).map((answer) => answer.type))).toEqual(new Set(["done"]));
    // Reading them takes ten seconds of a processor: 4 messages, 16 files each, 32 MiB every time.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
