import { describe, expect, test } from "vitest";
import type { Finding, Report, ReportContext, ReportFormat } from "../finding.ts";
import { reporterByFormat } from "./formats.ts";
import { graphDot, graphMermaid, type ModuleGraph } from "./graph.ts";
import { graphHtml } from "./graph-html.ts";
import { reportHtmlWithTrend } from "./html.ts";
import { reportSchema } from "./json.ts";
import { SARIF_RESULTS_MAX } from "./sarif.ts";

const broken: Finding = {
  rule: "unresolved-symbol",
  severity: "error",
  file: "src/a b.ts",
  line: 2,
  column: 10,
  endColumn: 13,
  module: "./b",
  symbol: "foo",
  message: "`foo` is not in ./b",
  why: ["./b has no export foo", "100% sure, <b>really</b>"],
  fix: { title: "import it from ./c", edits: [{ file: "src/a b.ts", start: 20, end: 25, text: "./c" }] },
  id: "unresolved-symbol src/a b.ts ./b foo 1",
};
const note: Finding = { ...broken, rule: "unused-export", severity: "note", line: 1, why: [], id: "n" };

function report(findings: readonly Finding[]): Report {
  return {
    version: 1,
    root: "/tree/<name>",
    files: 2,
    durationMs: 1234,
    score: {
      value: 90,
      imports: 10,
      unsound: 1,
      byRule: { "unresolved-symbol": 1 },
      byFolder: { src: { imports: 10, unsound: 1, value: 90 } },
    },
    findings,
    known: 3,
    skipped: [{ file: "x.vue", reason: "a component" }],
    fragments: [
      {
        symbol: "Manager",
        definedIn: "src/m.ts",
        paths: [
          { module: "./m", name: "Manager", imports: 4 },
          { module: "./n", name: "M", imports: 2 },
        ],
        imports: 6,
        definitions: 2,
        isState: true,
        harm: 24,
      },
    ],
  };
}

const context: ReportContext = {
  readSource: (file) => (file === "src/a b.ts" ? `first\n\timport { foo } from "./b";\nlast` : undefined),
  rules: [
    {
      id: "unresolved-symbol",
      severity: "error",
      reason: "It fails.",
      page: "imports/rules/unresolved-symbol",
    },
  ],
  useColour: false,
  width: 100,
};

function print(format: ReportFormat, findings: readonly Finding[]): string {
  return reporterByFormat[format](report(findings), context);
}

test("every format ends with a newline, for a clean tree and for another", () => {
  for (const format of Object.keys(reporterByFormat) as ReportFormat[]) {
    for (const findings of [[], [broken, note]]) expect(print(format, findings).endsWith("\n")).toBe(true);
  }
});

describe("text", () => {
  test("shows the place, the line, the reason, the fix and the score", () => {
    const lines = print("text", [broken]).split("\n");
    expect(lines.slice(0, 9)).toEqual([
      "src/a b.ts",
      "",
      "  2:10     error   `foo` is not in ./b  unresolved-symbol",
      "           1 | first",
      '         > 2 |   import { foo } from "./b";',
      "             |           ^^^",
      "           3 | last",
      "           because ./b has no export foo",
      "           because 100% sure, <b>really</b>",
    ]);
    expect(lines.at(-3)).toBe(
      "1 error; 2 files in 1.23 s, score 90.0 (9 of 10 imports sound), 3 known findings in the baseline",
    );
    expect(print("text", [])).toContain("clean: 2 files");
  });

  test("a flood of notes does not hide what fails", () => {
    const notes = Array.from({ length: 100 }, (_, index) => ({ ...note, file: `a${index}.ts` }));
    const text = print("text", [...notes, broken]);
    expect(text).toContain("is not in ./b  unresolved-symbol");
    expect(text).toContain("… and 80 notes more: --format json lists them all");
  });

  test("no byte of a source reaches the terminal as a command", () => {
    const hostile = {
      ...context,
      readSource: () => "\u001b[2Jx\n\u001b]0;y\u0007 \u202e\nz",
      useColour: false,
    };
    expect(reporterByFormat.text(report([broken]), hostile)).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
  });
});

describe("json", () => {
  test("is the report, and the schema describes it wholly", () => {
    const value: unknown = JSON.parse(print("json", [broken, note]));
    expect(value).toEqual(report([broken, note]));
    expect(violations(value, reportSchema, "$")).toEqual([]);
    expect(violations({ ...report([]), extra: 1, files: "2" }, reportSchema, "$")).toEqual([
      "$.files",
      "$.extra",
    ]);
  });
});

describe("sarif", () => {
  const read = (text: string) =>
    (JSON.parse(text) as { runs: [{ results: { [key: string]: unknown }[]; invocations: unknown }] }).runs[0];

  test("names rule, place, fingerprint and fix", () => {
    const [result] = read(print("sarif", [broken])).results;
    expect(result).toMatchObject({
      ruleId: "unresolved-symbol",
      ruleIndex: 0,
      level: "error",
      partialFingerprints: { "goldenpathImports/v1": broken.id },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "src/a%20b.ts", uriBaseId: "SRCROOT" },
            region: { startLine: 2, startColumn: 10, endColumn: 13 },
          },
        },
      ],
      fixes: [
        { artifactChanges: [{ replacements: [{ deletedRegion: { byteOffset: 20, byteLength: 5 } }] }] },
      ],
    });
  });

  test("holds no more than a run may, the heaviest, and says so", () => {
    const many = Array.from({ length: SARIF_RESULTS_MAX }, (_, index) => ({ ...note, line: index + 1 }));
    const run = read(print("sarif", [...many, broken]));
    expect(run.results).toHaveLength(SARIF_RESULTS_MAX);
    expect(run.results[0]).toMatchObject({ level: "error" });
    expect(JSON.stringify(run.invocations)).toContain("1 finding of lower severity left out");
  });
});

