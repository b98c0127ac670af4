/** What people do with real pages: ask, follow up, ask again with the same id, stop, decide, meddle, reload. */
import { setTimeout as pause } from "node:timers/promises";
import type { CommandResult } from "@goldenpath/client";
import type { Random } from "../simulation/random.ts";
import type { CancelGiven, SentCommand } from "../simulation/world.ts";
import type { Account } from "./account.ts";
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
  /** Who gave which command. */
  readonly commandUsers = new Map<string, string>();
  readonly #options: PeopleOptions;
  readonly #random: Random;
  readonly #given: { readonly userId: string; readonly id: string; readonly input: SendInput }[] = [];
  readonly #runs: { readonly userId: string; readonly runId: string }[] = [];
  #nextTab = 1;
  #nextCommand = 1;
  #nextSocket = 1;
  #acting = true;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#random = options.random;
    for (const account of options.accounts) {
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
    if (is === "idle" || is === "signed_out" || is === "stopped") tab.client.connect();
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
      if (!tab.open) tab = this.openTab(tab.account);
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
        void client.resolve(`${foreign.runId}.a1`, "approve");
        return;
      }
      case "decide":
        this.#decide(tab, 0.7);
        return;
      case "open":
        void client.openThread(threadId ?? "");
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
        void tab.client.resolve(part.approvalId, this.#random.chance(yes) ? "approve" : "reject");
      }
    }
  }

  #cancel(tab: Tab, runId: string): void {
    const cancel: CancelGiven = { userId: tab.account.userId, runId, code: undefined };
    this.cancels.push(cancel);
    void tab.client.cancel(runId).then((result) => {
      cancel.code = result.ok ? "ok" : result.code;
    });
  }
}
