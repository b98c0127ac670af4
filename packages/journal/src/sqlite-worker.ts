/** The thread that owns the database: opens it, answers one request after the other, closes it. */
import { parentPort, workerData } from "node:worker_threads";
import type { CallName, Calls, Reply, Request, WorkerOptions } from "./sqlite-channel.ts";
import { errorWords, failureCode, openFailure } from "./sqlite-failure.ts";
import { openDatabase } from "./sqlite-open.ts";
import { SqliteStore } from "./sqlite-store.ts";

const port = parentPort;
if (!port) throw new Error("sqlite-worker runs in a worker thread, started by openSqliteJournal");
const say = (replies: readonly Reply[]) => port.postMessage(replies);

const repliesMax = 64;

const options = workerData as WorkerOptions;
const opened = openStore();
if (opened.is === "failed") {
  say([opened]);
  port.close();
} else {
  const { store } = opened;
  port.on("message", (requests: readonly Request[]) => {
    let replies: Reply[] = [];
    for (const request of requests) {
      if (request.call === "close") {
        opened.close();
        say([...replies, { is: "answer", id: request.id, answer: undefined }]);
        port.close();
        return;
      }
      // What is answered already waits neither for the disk nor for very many others.
      if (replies.length > 0 && (request.call === "group" || replies.length >= repliesMax)) {
        say(replies);
        replies = [];
      }
      replies.push(replyTo(store, request));
    }
    say(replies);
  });
  say([{ is: "opened", epoch: opened.epoch }]);
}

function replyTo(store: SqliteStore, request: Exclude<Request, { call: "close" }>): Reply {
  try {
    return { is: "answer", id: request.id, answer: answerOf(store, request) };
  } catch (error) {
    return { is: "broken", id: request.id, message: errorWords(error) };
  }
}

function openStore() {
  const open = openDatabase(options);
  if (open.is === "failed") return open;
  try {
    return { ...open, store: new SqliteStore(open, options) };
  } catch (error) {
    open.close();
    return openFailure(failureCode(error), options.path, errorWords(error));
  }
}

function answerOf(
  store: SqliteStore,
  request: Exclude<Request, { call: "close" }>,
): Calls[CallName]["answer"] {
  switch (request.call) {
    case "group":
      return store.group(request);
    case "extent":
      return store.extent(request);
    case "read":
      return store.read(request);
    case "threads":
      return store.threads(request);
    case "thread":
      return store.thread(request);
    case "messages":
      return store.messages(request);
    case "run":
      return store.run(request);
    case "activeRuns":
      return store.activeRuns(request);
    case "runEvents":
      return store.runEvents(request);
    case "orphanedRuns":
      return store.orphanedRuns(request);
    case "claimRun":
      return store.claimRun(request);
    case "putAttachment":
      return store.putAttachment(request);
    case "attachment":
      return store.attachment(request);
    case "attachmentHead":
      return store.attachmentHead(request);
    case "trim":
      return store.trim(request);
  }
}
