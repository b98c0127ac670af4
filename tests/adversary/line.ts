import { setTimeout as sleep } from "node:timers/promises";
import {
  type ErrorFrame,
  type Event,
  isTerminal,
  type Message,
  messageText,
  type SendResult,
  type ServerFrame,
  subprotocol,
} from "@goldenpath/protocol";
import { WebSocket } from "ws";

type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

const askTriesMax = 5;

export interface LineOptions {
  readonly url: string;
  readonly origin?: string | undefined;
  readonly cookie?: string | undefined;
  /** Hears every text that came. */
  readonly heard: (text: string) => void;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that says whatever the test wants, and keeps everything it hears in order. */
export class Line {
  readonly frames: ServerFrame[] = [];
  readonly events: Event[] = [];
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;
  #looks: (() => void)[] = [];
  #closed: Closed | undefined;
  #asked = 0;

  constructor(options: LineOptions) {
    const { url, origin, cookie, heard } = options;
    this.#socket = new WebSocket(new URL("/ws", url), subprotocol, {
      ...(origin === undefined ? {} : { origin }),
      headers: cookie === undefined || cookie === "" ? {} : { cookie },
    });
    this.#socket.on("message", (data) => {
      const text = String(data);
      heard(text);
      const frame = JSON.parse(text) as ServerFrame;
      this.frames.push(frame);
      // A test that has nothing to say for a while is not a dead peer.
      if (frame.type === "ping") this.#socket.send(JSON.stringify({ type: "pong" }));
      if (frame.type === "events") this.events.push(...frame.events);
      this.#look();
    });
    this.#socket.on("close", (code, reason) => {
      this.#closed = { code, reason: String(reason) };
      this.#look();
    });
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.once("open", () => resolve());
      this.#socket.once("unexpected-response", (_request, response) =>
        reject(new Error(`upgrade refused: ${response.statusCode}`)),
      );
      this.#socket.on("error", reject);
    });
    // Whoever waits for a frame hears of the failure there; `opened` is for tests of the upgrade.
    this.#opened.catch(() => this.#look());
  }

  get opened(): Promise<void> {
    return this.#opened;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** The connection's log is as its owner sees it. */
  async hello(cursor?: { readonly epoch: string; readonly offset: number }): Promise<this> {
    await this.say({ type: "hello", client: "adversary", ...(cursor && { cursor }) });
    await this.frame("caught_up");
    return this;
  }

  async say(frame: object): Promise<void> {
    await this.text(JSON.stringify(frame));
  }

  /** A text message of these very bytes, UTF-8 or not. */
  async text(bytes: string | Uint8Array): Promise<void> {
    await this.#opened;
    this.#socket.send(bytes, { binary: false });
  }

  async binary(bytes: Uint8Array): Promise<void> {
    await this.#opened;
    this.#socket.send(bytes, { binary: true });
  }

  /** The first frame of that type from `from` on, waited for. */
  frame<T extends ServerFrame["type"]>(type: T, from = 0): Promise<FrameOf<T>> {
    return this.until(
      () => this.frames.slice(from).find((frame): frame is FrameOf<T> => frame.type === type),
      type,
    );
  }

  /** Says it and waits for the error that answers it. */
  async refused(say: () => Promise<void>): Promise<ErrorFrame> {
    const from = this.frames.length;
    await say();
    return this.frame("error", from);
  }

  /** The answer to a command: `done` or `error` of that id, the first from `from` on. */
  answer(id: string, from = 0): Promise<FrameOf<"done"> | ErrorFrame> {
    return this.until(
      () =>
        this.frames
          .slice(from)
          .find(
            (frame): frame is FrameOf<"done"> | ErrorFrame =>
              (frame.type === "done" || frame.type === "error") && frame.id === id,
          ),
      `the answer to ${id}`,
    );
  }

  command(frame: {
    readonly id: string;
    readonly [field: string]: unknown;
  }): Promise<FrameOf<"done"> | ErrorFrame> {
    const from = this.frames.length;
    const answer = this.answer(frame.id, from);
    return this.say(frame).then(() => answer);
  }

  /**
   * Asks an agent; throws when the question is refused. Who is told to wait does so and asks again, as every
   * client does: on a quick machine one person's questions of many tests are too many for a second.
   */
  async ask(text: string, agent: string, threadId?: string): Promise<SendResult> {
    for (let tries = 1; ; tries++) {
      const answer = await this.command({
        type: "send",
        id: `ask-${++this.#asked}-${crypto.randomUUID()}`,
        agent,
        parts: [{ type: "text", text }],
        ...(threadId === undefined ? {} : { threadId }),
      });
      if (answer.type === "done") return answer.result as unknown as SendResult;
      if (answer.afterMs === undefined || tries === askTriesMax)
        throw new Error(`${answer.code}: ${answer.message}`);
      await sleep(answer.afterMs);
    }
  }

  event<T extends Event["type"]>(type: T, runId?: string): Promise<Extract<Event, { type: T }>> {
    return this.until(
      () =>
        this.events.find(
          (event): event is Extract<Event, { type: T }> =>
            event.type === type && (runId === undefined || event.runId === runId),
        ),
      type,
    );
  }

  /** The run's last event, waited for. */
  end(runId: string): Promise<Event> {
    return this.until(
      () => this.events.find((event) => event.runId === runId && isTerminal(event.type)),
      `the end of ${runId}`,
    );
  }

  of(runId: string): readonly Event[] {
    return this.events.filter((event) => event.runId === runId);
  }

  closed(): Promise<Closed> {
    return this.until(() => this.#closed, "the close");
  }

  hangUp(): void {
    this.#socket.terminate();
  }

  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#closed) throw new Error(`closed with ${this.#closed.code} before ${what}`);
      await new Promise<void>((resolve) => this.#looks.push(resolve));
    }
  }

  #look(): void {
    const looks = this.#looks;
    this.#looks = [];
    for (const look of looks) look();
  }
}

/** The text that a run wrote, as its thread keeps it. */
export function answerOf(messages: readonly Message[], runId: string): string | undefined {
  const message = messages.find((one) => one.runId === runId);
  return message && messageText(message);
}

/** A `send` to the agent that says it again. */
export function echoing(id: string, text: string, more: object = {}) {
  return { type: "send", id, agent: "echo", parts: [{ type: "text", text }], ...more };
}
