/** What people do, seeded: ask, ask again, cancel, decide, rename, delete, reload, sign out, come as somebody else. */
import type { CommandResult } from "@goldenpath/client";
import type { Decision } from "@goldenpath/protocol";
import { changeThread } from "./http.ts";
import { decisionKey } from "./log-check.ts";
import type { Device } from "./login.ts";
import type { Random } from "./random.ts";
import { agentNames } from "./scripted-agents.ts";
import { Tab } from "./tab.ts";
import type { SentCommand, World } from "./world.ts";

const foreverMs = 1e12;

export class People {
  readonly tabs: Tab[] = [];
  readonly devices: Device[] = [];
  readonly #world: World;
  readonly #random: Random;
  #acting = true;
  /** Repeated sends take from here: id and content of the last ones. */
  readonly #given: { readonly tab: Tab; readonly id: string; readonly input: SendInput }[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("people");
    const { plan } = world;
    for (let user = 1; user <= plan.users; user++) {
      const userId = `u${user}`;
      const tabs = this.#random.whole(1, plan.tabsPerUserMax);
      let device: Device | undefined;
      for (let tab = 1; tab <= tabs; tab++) {
        if (!device || this.#random.chance(0.4)) device = this.#newDevice(userId);
        this.openTab(device);
      }
    }
  }

  get openTabs(): readonly Tab[] {
    return this.tabs.filter((tab) => tab.open);
  }

  openTab(device: Device): Tab {
    const name = `${device.userId}t${this.tabs.length + 1}`;
    const tab = new Tab(this.#world, { name, device, tickets: this.#random.chance(0.25) });
    this.tabs.push(tab);
    tab.client.connect();
    this.#actLater(tab);
    return tab;
  }

  /** Nobody acts by themselves any more; whoever is signed out signs in, as the person of that page. */
  settleDown(): void {
    this.#acting = false;
    for (const { sessionId } of this.devices) {
      // What would run out later, in the middle of the judgement, ends now.
      if (sessionId !== undefined && this.#world.plan.sessionMs) this.#world.revoke(sessionId);
    }
    this.comeBackAll();
  }

  /** Every open tab that gave up tries again. */
  comeBackAll(): void {
    for (const device of this.devices) if (!this.#isSignedIn(device)) this.#signIn(device, undefined);
    for (const tab of this.openTabs) this.#comeBack(tab);
  }

  send(tab: Tab, input: SendInput, id = tab.makeCommandId()): Promise<CommandResult<unknown>> {
    const { sends, history, scheduler } = this.#world;
    const { userId } = tab;
    const known = sends.get(id);
    const sent: SentCommand = known ?? { id, userId, atMs: scheduler.nowMs, answers: [], pending: 0 };
    sends.set(id, sent);
    sent.pending++;
    history.note("send", `${tab.name} ${id} ${JSON.stringify(input)}`);
    const parts = [{ type: "text", text: `${input.text} cmd:${id}; secret-${userId}` }] as const;
    const { threadId, agent } = input;
    const answer = tab.client.send({
      id,
      parts,
      ...(threadId === undefined ? {} : { threadId }),
      ...(agent === undefined ? {} : { agent }),
    });
    return answer.then((result) => {
      sent.pending--;
      history.note("answer", `${tab.name} ${id} ${JSON.stringify(result)}`);
      sent.answers.push(
        result.ok
          ? { ok: true, code: "", result: result.result }
          : { ok: false, code: result.code, result: undefined },
      );
      return result;
    });
  }

  #newDevice(userId: string): Device {
    const device: Device = { name: `device${this.devices.length + 1}`, sessionId: undefined, userId };
    this.devices.push(device);
    this.#signIn(device, userId);
    return device;
  }

  #isSignedIn(device: Device): boolean {
    return this.#world.login.user(device.sessionId) !== undefined;
  }

  #signIn(device: Device, userId: string | undefined): void {
    const { login, plan } = this.#world;
    device.userId = userId ?? device.userId;
    device.sessionId = login.signIn(
      device.userId,
      this.#acting && plan.sessionMs ? plan.sessionMs : foreverMs,
    );
    this.#world.history.note("sign in", `${device.name} ${device.userId} ${device.sessionId}`);
  }

