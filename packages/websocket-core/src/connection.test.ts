import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { connect, Socket } from "node:net";
import { PassThrough } from "node:stream";
import { createMemoryJournal } from "@goldenpath/journal";
import { clientLimits, closeCodes, limits, randomId, subprotocol } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Bus, createLocalBus } from "./bus.ts";
import { Peer, TestNode } from "./test-node.ts";

const hello = { type: "hello", client: "test" };
const send = (id: string, text = "hi") => ({ type: "send", id, parts: [{ type: "text", text }] });

describe("the handshake", () => {
  it("welcomes, sends the state, and says when it is caught up [P6]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    await node.append(user, 3);
    const peer = await node.join(user);
    expect(peer.heard.map((frame) => frame.type)).toEqual(["welcome", "snapshot", "caught_up"]);
    expect(peer.heard[0]).toMatchObject({
      userId: user.userId,
      head: 3,
      heartbeatMs: limits.heartbeatMs,
      limits: clientLimits,
    });
    expect(peer.heard[1]).toMatchObject({ asOf: { offset: 3 } });
    expect(peer.heard[1]?.threads).toHaveLength(3);
  });

  it.each([
    ["no session, no ticket [P4]", hello, "unauthenticated"],
    ["a ticket that is not one [P3]", { ...hello, ticket: "guess" }, "unauthenticated"],
    ["a command before hello [P4]", send("c1"), "hello_required"],
    ["a hello of the wrong shape", { type: "hello" }, "bad_hello"],
    ["something that is no frame", { type: "start_agent" }, "bad_hello"],
  ] as const)("closes with a code: %s", async (_name, frame, reason) => {
    await using node = await new TestNode().listen();
    const peer = node.peer();
    peer.say(frame);
    expect(await peer.closed).toBe(closeCodes[reason].code);
    expect(peer.heard.some((heard) => heard.type === "welcome")).toBe(false);
    await node.until(() => node.core.stats().connections === 0);
    expect(node.core.stats().users).toBe(0);
  });

  it("lets nobody in whose session ran out before hello [P14]", async () => {
    await using node = await new TestNode().listen();
    const peer = node.peer(node.signIn({ expiresAt: node.clock.now() }));
    peer.say(hello);
    expect(await peer.closed).toBe(closeCodes.session_expired.code);
    expect(peer.heard).toEqual([]);
  });

  it("closes a socket that never says hello [P4]", async () => {
    await using node = await new TestNode().listen();
    const peer = node.peer(node.signIn());
    await new Promise((resolve) => peer.socket.once("open", resolve));
    await node.clock.advance(limits.helloMsMax + 1_000);
    expect(await peer.closed).toBe(closeCodes.hello_timeout.code);
  });

  it("handles nothing before authentication is complete, and then everything in order [P5]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    node.userByTicket.set("ticket", user);
    const gate = Promise.withResolvers<void>();
    node.ticketGate = gate.promise;
    const peer = node.peer();
    peer.say({ ...hello, ticket: "ticket" });
    for (let n = 0; n < 10; n++) peer.say(send(`c${n}`));
    await new Promise((resolve) => peer.socket.once("open", resolve));
    await settle();
    expect((await node.journal.extent(user.userId)).head).toBe(0);
    gate.resolve();
    await peer.until("done", (frame) => frame.id === "c9");
    expect(peer.heard.filter((frame) => frame.type === "done").map((frame) => frame.id)).toEqual(
      Array.from({ length: 10 }, (_, n) => `c${n}`),
    );
  });

  it("keeps no more than a bound of what comes before welcome, and says which commands it did not keep [P5]", async () => {
    await using node = await new TestNode().listen();
    node.userByTicket.set("ticket", node.signIn());
    const gate = Promise.withResolvers<void>();
    node.ticketGate = gate.promise;
    const peer = node.peer();
    peer.say({ ...hello, ticket: "ticket" });
    const text = "x".repeat(limits.frameBytesHardMax / 8);
    for (let n = 0; n < 10; n++) peer.say(send(`c${n}`, text));
    const refused = await peer.until("error", (frame) => frame.id === "c9");
    expect(refused).toMatchObject({ code: "rate_limited", retry: "later", afterMs: expect.any(Number) });
    gate.resolve();
    await peer.until("done", (frame) => frame.id === "c6");
    const answered = (type: string) =>
      peer.heard.filter((frame) => frame.type === type).map((frame) => frame.id);
    expect(answered("done")).toEqual(["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    expect(answered("error")).toEqual(["c7", "c8", "c9"]);
  });

  it("refuses an upgrade without the subprotocol, and a session from a foreign page [P1, P3]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    const foreign = node.peer(user, { origin: "http://evil.test" });
    await foreign.closed;
    expect(foreign.refused).toMatchObject({ status: 403 });
    expect(JSON.parse(foreign.refused?.body ?? "")).toMatchObject({ error: { code: "origin_refused" } });
    const plain = new Peer(
      new WebSocket(node.address, ["graphql-ws"], { headers: { cookie: user.sessionId } }),
    );
    await plain.closed;
    expect(plain.refused).toMatchObject({ status: 400 });
    const home = node.peer(user, { origin: "http://home.test" });
    home.say(hello);
    await home.until("caught_up");
  });

  it("keeps no socket whose upgrade it refused, though its peer never says goodbye (W4)", async () => {
    await using node = await new TestNode().listen();
    const { hostname, port } = new URL(node.address);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const ended = once(socket, "end");
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("error", () => undefined);
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    );
    await ended;
    expect(answer).toContain("HTTP/1.1 400 Bad Request");
    await node.until(() => node.sockets === 0);
    socket.destroy();
  });

  it("takes no more connections than it may have, and tells who comes why (W4)", async () => {
    const refusals: string[] = [];
    await using node = await new TestNode({
      connectionsMax: 1,
      onRefuse: (code) => refusals.push(code),
    }).listen();
    const first = await node.join(node.signIn());
    const second = node.peer(node.signIn());
    await second.closed;
    expect(second.refused).toMatchObject({ status: 503 });
    expect(refusals).toEqual(["unavailable"]);
    first.cut();
    await node.until(() => node.core.stats().connections === 0);
    await node.join(node.signIn());
  });

  it("checks so many upgrades at once and no more: the login may be slow (W4)", async () => {
    const { promise: never } = Promise.withResolvers<undefined>();
    await using node = new TestNode({ authenticate: () => never });
    const upgrade = () => {
      const request = new IncomingMessage(new Socket());
      request.headers["sec-websocket-protocol"] = subprotocol;
      const socket = new PassThrough();
      node.core.handleUpgrade(request, socket, Buffer.alloc(0));
      return String(socket.read() ?? "");
    };
    for (let n = 0; n < 1_000; n++) expect(upgrade()).toBe("");
    expect(node.core.stats().upgrades).toBe(1_000);
    expect(upgrade()).toContain("HTTP/1.1 503 Service Unavailable");
    expect(node.core.stats().upgrades).toBe(1_000);
  });

  it("lets a foreign page in by its own ticket, once [P3]", async () => {
    await using node = await new TestNode().listen();
    node.userByTicket.set("ticket", node.signIn());
    const first = node.peer(undefined, { origin: "http://elsewhere.test" });
    first.say({ ...hello, ticket: "ticket" });
    await first.until("caught_up");
    const second = node.peer(undefined, { origin: "http://elsewhere.test" });
    second.say({ ...hello, ticket: "ticket" });
    expect(await second.closed).toBe(closeCodes.unauthenticated.code);
  });

  it("does not let a session in that was revoked while it joined [P14]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    const peer = node.peer(user);
    peer.say(hello);
    await new Promise((resolve) => setImmediate(resolve));
    node.core.revokeSession(user);
    gate.resolve();
    expect(await peer.closed).toBe(closeCodes.session_revoked.code);
    expect(peer.heard).toEqual([]);
  });

  describe("a socket that goes while it joins is of no log", () => {
    /** A peer with a ticket and a command behind its hello, which waits in one of the journal's methods. */
    async function joining(node: TestNode, call: "extent" | "threads") {
      const user = node.signIn();
      node.userByTicket.set("ticket", user);
      const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const { journal } = node;
      const real = journal[call].bind(journal) as (...of: unknown[]) => Promise<never>;
      journal[call] = async (...of: unknown[]) => {
        asked.resolve();
        await gate.promise;
        return real(...of);
      };
      const peer = node.peer();
      peer.say({ ...hello, ticket: "ticket" });
      peer.say(send("c1"));
      await asked.promise;
      return { user, peer, goOn: gate.resolve };
    }

    async function expectNothing(node: TestNode): Promise<void> {
      await settle();
      expect(node.core.stats()).toMatchObject({ connections: 0, users: 0 });
      expect(node.faults).toEqual([]);
    }

    it("while its ticket is looked up", async () => {
      await using node = await new TestNode().listen();
      node.userByTicket.set("ticket", node.signIn());
      const gate = Promise.withResolvers<void>();
      node.ticketGate = gate.promise;
      const peer = node.peer();
      peer.say({ ...hello, ticket: "ticket" });
      await node.until(() => node.core.stats().connectionsByState.joining === 1);
      peer.cut();
      await node.until(() => node.core.stats().connections === 0);
      gate.resolve();
      await expectNothing(node);
    });

    it.each(["extent", "threads"] as const)("while the journal is asked for %s", async (call) => {
      await using node = await new TestNode().listen();
      const { user, peer, goOn } = await joining(node, call);
      peer.cut();
      await node.until(() => node.core.stats().connections === 0);
      goOn();
      await expectNothing(node);
      expect(await node.journal.extent(user.userId)).toMatchObject({ head: 0 });
    });

    it("though only its ticket says whose session it is that is revoked (D7)", async () => {
      await using node = await new TestNode().listen();
      const { user, peer, goOn } = await joining(node, "extent");
      node.core.revokeSession(user);
      expect(await peer.closed).toBe(closeCodes.session_revoked.code);
      goOn();
      await expectNothing(node);
      expect(peer.heard).toEqual([]);
    });
  });

  it("bounds a user's connections [P12]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    await Promise.all(Array.from({ length: limits.connectionsPerUserMax }, () => node.join(user)));
    const more = node.peer(user);
    more.say(hello);
    expect(await more.closed).toBe(closeCodes.too_many_connections.code);
    await node.join(node.signIn());
  });
});

