/** `npm test`: every check of the repository, in stages; the first one that fails ends it. */
import { join } from "node:path";
import { build, ensureInstalled, execute, requireNode, root, run, Stop, tool } from "./workspace.mjs";

const minuteMs = 60_000;

const stages = [
  { name: "install", call: ensureInstalled },
  {
    name: "lint",
    alone: "npm run lint",
    call: () => tool("biome", ["check", "."], { timeoutMs: 3 * minuteMs }),
  },
  { name: "typecheck", alone: "npm run typecheck", call: typecheck },
  { name: "build", alone: "npm run build", call: build },
  {
    name: "imports",
    alone: "npm run imports",
    call: () =>
      execute(requireNode(), [join(root, "packages/goldenpath/src/cli.ts"), "imports", "check"], {
        timeoutMs: 2 * minuteMs,
      }),
  },
  {
    // Here, because tests that run side by side cannot install the same at once, nor wait for it within their time.
    name: "servers",
    alone: "node tests/servers/installed.ts",
    call: () =>
      execute(requireNode(), [join(root, "tests/servers/installed.ts")], { timeoutMs: 10 * minuteMs }),
  },
  {
    name: "tests",
    alone: "npx vitest run",
    call: () => tool("vitest", ["run"], { timeoutMs: 12 * minuteMs }),
  },
];

async function typecheck() {
  await tool("tsc", ["-p", "tsconfig.json"], { timeoutMs: 3 * minuteMs });
  await tool("tsc", ["-p", "apps/chat/tsconfig.json"], { timeoutMs: 3 * minuteMs });
}

await run(async () => {
  const passed = [];
  for (const { name, alone, call } of stages) {
    console.log(`\n== ${name}`);
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
    try {
      await call();
    } catch (error) {
      if (error instanceof Stop) throw error;
      const before = passed.length === 0 ? "" : ` Before it: ${passed.join(", ")}.`;
      throw new Stop(
        `\nFAILED at ${name} after ${seconds()}: ${error.message}.${before}${alone ? ` Alone: ${alone}` : ""}`,
      );
    }
    passed.push(`${name} ${seconds()}`);
  }
  console.log(`\nAll checks hold: ${passed.join(", ")}.`);
});
