/** The HTTP API that pages use beside the socket, answered by the server's process from its journal. */
import type { Fetch } from "@goldenpath/client";
import { type ErrorCode, errorCodes } from "@goldenpath/protocol";
import type { Device } from "./login.ts";
import type { Scope } from "./scheduler.ts";
import type { Server } from "./server.ts";
import type { World } from "./world.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Change = { readonly is: "rename"; readonly title: string } | { readonly is: "delete" };

/** `fetch` as a page of that device has it: time both ways, and failures of the line and of the process. */
export function createFetch(world: World, page: Scope, device: Device): Fetch {
  return async (url, { signal }) => {
    const answer = await request(world, page, device, signal, (server, userId) => get(server, userId, url));
    return {
      ok: answer.status < 400,
      status: answer.status,
      json: () => Promise.resolve(JSON.parse(JSON.stringify(answer.body)) as unknown),
    };
  };
}

/** PATCH or DELETE of a thread. Rejects when the line or the process failed: then its fate is not known. */
export async function changeThread(
  world: World,
  page: Scope,
  device: Device,
  threadId: string,
  change: Change,
): Promise<number> {
  const signal = new AbortController().signal;
  const { status } = await request(world, page, device, signal, async (server, userId) => {
    if (!(await server.journal.thread(userId, threadId))) return refused(404, "not_found");
    return change.is === "delete"
      ? deleteThread(world, server, userId, threadId)
      : renameThread(world, server, userId, threadId, change.title);
  });
  return status;
}

function request(
  world: World,
  page: Scope,
  device: Device,
  signal: AbortSignal,
  handle: (server: Server, userId: string) => Promise<Answer>,
): Promise<Answer> {
  const { scheduler, network, login } = world;
  return new Promise((resolve, reject) => {
    const fail = () => reject(new TypeError("fetch failed"));
    signal.addEventListener("abort", fail, { once: true });
    const cookie = device.sessionId;
    if (!world.reachable(device)) {
      scheduler.after(page, network.delayMs(), fail);
      return;
    }
    scheduler.after(page, network.delayMs(), () => {
      const server = world.server;
      if (!server?.listening) {
        scheduler.after(page, network.delayMs(), fail);
        return;
      }
      const user = login.user(cookie);
      // A process that dies takes its answers along; the page's system hears of that.
      server.onDeath(() => scheduler.after(page, network.delayMs(), fail));
      scheduler.after(server.scope, 0, () => {
        const answering = user
          ? handle(server, user.userId)
          : Promise.resolve(refused(401, "unauthenticated"));
        answering.then(
          (answer) => scheduler.after(page, network.delayMs(), () => resolve(answer)),
          () => scheduler.after(page, network.delayMs(), () => resolve(refused(500, "internal"))),
        );
      });
    });
  });
}

async function get(server: Server, userId: string, url: string): Promise<Answer> {
  const { pathname, searchParams } = new URL(url);
  const [, , , threadId, messages] = pathname.split("/");
  const before = searchParams.get("before");
  const page = { limit: Number(searchParams.get("limit") ?? 50), ...(before === null ? {} : { before }) };
  const { journal } = server;
  if (threadId === undefined) return { status: 200, body: { threads: await journal.threads(userId, page) } };
  const thread = await journal.thread(userId, threadId);
  if (!thread) return refused(404, "not_found");
  if (messages === undefined) return { status: 200, body: { thread } };
  return { status: 200, body: { messages: await journal.messages(userId, threadId, page) } };
}

async function deleteThread(world: World, server: Server, userId: string, threadId: string): Promise<Answer> {
  world.deletions.add(threadId);
  await server.supervisor.cancelThread(userId, threadId);
  const outcome = await server.journal.commit({
    userId,
    events: [{ id: world.makeId(), type: "thread_deleted", at: server.clock.now(), threadId, data: {} }],
  });
  return outcome.is === "refused" ? refused(503, "unavailable") : { status: 200, body: {} };
}

async function renameThread(
  world: World,
  server: Server,
  userId: string,
  threadId: string,
  title: string,
): Promise<Answer> {
  const found = await server.journal.thread(userId, threadId);
  if (!found) return refused(404, "not_found");
  const thread = { ...found, title };
  const at = server.clock.now();
  const outcome = await server.journal.commit({
    userId,
    events: [{ id: world.makeId(), type: "thread_updated", at, threadId, data: { thread } }],
  });
  return outcome.is === "refused" ? refused(503, "unavailable") : { status: 200, body: { thread } };
}

function refused(status: number, code: ErrorCode): Answer {
  const { meaning, retry } = errorCodes[code];
  return { status, body: { error: { code, message: meaning, retry } } };
}