describe("bad frames leave the connection as it was [P9]", () => {
  it.each([
    ["unknown type", '{"type":"start_agent"}', "unknown_type"],
    ["wrong shape", '{"type":"send","id":"c"}', "bad_frame"],
    ["not JSON", "hello?", "bad_frame"],
    ["binary [P2]", Buffer.from([1, 2, 3]), "binary_frame"],
    ["over frameBytesMax", JSON.stringify(send("c", "x".repeat(limits.frameBytesMax))), "frame_too_large"],
    ["second hello", JSON.stringify(hello), "hello_repeated"],
    ["an ack of the future", '{"type":"ack","offset":99}', "bad_frame"],
    ["a handler that throws", JSON.stringify(send("c", "throw")), "internal"],
  ])("%s", async (_name, data, code) => {
    await using node = await new TestNode().listen();
    const peer = await node.join(node.signIn());
    peer.raw(data);
    expect(await peer.until("error")).toMatchObject({ code });
    peer.say(send("after"));
    expect(await peer.until("done")).toMatchObject({ id: "after" });
  });

  it("a command of which nobody knows whether it was carried out ends it, without an answer (J3)", async () => {
    const unknown = async () => ({ is: "unknown" }) as const;
    await using node = await new TestNode({
      commands: { send: unknown, cancel: unknown, resolve: unknown },
    }).listen();
    const peer = await node.join(node.signIn());
    peer.say(send("c"));
    expect(await peer.closed).toBe(closeCodes.try_later.code);
    expect(peer.heard.filter(({ id }) => id === "c")).toEqual([]);
  });

  /** A node whose commands wait until the test lets them go on, and those that were begun. */
  function waitingCommands() {
    const begun: string[] = [];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const wait = async (_context: unknown, { id }: { readonly id: string }) => {
      begun.push(id);
      await released;
      return { is: "done", result: null } as const;
    };
    return { begun, release, commands: { send: wait, cancel: wait, resolve: wait } };
  }

  it("commands that wait for their answer are bounded, and answered in order all the same (C5, C6)", async () => {
    const { begun, release, commands } = waitingCommands();
    await using node = await new TestNode({ commands }).listen();
    const peer = await node.join(node.signIn());
    const ids = Array.from({ length: 65 }, (_, n) => `c${n}`);
    for (const id of ids.slice(0, limits.commandsBurstMax)) peer.say(send(id));
    await node.until(() => begun.length === 1);
    await node.clock.advance(1_000);
    for (const id of ids.slice(limits.commandsBurstMax)) peer.say(send(id));
    expect(await peer.until("error")).toMatchObject({ id: "c64", code: "rate_limited", afterMs: 1_000 });
    release();
    await peer.until("done", (frame) => frame.id === "c63");
    expect(begun).toEqual(ids.slice(0, 64));
  });

  it("a command that waits behind another is not carried out once its session is revoked (D7)", async () => {
    const { begun, release, commands } = waitingCommands();
    await using node = await new TestNode({ commands }).listen();
    const user = node.signIn();
    const [peer, other] = [await node.join(user), await node.join(node.signIn())];
    for (const one of [peer, other]) for (const id of ["first", "second"]) one.say(send(id));
    await node.until(() => begun.length === 2);
    node.core.revokeSession(user);
    await peer.closed;
    release();
    await other.until("done", (frame) => frame.id === "second");
    expect(begun).toEqual(["first", "first", "second"]);
  });

  it("bad UTF-8 ends it with 1007, and nobody else's", async () => {
    await using node = await new TestNode().listen();
    const other = await node.join(node.signIn());
    const peer = await node.join(node.signIn());
    peer.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await peer.closed).toBe(1007);
    other.say(send("fine"));
    await other.until("done");
  });

  it("a message over frameBytesHardMax ends it with 1009", async () => {
    await using node = await new TestNode().listen();
    const peer = await node.join(node.signIn());
    peer.raw("x".repeat(limits.frameBytesHardMax + 1));
    expect(await peer.closed).toBe(1009);
    await node.until(() => node.core.stats().connections === 0);
  });

  it("a flood is answered, then closed [P12]", async () => {
    await using node = await new TestNode().listen();
    const peer = await node.join(node.signIn());
    for (let n = 0; n < limits.framesBurstMax + 1; n++) peer.say({ type: "pong" });
    expect(await peer.until("error")).toMatchObject({ code: "rate_limited", afterMs: expect.any(Number) });
    for (let n = 0; n < limits.framesBurstMax + 1; n++) peer.say({ type: "pong" });
    expect(await peer.closed).toBe(closeCodes.flooding.code);
  });

  it("commands are bounded for the user, on whichever connection, and coming back renews nothing [P12]", async () => {
    await using node = await new TestNode().listen();
    const [alice, bob] = [node.signIn(), node.signIn()];
    const [tab, phone] = [await node.join(alice), await node.join(alice)];
    const half = limits.commandsBurstMax / 2;
    for (let n = 0; n < half; n++) {
      tab.say(send(`tab${n}`));
      phone.say(send(`phone${n}`));
    }
    await tab.when(() => tab.heard.filter((frame) => frame.type === "done").length === half);
    await phone.when(() => phone.heard.filter((frame) => frame.type === "done").length === half);
    tab.cut();
    phone.cut();
    await node.until(() => node.core.stats().connections === 0);
    await node.clock.advance(1_100);
    const back = await node.join(alice);
    for (let n = 0; n <= limits.commandsPerSecondMax + 1; n++) back.say(send(`back${n}`));
    const last = `back${limits.commandsPerSecondMax + 1}`;
    const refused = await back.until("error", (frame) => frame.id === last);
    expect(refused).toMatchObject({ code: "rate_limited", retry: "later" });
    await back.until("done", (frame) => frame.id === `back${limits.commandsPerSecondMax}`);
    const other = await node.join(bob);
    other.say(send("c1"));
    await other.until("done");
    await node.clock.advance(Number(refused.afterMs));
    back.say(send(last));
    await back.until("done", (frame) => frame.id === last);
  });

  it("so is the size of a user's commands; pongs and acks cost none of it [P12]", async () => {
    await using node = await new TestNode().listen();
    const peer = await node.join(node.signIn());
    const text = "x".repeat(limits.messageCharsMax);
    const fits = Math.floor(limits.commandCharsBurstMax / (text.length + 100));
    for (let n = 0; n < fits; n++) peer.say(send(`c${n}`, text));
    for (let n = 0; n < 10; n++) peer.say({ type: "pong" });
    peer.say(send("more", text));
    expect(await peer.until("error")).toMatchObject({ code: "rate_limited", id: "more" });
    peer.say(send("small"));
    await peer.until("done", (frame) => frame.id === "small");
  });

  it("sockets of one user that say nothing are refused beyond a bound; others come in (W4)", async () => {
    await using node = await new TestNode().listen();
    const [alice, bob] = [node.signIn(), node.signIn()];
    const silentMax = 4 * limits.connectionsPerUserMax;
    const silent = Array.from({ length: silentMax }, () => node.peer(alice));
    await node.until(() => node.core.stats().connections === silentMax);
    const refused = node.peer(alice);
    expect(await refused.closed).toBe(0);
    expect(refused.refused).toMatchObject({ status: 503 });
    await node.join(bob);
    silent[0]?.say(hello);
    await silent[0]?.until("caught_up");
    await node.join(alice);
    // Whoever leaves without a word makes room as well.
    for (const peer of node.peers) peer.cut();
    await node.until(() => node.core.stats().connections === 0);
    for (let n = 0; n < 2; n++) node.peer(alice);
    await node.until(() => node.core.stats().connections === 2);
    await node.join(alice);
  });
});

