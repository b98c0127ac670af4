/**
 * `npm run fuzz -- [--inputs N] [--seed S]`: the long form of fuzz.test.ts; N frames and requests, 1,000,000
 * unless told. Ends with 1 when the server did what it must not, and prints the seed.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { inputs: { type: "string", default: "1000000" }, seed: { type: "string" } },
});
for (const [name, value] of Object.entries(values)) {
  if (/^[1-9]\d{0,8}$/.test(value)) continue;
  console.error(`--${name} takes a whole number from 1 to 999999999, not ${value}`);
  process.exit(2);
}
const root = fileURLToPath(new URL("../..", import.meta.url));
const child = spawn("npx", ["vitest", "run", "tests/adversary/fuzz.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    FUZZ_INPUTS: values.inputs,
    ...(values.seed === undefined ? {} : { FUZZ_SEED: values.seed }),
  },
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
