/**
 * The adapter of `@goldenpath/client`: commands on stdin, what happens on stdout, one JSON value a line.
 * README.md says which.
 */
import { createInterface } from "node:readline";
import { type Client, type ClientOptions, createClient } from "@goldenpath/client";

type Command = { readonly do: string; readonly tag?: string; readonly [field: string]: unknown };

/** Reads commands until stdin ends. `more` changes how clients are made. */
export async function adapt(more: Partial<ClientOptions> = {}): Promise<void> {
  const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  let current: Client | undefined;

  function start(url: string, tickets: boolean): void {
    current?.close();
    const client = createClient({
      url,
      name: "conformance",
      ...(tickets && { fetchTicket: ticketsOf(url) }),
      ...more,
    });
    current = client;
    let told = client.state;
    client.subscribe(() => {
      if (client.state === told) return;
      told = client.state;
      tell({ is: "state", state: told.is, ...("code" in told && { code: told.code }) });
    });
    void tellEvents(client);
    client.connect();
  }

  async function tellEvents(client: Client): Promise<void> {
    try {
      for await (const event of client.events()) tell({ is: "event", event });
    } catch {
      // A snapshot came in between: what was missed is in the view, and events go on from here.
      if (client === current) await tellEvents(client);
    }
  }

  async function answer(command: Command): Promise<object | undefined> {
    const client = current;
    if (!client) return undefined;
    const { tag, text, runId, approvalId, decision, do: what, ...fields } = command;
    if (what === "send") return client.send({ ...fields, parts: [{ type: "text", text: String(text) }] });
    if (what === "cancel") return client.cancel(String(runId));
    if (what === "resolve")
      return client.resolve(String(approvalId), decision === "approve" ? "approve" : "reject");
    if (what === "connect") client.connect();
    if (what === "close") client.close();
    return undefined;
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as Command;
    const { tag } = command;
    if (command.do === "start") start(String(command.url), command.tickets === true);
    else if (command.do === "view") tell({ is: "view", tag, ...(current && viewOf(current)) });
    else {
      void answer(command).then((result) => {
        if (result) tell({ is: "answer", tag, ...result });
      });
    }
  }
  current?.close();
}

function viewOf({ view }: Client): object {
  return {
    userId: view.userId,
    cursor: view.cursor,
    threads: view.threads,
    messages: Object.fromEntries(view.messagesByThread),
    activeRuns: [...view.activeRuns.keys()],
  };
}

function ticketsOf(url: string): NonNullable<ClientOptions["fetchTicket"]> {
  return async (signal) => {
    const response = await fetch(new URL("/api/tickets", url), { method: "POST", signal });
    if (response.status === 401) return undefined;
    if (!response.ok) throw new Error(`tickets: ${response.status}`);
    const { ticket } = (await response.json()) as { ticket: string };
    return ticket;
  };
}

if (import.meta.main) await adapt();
