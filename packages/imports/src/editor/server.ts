/**
 * A language server over any pair of streams: diagnostics of open documents, fixes as code actions, and on
 * hover where an import leads.
 *
 * Invariants
 * E1 Every request is answered once, with a result or an error; notifications never are.
 * E2 Diagnostics speak of the latest text: a change cancels the check that waits.
 * E3 A failure of one check is told to the person, and the server goes on.
 */

import { isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Finding, Severity } from "../finding.ts";
import { codeActions } from "./actions.ts";
import { hoverText } from "./hover.ts";
import { FrameReader, frame, type Message } from "./json-rpc.ts";
import { type Position, Positions, type Range } from "./positions.ts";
import { openSession, type Session } from "./session.ts";

export type Timer = { cancel(): void };

export type ServerOptions = {
  /** Sends bytes to the editor. */
  readonly write: (text: string) => void;
  /** Runs `task` after `delayMs`, unless it is cancelled before. */
  readonly after: (delayMs: number, task: () => void) => Timer;
  /** `YYYY-MM-DD`, for rules with a date. */
  readonly today: () => string;
  /** The process may end with this code. */
  readonly exit: (code: number) => void;
};

const CHANGE_DELAY_MS = 250;
const DIAGNOSTICS_MAX = 1_000;
const SEVERITY: { readonly [severity in Severity]: number } = { error: 1, warning: 2, note: 3 };
const TAGS: { readonly [rule: string]: readonly number[] } = { "unused-export": [1], "deprecated-path": [2] };

const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INTERNAL_ERROR = -32_603;
const NOT_INITIALIZED = -32_002;

type Json = { readonly [key: string]: unknown };
type Phase =
  | { readonly is: "new" }
  | { readonly is: "reading" }
  | { readonly is: "live"; readonly session: Session }
  | { readonly is: "failed"; readonly message: string }
  | { readonly is: "closing" };

export class LanguageServer {
  readonly #options: ServerOptions;
  readonly #reader = new FrameReader();
  /** Text of open documents by path relative to the root. */
  readonly #open = new Map<string, { readonly uri: string; readonly text: string }>();
  readonly #findingsByPath = new Map<string, readonly Finding[]>();
  #phase: Phase = { is: "new" };
  #root = "";
  #waiting: Timer | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Takes bytes from the editor. */
  receive(chunk: Uint8Array): void {
    const reading = this.#reader.read(chunk);
    if (reading.is === "broken") {
      this.#log(`the editor sent ${reading.why}`);
      this.#options.exit(1);
      return;
    }
    for (const message of reading.messages) this.#dispatch(message);
  }

  /** Resolves when the tree has been read. Until then hovers and actions are answered with nothing. */
  async ready(): Promise<void> {
    await this.#reading;
  }