test("github annotations escape what would end them", () => {
  const [line] = print("github", [broken]).split("\n");
  expect(line).toBe(
    "::error file=src/a b.ts,line=2,endLine=2,col=10,endColumn=13,title=unresolved-symbol::`foo` is not in ./b%0A- ./b has no export foo%0A- 100%25 sure, <b>really</b>%0Afix: import it from ./c",
  );
});

test("junit counts failures, escapes, and has a case when all is clean", () => {
  const xml = print("junit", [broken, note]);
  expect(xml).toContain('tests="2" failures="1" time="1.234"');
  expect(xml).toContain("&lt;b&gt;really&lt;/b&gt;");
  expect(print("junit", [])).toContain('name="2 files checked"');
  expect(print("junit", [{ ...broken, message: "a\u0000b\ud800" }])).not.toMatch(/(?!\n)\p{C}/u);
});

describe("html", () => {
  test("is self-contained and escapes what it shows", () => {
    const page = reportHtmlWithTrend(report([broken]), context, [
      { revision: "aaa", at: "2026-01-01", score: 80 },
      { revision: "bbb", at: "2026-02-01", score: 90 },
    ]);
    expect(page).not.toMatch(/<(?:link|img|iframe)|src=|https?:/);
    expect(page).not.toContain("<b>really</b>");
    expect(page).toContain("What to do first");
    expect(page).toContain("2 paths, 6 imports, 2 definitions");
    expect(page).toContain("from 80.0 at aaa");
  });

  test("says first what settles most", () => {
    const page = print("html", [broken, { ...broken, file: "src/z.ts", fix: { title: "", edits: [] } }]);
    expect(page).toContain("Restore or replace foo of ./b.");
    expect(print("html", [])).toContain("Give Manager one canonical path.");
  });

  test("says before that what fails when it runs, however few those are", () => {
    const copies = Array.from({ length: 40 }, () => ({ ...note, severity: "warning" as const }));
    const page = print("html", [...copies, broken, { ...broken, symbol: "bar" }]);
    const first = page.indexOf("Mend src/a b.ts.");
    expect(page.slice(first)).toMatch(/^Mend src\/a b\.ts\..*of its imports 1 more lead nowhere/s);
    expect(first).toBeLessThan(page.indexOf("Give Manager"));
    expect(first).toBeLessThan(page.indexOf("Clean up"));
  });
});

describe("graph", () => {
  const graph: ModuleGraph = {
    root: "/tree",
    modules: ["src/a.ts", 'src/q"uote.ts', "lib/</script>.ts"],
    edges: [
      { from: 0, to: 1, kind: "runtime" },
      { from: 1, to: 2, kind: "types" },
    ],
    cycles: [[0, 1]],
  };

  test("DOT and Mermaid quote names and tell kinds apart", () => {
    expect(graphDot(graph)).toContain('m1 [label="q\\"uote.ts", color="#b42318"];');
    expect(graphDot(graph)).toContain("m1 -> m2 [style=dotted");
    expect(graphMermaid(graph).split("\n").slice(1, 6)).toEqual([
      '  m0["src/a.ts"]',
      '  m1["src/q#34;uote.ts"]',
      '  m2["lib/#60;/script#62;.ts"]',
      "  m0 --> m1",
      "  m1 -.-> m2",
    ]);
  });

  test("Mermaid folds a large graph into folders", () => {
    const modules = Array.from(
      { length: 2_000 },
      (_, index) => `f${index % 10}/g${index % 100}/m${index}.ts`,
    );
    const edges = modules.map((_, from) => ({ from, to: (from * 7 + 1) % 2_000, kind: "runtime" as const }));
    const lines = graphMermaid({ root: "/t", modules, edges, cycles: [] }).split("\n");
    expect(lines.length).toBeLessThan(520);
    expect(lines).toContain('  m0["f0/g0"]');
  });

  test("the page holds every module and edge, and no name can end its script", () => {
    const page = graphHtml(graph);
    expect(page).not.toMatch(/src=|https?:\/\/(?!www\.w3\.org)/);
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
    expect(JSON.parse(data)).toEqual({ modules: graph.modules, edges: [0, 1, 0, 1, 2, 2], cycles: [[0, 1]] });
  });
});

/** The paths at which a value breaks a schema, for the keywords that ours uses. */
function violations(value: unknown, schema: unknown, path: string): readonly string[] {
  const { type, properties, required, items, additionalProperties, minimum, maximum, ...rest } = schema as {
    readonly [key: string]: unknown;
  };
  if ("const" in rest) return value === rest.const ? [] : [path];
  if ("enum" in rest) return (rest.enum as readonly unknown[]).includes(value) ? [] : [path];
  if (type === "string" || type === "boolean") return typeof value === type ? [] : [path];
  if (type === "number" || type === "integer") {
    const isFine = typeof value === "number" && (type === "number" || Number.isInteger(value));
    return isFine && value >= Number(minimum ?? value) && value <= Number(maximum ?? value) ? [] : [path];
  }
  if (type === "array") {
    if (!Array.isArray(value)) return [path];
    return value.flatMap((one, index) => violations(one, items, `${path}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [path];
  const known = (properties ?? {}) as { readonly [key: string]: unknown };
  const missing = ((required ?? []) as readonly string[]).filter((key) => !(key in value));
  const inner = Object.entries(value).flatMap(([key, one]) => {
    if (key in known) return violations(one, known[key], `${path}.${key}`);
    return additionalProperties === false
      ? [`${path}.${key}`]
      : violations(one, additionalProperties, `${path}.${key}`);
  });
  return [...missing.map((key) => `${path}.${key}`), ...inner];
}
