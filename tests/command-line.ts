/** The options of the commands that run these checks for longer, or by hand. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Fewer words than parseArgs' own type, for options that are texts and switches. */
type Values<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ readonly options: T; readonly allowNegative: true }>
>["values"];

/** The options' values. Where `--help` is asked for, it is told and the process ends; where an option is wrong, too. */
export function optionsOf<T extends ParseArgsOptionsConfig>(help: string, options: T): Values<T> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    console.log(help);
    process.exit(0);
  }
  try {
    return parseArgs<{ readonly options: T; readonly allowNegative: true }>({ options, allowNegative: true })
      .values;
  } catch (error) {
    return refuse(help, error instanceof Error ? error.message : String(error));
  }
}

/** Ends the process: it could not run. */
export function refuse(help: string, why: string): never {
  console.error(`${why}\n\n${help}`);
  process.exit(2);
}