  #comeBack(tab: Tab): void {
    const { is } = tab.client.state;
    if (is === "idle" || is === "signed_out" || is === "stopped") tab.client.connect();
  }

  #actLater(tab: Tab): void {
    const { scheduler, outside, plan } = this.#world;
    tab.acting = scheduler.after(outside, -Math.log(1 - this.#random.next()) * plan.actionMs, () => {
      if (!this.#acting || !tab.open) return;
      this.#act(tab);
      this.#actLater(tab);
    });
  }

  #act(tab: Tab): void {
    const { client, device } = tab;
    const random = this.#random;
    if (client.state.is === "signed_out" || client.state.is === "stopped") {
      if (!this.#isSignedIn(device)) {
        const other = `u${random.whole(1, this.#world.plan.users)}`;
        this.#signIn(device, random.chance(0.2) ? other : undefined);
      }
      if (tab.open) client.connect();
      return;
    }
    const threads = client.view.threads.map(({ id }) => id);
    const threadId = random.pick(threads);
    const runIds = [...client.view.activeRuns.keys()];
    const kind = random.weighted({
      ask: 30,
      follow: threadId ? 20 : 0,
      repeat: this.#given.length > 0 ? 5 : 0,
      cancel: runIds.length > 0 ? 12 : 0,
      cancelOld: 2,
      meddle: 4,
      decide: 14,
      open: threadId ? 10 : 0,
      rename: threadId ? 4 : 0,
      remove: threadId ? 4 : 0,
      reload: 3,
      another: this.openTabs.length < 10 ? 2 : 0,
      leave: this.openTabs.length > 1 ? 1 : 0,
      wake: 3,
      signOut: 2,
    });
    this.#world.history.note("act", `${tab.name} ${kind}`);
    switch (kind) {
      case "ask":
      case "follow": {
        const input = {
          text: `question ${random.whole(1, 1000)}`,
          agent: this.#agent(),
          ...(kind === "follow" && threadId ? { threadId } : {}),
        };
        const id = tab.makeCommandId();
        this.#given.push({ tab, id, input });
        if (this.#given.length > 8) this.#given.shift();
        void this.send(tab, input, id);
        return;
      }
      case "repeat": {
        // From the same or another page of that person, with the same content or, by mistake, another.
        const given = random.pick(this.#given);
        if (!given || this.#world.sends.get(given.id)?.userId !== tab.userId) return;
        const input = random.chance(0.85) ? given.input : { ...given.input, text: "something else" };
        void this.send(tab, input, given.id);
        return;
      }
      case "cancel":
        this.#cancel(tab, random.pick(runIds));
        return;
      case "cancelOld":
        this.#cancel(tab, random.pick(this.#runsOf(tab.userId)));
        return;
      case "meddle": {
        // Somebody else's run, thread or approval, guessed right.
        const other = random.pick(this.openTabs.filter(({ userId }) => userId !== tab.userId));
        if (!other) return;
        const runId = random.pick(this.#runsOf(other.userId));
        if (runId === undefined) return;
        this.#cancel(tab, runId);
        this.#decide(tab, `${runId}.a1`, "approve");
        const foreign = random.pick([...other.client.view.threadById.keys()]);
        if (foreign) void this.send(tab, { text: "hello stranger", threadId: foreign, agent: "talker" });
        return;
      }
      case "decide":
        for (const message of client.view.activeRuns.values()) {
          for (const part of message.parts) {
            if (part.type !== "approval" || (part.decision && random.chance(0.8))) continue;
            this.#decide(tab, part.approvalId, random.chance(0.7) ? "approve" : "reject");
          }
        }
        return;
      case "open":
        void client.openThread(threadId ?? "");
        if (random.chance(0.3)) void client.loadOlderThreads();
        return;
      case "rename":
      case "remove": {
        const change =
          kind === "remove"
            ? ({ is: "delete" } as const)
            : ({ is: "rename", title: `title ${random.whole(1, 99)} of ${tab.userId}` } as const);
        changeThread(this.#world, tab.page, device, threadId ?? "", change).catch((error: unknown) => {
          this.#world.history.note("http", String(error));
        });
        return;
      }
      case "reload":
        tab.close();
        this.openTab(device);
        return;
      case "another":
        this.openTab(random.chance(0.5) ? device : this.#newDevice(device.userId));
        return;
      case "leave":
        tab.close();
        return;
      case "wake":
        if (random.chance(0.5)) tab.wake();
        else client.connect();
        return;
      case "signOut":
        if (device.sessionId !== undefined) this.#world.revoke(device.sessionId);
        device.sessionId = undefined;
        return;
      default:
        kind satisfies never;
    }
  }

  #agent(): string {
    const { gush } = this.#world.plan;
    const names = agentNames.filter((name) => name !== "gusher" || gush);
    return this.#random.pick(names) ?? "talker";
  }

  #runsOf(userId: string): readonly string[] {
    return this.#world.disk.runsOf(userId);
  }

  #decide(tab: Tab, approvalId: string, decision: Decision): void {
    this.#world.decisions.add(decisionKey(tab.userId, approvalId, decision));
    void tab.client.resolve(approvalId, decision);
  }

  #cancel(tab: Tab, runId: string | undefined): void {
    if (runId === undefined) return;
    const cancel = { userId: tab.userId, runId, code: undefined as string | undefined };
    this.#world.cancels.push(cancel);
    this.#world.history.note("cancel", `${tab.name} ${runId}`);
    void tab.client.cancel(runId).then((result) => {
      cancel.code = result.ok ? "ok" : result.code;
      this.#world.history.note("answer", `${tab.name} cancel ${runId} ${cancel.code}`);
    });
  }
}

export interface SendInput {
  readonly text: string;
  readonly agent?: string;
  readonly threadId?: string;
}
