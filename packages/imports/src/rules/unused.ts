import { compileGlob } from "../resolve/glob.ts";
import { focused, type Rule, ruleInfo } from "./rule.ts";

const info = ruleInfo("unused-export", "note", "What nobody imports is kept, tested and renamed for nobody.");

/**
 * Names that a module says are public (`__all__`, `export`) and nobody in the tree takes. Doors of packages,
 * configured entries, tests and modules that are imported whole are left alone: somebody outside may use them.
 */
export const unused: Rule = {
  infos: [info],
  covers: "tree",
  check: (context, tell) => {
    const { project, config } = context;
    if (config.entries.length === 0) return;
    const isEntry = config.entries.map((glob) => compileGlob(glob));
    const whole = new Set<number>();
    for (const [file, facts] of project.files.entries()) {
      for (const [index, statement] of facts.imports.entries()) {
        const isWhole =
          statement.names.length === 0 ||
          statement.names.some((name) => name.name === "" || name.name === "*");
        if (!isWhole) continue;
        const resolution = project.resolution(file, index);
        if (resolution.is === "file") whole.add(resolution.file);
      }
    }
    for (const file of focused(context)) {
      const facts = project.facts(file);
      const module = project.moduleName(file);
      if (whole.has(file) || isEntry.some((test) => test(facts.path) || test(module))) continue;
      const used = new Set(
        context
          .uses()
          .through(file)
          .map((use) => use.name),
      );
      const offered =
        facts.language === "python"
          ? facts.publicNames?.isKnown === true
            ? facts.publicNames.names
            : []
          : facts.exports.filter((each) => each.name !== "*");
      for (const each of offered) {
        if (used.has(each.name)) continue;
        tell(info, {
          file,
          place: each,
          module,
          symbol: each.name,
          message: `Nobody imports ${each.name} from ${module}`,
          why: ["remove it from the exports, or name the module under `entries`"],
        });
      }
    }
  },
};
