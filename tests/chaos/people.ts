/**
 * What people do with real pages: ask, follow up, ask again with the same id, stop, decide, meddle, rename and
 * delete threads, sign out and in again, reload.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { CommandResult } from "@goldenpath/client";
import type { Decision } from "@goldenpath/protocol";
import { decisionKey } from "../simulation/log-check.ts";
import type { Random } from "../simulation/random.ts";
import type { CancelGiven, SentCommand } from "../simulation/world.ts";
import { type Account, change, signIn } from "./account.ts";
import { agentNames } from "./agents.ts";
import { Tab } from "./tab.ts";

export interface PeopleOptions {
  readonly random: Random;
  readonly accounts: readonly Account[];
  readonly tabsPerUser: number;
  /** Mean time between two deeds of one page. */
  readonly actionMs: number;
}

interface SendInput {
  readonly text: string;
  readonly agent: string;
  readonly threadId?: string;
}

export class People {
  readonly tabs: Tab[] = [];
  readonly sends = new Map<string, SentCommand>();
  readonly cancels: CancelGiven[] = [];
  /** Who said what to which approval. */
  readonly decisions = new Set<string>();
  /** Threads that somebody asked to delete. */
  readonly deletions = new Set<string>();
  /** When the server had answered the end of a session, by the wall's clock. */
  readonly signedOutAt = new Map<string, number>();
  /** Who gave which command. */
  readonly commandUsers = new Map<string, string>();
  readonly #options: PeopleOptions;
  readonly #random: Random;
  readonly #given: { readonly userId: string; readonly id: string; readonly input: SendInput }[] = [];
  readonly #runs: { readonly userId: string; readonly runId: string }[] = [];
  /** Requests beside the sockets that are under way. */
  requests = 0;
  /** A page and an approval that it has answered and heard nothing of yet. */
  readonly #deciding = new Set<string>();
  #nextTab = 1;
  #nextCommand = 1;
  #nextSocket = 1;
  #nextSession = 1;
  /** With which session each person opens pages now. */
  readonly #accountByUser = new Map<string, Account>();
  /** Who is signing out and in again just now. */
  readonly #moving = new Set<string>();
  #acting = true;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#random = options.random;
    for (const account of options.accounts) {
      this.#accountByUser.set(account.userId, account);
      for (let tab = 0; tab < options.tabsPerUser; tab++) void this.#live(this.openTab(account));
    }
  }

  get openTabs(): readonly Tab[] {
    return this.tabs.filter(({ open }) => open);
  }

  openTab(account: Account): Tab {
    const name = `tab${this.#nextTab++}`;
    const tab = new Tab({
      name,
      account,
      random: this.#random.fork(name),
      makeCommandId: () => this.#commandId(account),
      nextSocketId: () => this.#nextSocket++,
    });
    this.tabs.push(tab);
    tab.client.connect();
    return tab;
  }

  settleDown(): void {
    this.#acting = false;
  }

  /** What every page does in the end: connects, and decides what is asked. */
  comeBack(tab: Tab): void {
    const { is } = tab.client.state;
    if (is === "signed_out") this.#openAgain(tab);
    else if (is === "idle" || is === "stopped") tab.client.connect();
    else if (is === "waiting") tab.wake();
    this.#decide(tab, 1);
  }

  send(tab: Tab, input: SendInput, id = this.#commandId(tab.account)): Promise<CommandResult<unknown>> {
    const { userId } = tab.account;
    const sent = this.sends.get(id) ?? { id, userId, atMs: performance.now(), answers: [], pending: 0 };
    this.sends.set(id, sent);
    sent.pending++;
    const parts = [{ type: "text", text: `${input.text} cmd:${id}; secret-${userId}` }] as const;
    const { threadId, agent } = input;
    return tab.client
      .send({ id, parts, agent, ...(threadId !== undefined && { threadId }) })
      .then((result) => {
        sent.pending--;
        if (result.ok) this.#runs.push({ userId, runId: result.result.runId });
        sent.answers.push(
          result.ok
            ? { ok: true, code: "", result: result.result }
            : { ok: false, code: result.code, result: undefined },
        );
        return result;
      });
  }

  #commandId({ userId }: Account): string {
    const id = `command${this.#nextCommand++}`;
    this.commandUsers.set(id, userId);
    return id;
  }

  async #live(first: Tab): Promise<void> {
    let tab = first;
    for (;;) {
      await pause(-Math.log(1 - this.#random.next()) * this.#options.actionMs);
      if (!this.#acting) return;
      if (!tab.open || tab.client.state.is === "signed_out") tab = this.#openAgain(tab);
      this.#act(tab);
    }
  }

  #act(tab: Tab): void {
    const random = this.#random;
    const { client, account } = tab;
    const threadId = random.pick(client.view.threads)?.id;
    const runId = random.pick([...client.view.activeRuns.keys()]);
    const deed = random.weighted({
      ask: 30,
      follow: threadId === undefined ? 0 : 25,
      repeat: this.#given.length > 0 ? 6 : 0,
      cancel: runId === undefined ? 0 : 10,
      cancelOld: 2,
      meddle: 3,
      decide: 20,
      open: threadId === undefined ? 0 : 8,
      rename: threadId === undefined ? 0 : 3,
      remove: threadId === undefined ? 0 : 3,
      signOut: 0.5,
      reload: 3,
      wake: 6,
    });
    switch (deed) {
      case "ask":
      case "follow": {
        const agent = random.pick(agentNames) ?? "talker";
        const text = `question ${random.whole(1, 1_000)}`;
        const input = { text, agent, ...(deed === "follow" && threadId !== undefined && { threadId }) };
        const id = this.#commandId(account);
        this.#given.push({ userId: account.userId, id, input });
        if (this.#given.length > 40) this.#given.shift();
        void this.send(tab, input, id);
        return;
      }
      case "repeat": {
        // From whichever page of that person.
        const given = random.pick(this.#given.filter(({ userId }) => userId === account.userId));
        if (given) void this.send(tab, given.input, given.id);
        return;
      }
      case "cancel":
        if (runId !== undefined) this.#cancel(tab, runId);
        return;
      case "cancelOld": {
        const old = random.pick(this.#runs.filter(({ userId }) => userId === account.userId));
        if (old) this.#cancel(tab, old.runId);
        return;
      }
      case "meddle": {
        const foreign = random.pick(this.#runs.filter(({ userId }) => userId !== account.userId));
        if (!foreign) return;
        this.#cancel(tab, foreign.runId);
        this.#say(tab, `${foreign.runId}.a1`, "approve");
        return;
      }
      case "decide":
        this.#decide(tab, 0.7);
        return;
      case "open":
        void client.openThread(threadId ?? "");
        return;
      case "rename":
        void this.#change(account, "PATCH", threadId, { title: `title ${random.whole(1, 99)}` });
        return;
      case "remove":
        this.deletions.add(threadId ?? "");
        void this.#change(account, "DELETE", threadId);
        return;
      case "signOut":
        void this.#signOut(account);
        return;
      case "reload":
        tab.close();
        return;
      case "wake":
        tab.wake();
        return;
      default:
        deed satisfies never;
    }
  }

  #decide(tab: Tab, yes: number): void {
    for (const message of tab.client.view.activeRuns.values()) {
      for (const part of message.parts) {
        if (part.type !== "approval" || part.decision) continue;
        this.#say(tab, part.approvalId, this.#random.chance(yes) ? "approve" : "reject");
      }
    }
  }

  #say(tab: Tab, approvalId: string, decision: Decision): void {
    // Whoever has pressed the button waits for the answer: pressing on would only fill the page's queue.
    const key = `${tab.name} ${approvalId}`;
    if (this.#deciding.has(key)) return;
    this.#deciding.add(key);
    this.decisions.add(decisionKey(tab.account.userId, approvalId, decision));
    void tab.client.resolve(approvalId, decision).then(() => this.#deciding.delete(key));
  }

  /** A page that is closed or signed out: its person opens another. */
  #openAgain(tab: Tab): Tab {
    if (tab.open) tab.close();
    return this.openTab(this.#accountByUser.get(tab.account.userId) ?? tab.account);
  }

  async #change(
    account: Account,
    method: "PATCH" | "DELETE",
    threadId: string | undefined,
    body?: object,
  ): Promise<void> {
    this.requests++;
    await change(account, this.#address(), method, `/api/threads/${threadId}`, body);
    this.requests--;
  }

  /** Ends the session under all its pages, and begins another for those that are opened then. */
  async #signOut(account: Account): Promise<void> {
    const { userId } = account;
    // One person has many pages, but signs in once: a password is dear to check.
    if (this.#moving.has(userId)) return;
    this.#moving.add(userId);
    this.requests++;
    const status = await change(account, this.#address(), "POST", "/api/auth/sign-out");
    if (status === 200) this.signedOutAt.set(account.sessionId, Date.now());
    // Whatever became of it: the browser has no cookie any more.
    while (this.#accountByUser.get(userId) === account) {
      const sessionId = `session ${this.#nextSession++} of ${account.name}`;
      try {
        this.#accountByUser.set(userId, await signIn(account, this.#address(), sessionId));
      } catch {
        // The server is gone, or the line: people try again.
        await pause(1_000);
      }
    }
    this.requests--;
    this.#moving.delete(userId);
  }

  #address(): string {
    return `10.2.${this.#random.whole(0, 255)}.${this.#random.whole(1, 254)}`;
  }

  #cancel(tab: Tab, runId: string): void {
    const cancel: CancelGiven = { userId: tab.account.userId, runId, code: undefined };
    this.cancels.push(cancel);
    void tab.client.cancel(runId).then((result) => {
      cancel.code = result.ok ? "ok" : result.code;
    });
  }
}
