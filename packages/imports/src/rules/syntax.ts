import { focused, type Rule, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "syntax-error",
  "error",
  "A file that the language cannot read fails for everyone who imports it.",
);

/** What stands beside the sources and could not be read: said, so that silence never means "not looked". */
export const faults: Rule = {
  infos: [info],
  covers: "tree",
  check: ({ project }, tell) => {
    for (const { path, message } of project.faults()) {
      tell(info, {
        file: 0,
        path,
        place: { start: 0, end: 1, line: 1, column: 1 },
        module: "",
        symbol: "",
        message: `${path} ${message}`,
        why: ["what depends on it was not looked at: mend it, or name it under `exclude`"],
      });
    }
  },
};

/** Files that are broken or could not be read, with the place. */
export const syntax: Rule = {
  infos: [info],
  covers: "file",
  check: (context, tell) => {
    for (const file of focused(context)) {
      for (const problem of context.project.facts(file).problems) {
        if (problem.kind === "skipped") continue;
        const { line, column } = problem;
        tell(info, {
          file,
          place: { start: 0, end: 1, line, column },
          module: "",
          symbol: "",
          message: `This file ${problem.message}`,
          why: problem.kind === "syntax" ? ["what could be read of it is still used"] : [],
        });
      }
    }
  },
};
