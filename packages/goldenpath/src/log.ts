import { type Logger, pino } from "pino";
import type { LogLevel } from "./options.ts";

/** JSON lines on stderr, so that stdout stays for people. Written at once: a crash loses none of them. */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Where a cookie, a ticket or a password should ever come near a log line, it does not get in.
      redact: {
        paths: ["*.cookie", "*.authorization", "*.password", "*.secret", "*.ticket", "*.token"],
        censor: "…",
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
