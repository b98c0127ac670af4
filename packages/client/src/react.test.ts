import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { answered, events, fixture, live, until } from "./client-fixture.ts";
import { ClientProvider, useConnection, useRun, useThread, useThreads, useView } from "./react.ts";

function Everything(): ReactNode {
  const connection = useConnection();
  const { threads, history } = useThreads();
  const { messages, outgoing, thread } = useThread("t1");
  const fresh = useThread(undefined);
  const run = useRun("r3");
  const { cursor } = useView();
  const facts = {
    connection: connection.is,
    threads: threads.map(({ id }) => id),
    history: history.is,
    thread: thread?.title,
    messages: messages.map(({ id, status }) => `${id} ${status}`),
    outgoing: outgoing.length,
    fresh: [fresh.messages.length, fresh.outgoing.length, fresh.history.is],
    run: run?.status,
    offset: cursor?.offset,
  };
  return createElement("pre", null, JSON.stringify(facts));
}

test("the hooks show what the client holds", async () => {
  const f = await fixture();
  const line = await live(f);
  line.say(events(answered.slice(0, 8)));
  void f.client.send("a new thread");
  await until(f.client, () => f.client.view.cursor?.offset === 8);
  const markup = renderToStaticMarkup(
    createElement(ClientProvider, { client: f.client }, createElement(Everything)),
  );
  const facts: unknown = JSON.parse(markup.replace(/<[^>]+>/g, "").replaceAll("&quot;", '"'));
  expect(facts).toEqual({
    connection: "live",
    threads: ["t1"],
    history: "complete",
    thread: "About t1",
    messages: ["m2 completed", "ar3 streaming"],
    outgoing: 0,
    fresh: [0, 1, "unopened"],
    run: "streaming",
    offset: 8,
  });
});

test("a hook outside of a provider says what is missing", () => {
  expect(() => renderToStaticMarkup(createElement(Everything))).toThrow(/ClientProvider/);
});