describe("delivery", () => {
  it("sends what is committed to every connection of its user and to nobody else (D4)", async () => {
    await using node = await new TestNode().listen();
    const [alice, bob] = [node.signIn(), node.signIn()];
    const [tab, phone, other] = [await node.join(alice), await node.join(alice), await node.join(bob)];
    tab.say(send("c1", "for alice"));
    await phone.when(() => phone.offsets.length === 1);
    await tab.when(() => tab.offsets.length === 1);
    await node.append(bob, 1, "for bob");
    await other.when(() => other.offsets.length === 1);
    expect(JSON.stringify(other.heard)).not.toContain("for alice");
    expect(JSON.stringify([...tab.heard, ...phone.heard])).not.toContain("for bob");
  });

  it("listens to a user's log while one of their connections is there, and no longer", async () => {
    const listened: string[] = [];
    const journal = createMemoryJournal({ clock: new TestClock(), makeId: randomId });
    const bus: Bus = {
      ...createLocalBus(journal),
      subscribe(userId) {
        listened.push(userId);
        return () => void listened.splice(listened.indexOf(userId), 1);
      },
    };
    await using node = await new TestNode({ journal, bus }).listen();
    const user = node.signIn();
    const [tab, phone] = [await node.join(user), await node.join(user)];
    tab.cut();
    await node.until(() => node.core.stats().connections === 1);
    expect(listened).toEqual([user.userId]);
    phone.cut();
    await node.until(() => node.core.stats().connections === 0);
    expect(listened).toEqual([]);
  });

  it("replays what a cursor missed, in bounded frames, and goes on live (D1-D3)", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    await node.append(user, 1_000);
    const { epoch } = await node.journal.extent(user.userId);
    const peer = await node.join(user, { epoch, offset: 10 });
    // All of it came before caught_up [P6].
    expect(peer.offsets).toHaveLength(990);
    await node.append(user, 5);
    await peer.when(() => peer.offsets.length === 995);
    expect(peer.offsets).toEqual(Array.from({ length: 995 }, (_, n) => n + 11));
    for (const frame of peer.heard) {
      if (frame.type === "events")
        expect((frame.events as unknown[]).length).toBeLessThanOrEqual(limits.eventsPerFrameMax);
    }
    expect(peer.heard.some((frame) => frame.type === "snapshot")).toBe(false);
  });

  it.each([
    ["another epoch", (epoch: string) => ({ epoch: `${epoch}x`, offset: 1 })],
    ["ahead of the head", (epoch: string) => ({ epoch, offset: 99 })],
    ["below the floor", (epoch: string) => ({ epoch, offset: 0 })],
  ])("gives a snapshot to a cursor from %s [P7]", async (_name, cursor) => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    await node.append(user, 3);
    await node.journal.trim({
      ageMsMax: Number.MAX_SAFE_INTEGER,
      eventsMax: 1,
      bytesMax: Number.MAX_SAFE_INTEGER,
    });
    const { epoch } = await node.journal.extent(user.userId);
    const peer = await node.join(user, cursor(epoch));
    expect(peer.heard.map((frame) => frame.type)).toEqual(["welcome", "snapshot", "caught_up"]);
  });

  it("repeats no event and skips none, however often the socket drops (D1-D3)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        async (bursts) => {
          await using node = await new TestNode().listen();
          const user = node.signIn();
          const { epoch } = await node.journal.extent(user.userId);
          const seen: number[] = [];
          let written = 0;
          for (const burst of bursts) {
            const peer = await node.join(user, { epoch, offset: seen.length });
            const writing = node.append(user, burst);
            written += burst;
            // Cut somewhere in the middle: what was heard by then is what the client has.
            await peer.when(() => peer.offsets.length > 0);
            peer.cut();
            seen.push(...peer.offsets);
            await writing;
          }
          const last = await node.join(user, { epoch, offset: seen.length });
          await last.when(() => seen.length + last.offsets.length === written);
          seen.push(...last.offsets);
          expect(seen).toEqual(Array.from({ length: written }, (_, n) => n + 1));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("stops reading the log of a peer that takes nothing, and closes it with slow_reader (D5)", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    const [slow, quick] = [await node.join(user), await node.join(user)];
    slow.socket.pause();
    const total = 600;
    await node.append(user, total, "x".repeat(100_000));
    await quick.when(() => quick.offsets.length === total);
    const connection = node.core.connectionsOf(user.userId).find((one) => one.progress.sent < total);
    expect(connection?.progress.sent).toBeGreaterThan(0);
    await node.clock.advance(limits.stalledMsMax + 2_000);
    await node.clock.advance(3_000);
    slow.socket.resume();
    await slow.closed;
    expect(slow.offsets).toEqual(slow.offsets.map((_, n) => n + 1));
    expect(slow.offsets.length).toBeLessThan(total);
    expect(node.core.connectionsOf(user.userId)).toHaveLength(1);
  });
});

