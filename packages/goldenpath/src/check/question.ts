import type { Line, Person } from "./person.ts";

/** Where and what is asked. */
export interface Asking {
  readonly question: string | undefined;
  readonly agent: string | undefined;
  /** For each step that waits on the server. */
  readonly timeoutMs: number;
  /** K2: the threads that the questions made. */
  readonly threadIds: Set<string>;
}

/** Asks over that line; with `id`, a command that may have been sent before. */
export async function ask(line: Line, question: string, asking: Asking, id?: string): Promise<string> {
  const sent = await line.client.send({
    parts: [{ type: "text", text: question }],
    ...(id !== undefined && { id }),
    ...(asking.agent !== undefined && { agent: asking.agent }),
  });
  if (!sent.ok) throw new Error(`send was refused: ${sent.code}: ${sent.message}`);
  asking.threadIds.add(sent.result.threadId);
  return sent.result.runId;
}

/** The question that was given, or the agent's own first example. */
export async function questionOf(asker: Person, { question, agent }: Asking): Promise<string> {
  return question ?? exampleOf(asker, agent);
}

async function exampleOf(asker: Person, name: string | undefined): Promise<string> {
  const answer = await asker.request("GET", "/api/agents");
  const body = answer.body as
    | Partial<{ agents: { name: string; examples: string[] }[]; default: string }>
    | undefined;
  const agent = body?.agents?.find((one) => one.name === (name ?? body.default));
  if (!agent)
    throw new Error(`/api/agents does not name ${name ?? "a default agent"} (status ${answer.status})`);
  return agent.examples[0] ?? "What can you do? Use a tool if you have one.";
}

export function ended(line: Line, runId: string): boolean {
  return line
    .eventsOf(runId)
    .some(({ type }) => type === "agent_completed" || type === "agent_failed" || type === "agent_cancelled");
}

/** K1: what an earlier check should have made. */
export function need<T>(value: T | undefined, missing: string): T {
  if (value === undefined) throw new Error(`not tried: ${missing}`);
  return value;
}
