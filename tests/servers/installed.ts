/**
 * `node tests/servers/installed.ts`: PostgreSQL and NATS are installed before tests that run side by side look for
 * them. Ends with 1 and the command to run where they are missing and may not be installed.
 */
import { natsProgram } from "./nats.ts";
import { postgresPrograms } from "./postgres-program.ts";

for (const find of [postgresPrograms, natsProgram]) {
  try {
    console.log(find());
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
