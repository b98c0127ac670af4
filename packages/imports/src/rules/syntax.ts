import { type Rule, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "syntax-error",
  "error",
  "A file that the language cannot read fails for everyone who imports it.",
);

/** Files that are broken or could not be read: said with their place, so that silence never means "not looked". */
export const syntax: Rule = {
  infos: [info],
  check: ({ project, focus }, tell) => {
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
    for (const [file, facts] of project.files.entries()) {
      if (focus !== undefined && !focus.has(file)) continue;
      for (const problem of facts.problems) {
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
