/**
 * `npm run conformance -- URL`: every server case against a running server; `-- --client COMMAND`: every client
 * case against a client behind its adapter. README.md says what they have to bring.
 */
import { parseArgs } from "node:util";
import { runClientSuite } from "./client/suite.ts";
import { runServerSuite } from "./server/suite.ts";
import { type Result, report } from "./suite.ts";

const help = `npm run conformance -- URL [options]
npm run conformance -- --client COMMAND [options]

  --json                  print the results as JSON
  --filter TEXT           only cases whose name has this (a regular expression)
  --client COMMAND        test a client: the command starts its adapter, which speaks on stdin and stdout

For servers:
  --account EMAIL:PASS    an account that exists; twice or more. Without it the suite signs up its own
  --cookie TEXT           the Cookie header of a session that exists, where the login is another one; twice or more
  --agent ROLE=NAME       who plays echo, wait, approve, fail or many; default: an agent of that name
  --within SECONDS        how long an answer may take, default 10

Exit code: 0 every case that ran holds, 1 one is broken, 2 the suite could not run.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      filter: { type: "string", default: "" },
      client: { type: "string" },
      account: { type: "string", multiple: true, default: [] },
      cookie: { type: "string", multiple: true, default: [] },
      agent: { type: "string", multiple: true, default: [] },
      within: { type: "string", default: "10" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { filter } = values;
  const results =
    values.client === undefined
      ? await againstServer(positionals, values)
      : await runClientSuite({ command: values.client, filter });
  if (results.length === 0) throw new TypeError("no case has such a name");
  console.log(values.json ? JSON.stringify(results) : report(results));
  return results.some((result) => result.is === "broken") ? 1 : 0;
}

function againstServer(
  [url, ...more]: readonly string[],
  values: { readonly [name in "agent" | "account" | "cookie"]: string[] } & {
    readonly filter: string;
    readonly within: string;
  },
): Promise<readonly Result[]> {
  if (url === undefined || more.length > 0 || !URL.canParse(url)) throw new TypeError("give one URL");
  const agents = new Map(values.agent.map((one) => pairOf("--agent", one, "=")));
  return runServerSuite({
    url,
    filter: values.filter,
    withinMs: Number(values.within) * 1_000,
    given: [
      ...values.cookie.map((cookie) => ({ cookie })),
      ...values.account.map((one) => {
        const [email, password] = pairOf("--account", one, ":");
        return { email, password };
      }),
    ],
    ...(agents.size > 0 && { agents }),
  });
}

function pairOf(option: string, text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  if (at < 1) throw new TypeError(`${option} is NAME${by}VALUE, not ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`conformance: ${error instanceof Error ? error.message : error}\n\n${help}`);
  process.exitCode = 2;
}
