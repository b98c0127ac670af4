import { type LockedExport, publicSurface } from "../contract.ts";
import { type Rule, type RuleContext, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "export-contract",
  "error",
  "A name that falls out of a module's exports breaks everyone who imports it, at once and elsewhere.",
);

/** So many consumers are listed; the number is always said. */
const consumersMax = 50;

/** Compares the locked surface with what the tree offers now. Additions are no break and are not reported. */
export const contract: Rule = {
  infos: [info],
  covers: "tree",
  check: (context, tell) => {
    const { project, config, lock } = context;
    identical(context, tell);
    if (lock === undefined) return;
    const now = new Map(publicSurface(project, config).map((each) => [`${each.module}:${each.name}`, each]));
    const originBefore = groupByOrigin(lock);
    for (const before of lock) {
      const after = now.get(`${before.module}:${before.name}`);
      const file = project.fileAt(before.path);
      const lookup = file === undefined ? undefined : project.lookupIn(file, before.name);
      // Present, but not as a part of the surface any more: a name that now comes from outside.
      const isThere =
        after !== undefined || (lookup !== undefined && lookup.is !== "missing" && lookup.is !== "conflict");
      let message: string | undefined;
      const why: string[] = [];
      if (file === undefined) message = `${before.module} is gone, and with it ${before.name}`;
      else if (!isThere) message = `${before.name} fell out of ${before.module}`;
      else if (after === undefined) message = undefined;
      else if (kindOf(after) !== kindOf(before)) {
        message = `${before.name} of ${before.module} was ${kindOf(before)} and is now ${kindOf(after)}`;
      } else if (after.origin !== before.origin) {
        const twins = (originBefore.get(before.origin) ?? []).filter((each) => each !== before);
        const parted = twins.filter(
          (twin) => now.get(`${twin.module}:${twin.name}`)?.origin !== after.origin,
        );
        message =
          parted.length > 0
            ? `${before.name} of ${before.module} is no longer the same object as ${parted.map((twin) => `${twin.module}:${twin.name}`).join(", ")}`
            : `${before.name} of ${before.module} moved from ${before.origin} to ${after.origin}`;
      }
      if (message === undefined) continue;
      const consumers = file === undefined ? askersOf(context, before) : consumersOf(context, before);
      why.push(`it was the ${kindOf(before)} ${before.origin}`);
      why.push(
        consumers.length === 0
          ? "nothing in the tree imports it"
          : `${consumers.length} import${consumers.length === 1 ? "" : "s"} of it in the tree`,
      );
      for (const use of consumers.slice(0, consumersMax)) {
        why.push(`breaks ${project.facts(use.file).path}:${use.line}`);
      }
      if (consumers.length > consumersMax) why.push(`and ${consumers.length - consumersMax} more`);
      why.push("restore it, or accept the change with: goldenpath imports lock");
      tell(info, {
        file: file ?? 0,
        ...(file === undefined ? { path: before.path } : {}),
        place: { start: 0, end: 1, line: 1, column: 1 },
        module: before.module,
        symbol: before.name,
        message,
        why,
      });
    }
  },
};

function kindOf(each: LockedExport): string {
  return each.isAsync ? `async ${each.kind}` : each.kind;
}

function groupByOrigin(lock: readonly LockedExport[]): Map<string, LockedExport[]> {
  const groups = new Map<string, LockedExport[]>();
  for (const each of lock) {
    if (each.origin === "-") continue;
    const known = groups.get(each.origin);
    if (known === undefined) groups.set(each.origin, [each]);
    else known.push(each);
  }
  return groups;
}

type Consumer = { readonly file: number; readonly line: number };

function consumersOf(context: RuleContext, before: LockedExport): readonly Consumer[] {
  const file = context.project.fileAt(before.path);
  if (file === undefined) return [];
  return context
    .uses()
    .through(file)
    .filter((use) => use.name === before.name)
    .map((use) => ({ file: use.file, line: use.place.line }));
}

/** Who asks for the name in a module that is gone. */
function askersOf({ project }: RuleContext, { path, name }: LockedExport): readonly Consumer[] {
  const stem = stemOf(path);
  const consumers: Consumer[] = [];
  for (const [file, { imports }] of project.files.entries()) {
    for (const [index, statement] of imports.entries()) {
      const asked = statement.names.find((each) => each.name === name || each.name === "*");
      if (asked === undefined && statement.names.some((each) => each.name !== "")) continue;
      const resolution = project.resolution(file, index);
      if (resolution.is !== "missing" || !resolution.tried.some((each) => stemOf(each) === stem)) continue;
      consumers.push({ file, line: (asked ?? statement.statement).line });
    }
  }
  return consumers;
}

/** What a module's path and the places where it was looked for have in common. */
function stemOf(path: string): string {
  return path.replace(/(\.d)?\.[cm]?[jt]sx?$|\.pyi?$/, "").replace(/(^|\/)(index|__init__)$/, "");
}

/** Groups of `module:name` that the configuration says are one object. */
function identical({ project, config }: RuleContext, tell: Parameters<Rule["check"]>[1]): void {
  if (config.identical.length === 0) return;
  for (const group of config.identical) {
    let first: { readonly path: string; readonly origin: string } | undefined;
    for (const path of group) {
      const colon = path.lastIndexOf(":");
      const module = path.slice(0, colon);
      const name = path.slice(colon + 1);
      const file = project.fileNamed(module);
      const lookup = file === undefined ? undefined : project.lookupIn(file, name);
      const found = lookup?.is === "found" ? lookup : undefined;
      const last = found === undefined ? undefined : project.facts(found.file).bindings[found.binding];
      const origin = found === undefined ? "" : `${project.moduleName(found.file)}:${last?.name ?? ""}`;
      first ??= { path, origin };
      if (origin !== "" && origin === first.origin) continue;
      tell(info, {
        file: file ?? 0,
        ...(file === undefined ? { path: module } : {}),
        place: { start: 0, end: 1, line: 1, column: 1 },
        module,
        symbol: name,
        message:
          origin === ""
            ? `${path} must be the same object as ${first.path}, but is not there`
            : `${path} is no longer the same object as ${first.path}`,
        why: [`${first.path} is ${first.origin || "not there"}`, `${path} is ${origin || "not there"}`],
      });
    }
  }
}