describe("liveness", () => {
  it("pings a silent peer and closes one that does not answer [P10]", async () => {
    await using node = await new TestNode().listen();
    const [alive, dead] = [await node.join(node.signIn()), await node.join(node.signIn())];
    await node.clock.advance(limits.heartbeatMs + 1_000);
    await Promise.all([alive.until("ping"), dead.until("ping")]);
    alive.say({ type: "pong" });
    alive.say(send("c1"));
    await alive.until("done");
    await node.clock.advance(limits.heartbeatGraceMs + 1_000);
    expect(await dead.closed).toBe(closeCodes.heartbeat_timeout.code);
    await node.until(() => node.core.stats().connections === 1);
  });

  it("closes a session's sockets when it is revoked, and no others [P14]", async () => {
    await using node = await new TestNode().listen();
    const first = node.signIn();
    const second = node.signIn({ userId: first.userId });
    const [gone, stays] = [await node.join(first), await node.join(second)];
    node.core.revokeSession(first);
    expect(await gone.closed).toBe(closeCodes.session_revoked.code);
    stays.say(send("c1"));
    await stays.until("done");
  });

  it("says that a session runs out, takes a fresh ticket, and closes one that did not come [P14]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn({ expiresAt: node.clock.now() + 90_000 });
    const [renewed, ended] = [await node.join(user), await node.join(user)];
    const pong = () => {
      for (const peer of [renewed, ended]) peer.say({ type: "pong" });
    };
    await node.clock.advance(31_000);
    expect(await renewed.until("expiring")).toMatchObject({ atMs: user.expiresAt });
    await ended.until("expiring");
    node.userByTicket.set("foreign", node.signIn());
    renewed.say({ type: "refresh", token: "foreign" });
    expect(await renewed.until("error")).toMatchObject({ code: "unauthenticated" });
    node.userByTicket.set("fresh", { ...user, expiresAt: node.clock.now() + 85_000 });
    renewed.say({ type: "refresh", token: "fresh" });
    renewed.say(send("c1"));
    await renewed.until("done");
    pong();
    await node.clock.advance(30_000);
    pong();
    await node.clock.advance(30_000);
    expect(await ended.closed).toBe(closeCodes.session_expired.code);
    const notices = (peer: Peer) => peer.heard.filter(({ type }) => type === "expiring");
    expect([notices(renewed).length, notices(ended).length]).toEqual([2, 1]);
    expect(node.core.connectionsOf(user.userId)).toHaveLength(1);
  });

  it("drains: asks to come back, takes nobody new, and closes who stays [P15]", async () => {
    await using node = await new TestNode().listen();
    const peer = await node.join(node.signIn());
    const drained = node.core.drain(5_000);
    expect(await peer.until("goaway")).toMatchObject({ afterMs: 5_000 });
    const late = node.peer(node.signIn());
    await late.closed;
    expect(late.refused).toMatchObject({ status: 503 });
    await node.clock.advance(5_000);
    expect(await peer.closed).toBe(closeCodes.going_away.code);
    await drained;
    expect(node.core.stats()).toMatchObject({ connections: 0, users: 0, upgrades: 0 });
  });

  it("sends away whose upgrade was under way when the drain began [P15]", async () => {
    await using node = await new TestNode().listen();
    const stays = await node.join(node.signIn());
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    const late = node.peer(node.signIn());
    late.say(hello);
    await node.until(() => node.core.stats().upgrades === 1);
    const drained = node.core.drain(5_000);
    gate.resolve();
    expect(await late.closed).toBe(closeCodes.going_away.code);
    expect(late.heard).toEqual([]);
    stays.cut();
    await drained;
  });

  it("a command that came is carried out though its socket closed at once [P13]", async () => {
    await using node = await new TestNode().listen();
    const user = node.signIn();
    const peer = await node.join(user);
    const other = await node.join(user);
    peer.say(send("c1", "still done"));
    peer.socket.close();
    await other.when(() => other.offsets.length === 1);
  });
});