  #dispatch(message: Message): void {
    if (message.method === undefined) return;
    const params = asJson(message.params);
    if (message.id === undefined || message.id === null) {
      this.#notification(message.method, params);
      return;
    }
    try {
      this.#request(message.id, message.method, params);
    } catch (error) {
      this.#refuse(message.id, INTERNAL_ERROR, String(error)); // E1
    }
  }

  #request(id: number | string, method: string, params: Json): void {
    if (method === "initialize") {
      this.#root = rootOf(params);
      this.#answer(id, { capabilities: CAPABILITIES, serverInfo: { name: "goldenpath-imports" } });
      return;
    }
    if (method === "shutdown") {
      this.#phase = { is: "closing" };
      this.#waiting?.cancel();
      this.#answer(id, null);
      return;
    }
    if (this.#phase.is === "new") {
      this.#refuse(id, NOT_INITIALIZED, "initialize first");
      return;
    }
    if (this.#phase.is === "closing") {
      this.#refuse(id, INVALID_REQUEST, "the server is shutting down");
      return;
    }
    const session = this.#phase.is === "live" ? this.#phase.session : undefined;
    switch (method) {
      case "textDocument/hover":
        this.#answer(id, session === undefined ? null : this.#hover(session, params));
        return;
      case "textDocument/codeAction":
        this.#answer(id, session === undefined ? [] : this.#actions(session, params));
        return;
      default:
        this.#refuse(id, METHOD_NOT_FOUND, `${method} is not supported`);
    }
  }

  #notification(method: string, params: Json): void {
    switch (method) {
      case "initialized":
        this.#phase = { is: "reading" };
        this.#reading = this.#readTree();
        return;
      case "textDocument/didOpen":
      case "textDocument/didChange":
      case "textDocument/didSave":
        this.#lay(params);
        return;
      case "textDocument/didClose":
        this.#close(params);
        return;
      case "workspace/didChangeWatchedFiles":
        this.#reread(params);
        return;
      case "exit":
        this.#options.exit(this.#phase.is === "closing" ? 0 : 1);
    }
  }

  async #readTree(): Promise<void> {
    try {
      const reading = await openSession(this.#root, this.#options.today());
      if (this.#phase.is === "closing") return;
      if (reading.is === "failed") {
        this.#phase = { is: "failed", message: reading.message };
        this.#show(reading.message);
        return;
      }
      this.#phase = { is: "live", session: reading.session };
      for (const [path, document] of this.#open) reading.session.lay(path, document.text);
      this.#check();
    } catch (error) {
      this.#phase = { is: "failed", message: String(error) };
      this.#show(`the imports could not be read: ${String(error)}`); // E3
    }
  }

  #lay(params: Json): void {
    const document = asJson(params.textDocument);
    const uri = String(document.uri ?? "");
    const path = this.#pathOf(uri);
    if (path === undefined) return;
    const text = textOf(params, document);
    if (text !== undefined) {
      this.#open.set(path, { uri, text });
      if (this.#phase.is === "live") this.#phase.session.lay(path, text);
    }
    this.#checkSoon();
  }

  #close(params: Json): void {
    const uri = String(asJson(params.textDocument).uri ?? "");
    const path = this.#pathOf(uri);
    if (path === undefined) return;
    this.#open.delete(path);
    this.#findingsByPath.delete(path);
    if (this.#phase.is === "live") this.#phase.session.lay(path, undefined);
    this.#notify("textDocument/publishDiagnostics", { uri, diagnostics: [] });
  }

  #reread(params: Json): void {
    if (this.#phase.is !== "live" || !Array.isArray(params.changes)) return;
    for (const change of params.changes) {
      const path = this.#pathOf(String(asJson(change).uri ?? ""));
      if (path !== undefined && !this.#open.has(path)) this.#phase.session.reread(path);
    }
    this.#checkSoon();
  }

  /** E2 */
  #checkSoon(): void {
    this.#waiting?.cancel();
    this.#waiting = this.#options.after(CHANGE_DELAY_MS, () => this.#check());
  }

  #check(): void {
    if (this.#phase.is !== "live") return;
    const { session } = this.#phase;
    try {
      const findings = session.findings(this.#open.keys());
      for (const [path, { uri }] of this.#open) {
        const own = findings.filter((one) => one.file === path).slice(0, DIAGNOSTICS_MAX);
        this.#findingsByPath.set(path, own);
        this.#notify("textDocument/publishDiagnostics", { uri, diagnostics: own.map(diagnosticOf) });
      }
    } catch (error) {
      this.#show(`the imports could not be checked: ${String(error)}`); // E3
    }
  }

  #hover(session: Session, params: Json): Json | null {
    const path = this.#pathOf(String(asJson(params.textDocument).uri ?? ""));
    const bytes = path === undefined ? undefined : session.bytes(path);
    const position = asPosition(params.position);
    if (path === undefined || bytes === undefined || position === undefined) return null;
    const positions = new Positions(bytes);
    const at = session.importAt(path, positions.byteAt(position));
    if (at === undefined) return null;
    const place = at.name ?? at.statement.at;
    return {
      contents: { kind: "markdown", value: hoverText(session.project, at) },
      range: positions.range(place.start, place.end),
    };
  }

  #actions(session: Session, params: Json): readonly Json[] {
    const uri = String(asJson(params.textDocument).uri ?? "");
    const path = this.#pathOf(uri);
    const range = asRange(params.range);
    if (path === undefined || range === undefined) return [];
    return codeActions({
      findings: this.#findingsByPath.get(path) ?? [],
      range,
      path,
      uriOf: (file) => this.#open.get(file)?.uri ?? pathToFileURL(resolve(this.#root, file)).href,
      bytesOf: (file) => session.bytes(file),
      diagnosticOf,
    });
  }

  /** Relative to the root, with `/`; undefined for what lies outside or is no file. */
  #pathOf(uri: string): string | undefined {
    if (!uri.startsWith("file:")) return undefined;
    try {
      const path = relative(this.#root, fileURLToPath(uri));
      return path === "" || path.startsWith("..") || isAbsolute(path) ? undefined : path.split(sep).join("/");
    } catch {
      // A URI that names no path of this machine is nobody's file.
      return undefined;
    }
  }

  #answer(id: number | string, result: unknown): void {
    this.#options.write(frame({ id, result }));
  }

  #refuse(id: number | string, code: number, message: string): void {
    this.#options.write(frame({ id, error: { code, message } }));
  }

  #notify(method: string, params: unknown): void {
    this.#options.write(frame({ method, params }));
  }

  #show(message: string): void {
    this.#notify("window/showMessage", { type: 1, message: `goldenpath: ${message}` });
  }

  #log(message: string): void {
    this.#notify("window/logMessage", { type: 1, message: `goldenpath: ${message}` });
  }
}

const CAPABILITIES = {
  positionEncoding: "utf-16",
  textDocumentSync: { openClose: true, change: 1, save: { includeText: false } },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll"] },
};

function diagnosticOf(finding: Finding): Json {
  const line = finding.line - 1;
  const start = { line, character: finding.column - 1 };
  const end = { line, character: Math.max(finding.column, finding.endColumn - 1) };
  const tags = TAGS[finding.rule];
  return {
    range: { start, end },
    severity: SEVERITY[finding.severity],
    code: finding.rule,
    source: "goldenpath",
    message: [finding.message, ...finding.why].join("\n"),
    ...(tags === undefined ? {} : { tags }),
    data: finding.id,
  };
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asPosition(value: unknown): Position | undefined {
  const { line, character } = asJson(value);
  return typeof line === "number" && typeof character === "number" ? { line, character } : undefined;
}

function asRange(value: unknown): Range | undefined {
  const start = asPosition(asJson(value).start);
  const end = asPosition(asJson(value).end);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The whole text of an opened or changed document (`change: 1` promises whole texts). */
function textOf(params: Json, document: Json): string | undefined {
  if (typeof document.text === "string") return document.text;
  const changes = Array.isArray(params.contentChanges) ? params.contentChanges : [];
  const last = asJson(changes.at(-1)).text;
  return typeof last === "string" ? last : undefined;
}

function rootOf(params: Json): string {
  const folders = Array.isArray(params.workspaceFolders) ? params.workspaceFolders : [];
  const uri = asJson(folders[0]).uri ?? params.rootUri;
  if (typeof uri === "string" && uri.startsWith("file:")) return fileURLToPath(uri);
  return typeof params.rootPath === "string" ? resolve(params.rootPath) : process.cwd();
}
