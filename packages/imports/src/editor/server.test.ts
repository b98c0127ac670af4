import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultConfig } from "../config.ts";
import { formatLock, publicSurface } from "../contract.ts";
import { readProject } from "../tree-project.ts";
import { FrameReader, frame, type Message } from "./json-rpc.ts";
import { Positions } from "./positions.ts";
import { LanguageServer } from "./server.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "goldenpath-editor-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return pathToFileURL(join(root, path)).href;
}

/** An editor: speaks frames, keeps what it is told, and holds the clock. */
class Editor {
  readonly received: Message[] = [];
  readonly exits: number[] = [];
  readonly #reader = new FrameReader();
  readonly #tasks = new Set<() => void>();
  readonly #server = new LanguageServer({
    write: (text) => {
      const reading = this.#reader.read(Buffer.from(text));
      if (reading.is === "messages") this.received.push(...reading.messages);
    },
    after: (_delayMs, task) => {
      this.#tasks.add(task);
      return { cancel: () => void this.#tasks.delete(task) };
    },
    today: () => "2026-01-01",
    exit: (code) => void this.exits.push(code),
  });
  #id = 0;

  send(message: Message): void {
    this.#server.receive(Buffer.from(frame(message)));
  }

  ask(method: string, params: unknown): Message | undefined {
    const id = ++this.#id;
    this.send({ id, method, params });
    return this.received.find((one) => one.id === id);
  }

  async start(): Promise<void> {
    this.ask("initialize", { rootUri: pathToFileURL(root).href });
    this.send({ method: "initialized", params: {} });
    await this.#server.ready();
  }

  /** Lets the delay pass. */
  pass(): number {
    const due = [...this.#tasks];
    this.#tasks.clear();
    for (const task of due) task();
    return due.length;
  }

  diagnostics(uri: string): readonly { readonly code: string; readonly range: unknown }[] {
    const published = this.received.filter((one) => one.method === "textDocument/publishDiagnostics");
    const params = published.map((one) => one.params as { uri: string; diagnostics: [] });
    return params.findLast((one) => one.uri === uri)?.diagnostics ?? [];
  }

  raw(bytes: string): void {
    this.#server.receive(Buffer.from(bytes));
  }
}

describe("an editor", () => {
  test("is told when a document breaks the locked surface", async () => {
    put("index.ts", "export const kept = 1;\nexport const gone = 2;\n");
    const { project } = await readProject(root, defaultConfig);
    put(defaultConfig.lock, formatLock(publicSurface(project, defaultConfig)));
    const uri = put("index.ts", "export const kept = 1;\n");
    const editor = new Editor();
    await editor.start();
    const text = "export const kept = 1;\n";
    editor.send({
      method: "textDocument/didOpen",
      params: { textDocument: { uri, text, languageId: "typescript" } },
    });
    editor.pass();
    expect(editor.diagnostics(uri).map((one) => one.code)).toEqual(["export-contract"]);
  });

  test("sees the findings of what is open, follows its changes, and loses them on close", async () => {
    put("b.ts", "export const b = 1;\n");
    const uri = put("a.ts", 'import { gone } from "./b";\n');
    const editor = new Editor();
    await editor.start();
    editor.send({
      method: "textDocument/didOpen",
      params: { textDocument: { uri, text: 'import { gone } from "./b";\n' } },
    });
    editor.pass();
    expect(editor.diagnostics(uri).map((one) => one.code)).toEqual(["unresolved-symbol"]);
    expect(editor.diagnostics(uri)[0]?.range).toEqual({
      start: { line: 0, character: 9 },
      end: { line: 0, character: 13 },
    });
    const changed = { textDocument: { uri }, contentChanges: [{ text: 'import { b } from "./b";\n' }] };
    editor.send({ method: "textDocument/didChange", params: changed });
    editor.send({ method: "textDocument/didChange", params: changed });
    expect(editor.pass()).toBe(1); // E2
    expect(editor.diagnostics(uri)).toEqual([]);
    editor.send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
    editor.pass();
    expect(editor.diagnostics(uri)).toEqual([]);
  });

  test("learns on hover where a name comes from", async () => {
    put("c.ts", "\n\nexport async function far() {}\n");
    put("b.ts", 'export { far as near } from "./c";\n');
    const uri = put("a.ts", 'import { near } from "./b";\n');
    const editor = new Editor();
    await editor.start();
    const answer = editor.ask("textDocument/hover", {
      textDocument: { uri },
      position: { line: 0, character: 10 },
    });
    const shown = JSON.stringify(answer?.result);
    expect(shown).toContain("is an async function of `c.ts:3`");
    expect(shown).toContain("1. `b.ts:1` `near`");
    const nothing = editor.ask("textDocument/hover", {
      textDocument: { uri },
      position: { line: 0, character: 0 },
    });
    expect(nothing?.result).toBeNull();
  });

  test("is offered a comment that silences a finding", async () => {
    const text = 'import "./gone";\n';
    const uri = put("a.ts", text);
    const editor = new Editor();
    await editor.start();
    editor.send({ method: "textDocument/didOpen", params: { textDocument: { uri, text } } });
    editor.pass();
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const answer = editor.ask("textDocument/codeAction", { textDocument: { uri }, range, context: {} });
    expect(answer?.result).toMatchObject([
      {
        kind: "quickfix",
        edit: { changes: { [uri]: [{ newText: "// goldenpath-ignore unresolved-module -- say why\n" }] } },
      },
    ]);
  });

  test("is offered the fixes of a saved document, one by one and together", async () => {
    put("goldenpath.imports.json", '{"canonical": [{"symbol": "shop.store:Manager"}]}');
    put("shop/__init__.py", "");
    put("shop/store.py", "class Manager: pass\n\n\nclass Other: pass\n");
    put("shop/shim.py", "from shop.store import Manager, Other\n");
    put("other.py", "from shop.store import Other\n");
    const text = "# é\nfrom shop.shim import Manager\nfrom shop.shim import Other\n";
    const uri = put("a.py", text);
    const editor = new Editor();
    await editor.start();
    editor.send({ method: "textDocument/didOpen", params: { textDocument: { uri, text } } });
    editor.pass();
    const offered = (): readonly { title: string; kind: string; edit: unknown }[] => {
      const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 9 } };
      const params = { textDocument: { uri }, range, context: {} };
      return editor.ask("textDocument/codeAction", params)?.result as [];
    };
    const rewritten = (line: number) => {
      const range = { start: { line, character: 5 }, end: { line, character: 14 } };
      return { changes: { [uri]: [{ range, newText: "shop.store" }] } };
    };
    const fixes = offered().filter(({ title }) => !title.startsWith("Ignore"));
    expect(fixes.map(({ title, kind, edit }) => ({ title, kind, edit }))).toEqual([
      { title: "import it from shop.store", kind: "quickfix", edit: rewritten(1) },
      // That of a note is offered by itself alone.
      { title: "import it from shop.store", kind: "quickfix", edit: rewritten(2) },
      { title: "Fix all imports", kind: "source.fixAll", edit: rewritten(1) },
    ]);
    const contentChanges = [{ text: `${text}\n` }];
    editor.send({ method: "textDocument/didChange", params: { textDocument: { uri }, contentChanges } });
    editor.pass();
    expect(offered().filter(({ title }) => !title.startsWith("Ignore"))).toEqual([]);
  });

  test("gets one answer to every request, whatever it asks (E1)", async () => {
    const editor = new Editor();
    expect(editor.ask("textDocument/hover", {})?.error).toMatchObject({ code: -32_002 });
    await editor.start();
    expect(editor.ask("no/such/thing", null)?.error).toMatchObject({ code: -32_601 });
    expect(editor.ask("textDocument/hover", { textDocument: { uri: "untitled:x" } })?.result).toBeNull();
    expect(editor.ask("shutdown", null)?.result).toBeNull();
    editor.send({ method: "exit" });
    expect(editor.exits).toEqual([0]);
  });

  test("that sends what is no frame is told, and the server ends", () => {
    const editor = new Editor();
    editor.raw("Content-Length: 3\r\n\r\nabc");
    expect(editor.exits).toEqual([1]);
    expect(editor.received[0]?.method).toBe("window/logMessage");
  });
});

test("frames survive any cut of the stream", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      (texts, size) => {
        const bytes = Buffer.from(
          texts.map((text, id) => frame({ id, method: "m", params: text.toWellFormed() })).join(""),
        );
        const reader = new FrameReader();
        const found: Message[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          const reading = reader.read(bytes.subarray(at, at + size));
          if (reading.is === "messages") found.push(...reading.messages);
        }
        expect(found.map((one) => one.params)).toEqual(texts.map((text) => text.toWellFormed()));
      },
    ),
    { numRuns: 40 },
  );
});

test("positions and bytes lead to each other", () => {
  const text = fc
    .array(fc.constantFrom("a", "é", "🤨", "\n", "\r\n", " "), { maxLength: 30 })
    .map((one) => one.join(""));
  fc.assert(
    fc.property(text, fc.nat(), (source, pick) => {
      const cuts = [0];
      for (const one of source.match(/\r\n|[\s\S]/gu) ?? [])
        cuts.push((cuts.at(-1) ?? 0) + Buffer.byteLength(one));
      const byte = cuts[pick % cuts.length] ?? 0;
      const positions = new Positions(Buffer.from(source));
      expect(positions.byteAt(positions.at(byte))).toBe(byte);
    }),
  );
});
