import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { highlight } from "./highlight.ts";
import { twMerge } from "./join-classes.ts";
import { fenceOf, rawToText } from "./tree.ts";

describe("highlight", () => {
  const kinds = (code: string, language: string) =>
    highlight(code, language)
      .filter((token) => token.kind !== "plain")
      .map((token) => `${token.kind} ${token.text}`);

  test.each([
    ["ts", 'const a = "x"; // why', ["keyword const", 'string "x"', "comment // why"]],
    ["SQL", "SELECT 1.5 -- all", ["keyword SELECT", "number 1.5", "comment -- all"]],
    ["json", '{"a": "b", "c": null}', ['key "a"', 'string "b"', 'key "c"', "keyword null"]],
    [
      "python",
      "def f(): # x\n  return '''a\nb'''",
      ["keyword def", "comment # x", "keyword return", "string '''a\nb'''"],
    ],
    ["bash", 'echo "$#" a#b # end', ["keyword echo", 'string "$#"', "comment # end"]],
    ["cobol", "MOVE 1 TO X", []],
  ])("%s", (language, code, expected) => {
    expect(kinds(code, language)).toEqual(expected);
  });

  test("loses and adds nothing, whatever the code", () => {
    const language = fc.constantFrom(
      "ts",
      "python",
      "sql",
      "bash",
      "json",
      "rust",
      "yaml",
      "jsonc",
      "",
      "__proto__",
    );
    const piece = fc.constantFrom(
      '"',
      "'",
      "`",
      "\\",
      "//",
      "/*",
      "*/",
      "#",
      "--",
      "\n",
      "let",
      "12e",
      "x",
      '"""',
      " ",
    );
    fc.assert(
      fc.property(language, fc.array(piece, { maxLength: 60 }), (name, pieces) => {
        const code = pieces.join("");
        expect(
          highlight(code, name)
            .map((token) => token.text)
            .join(""),
        ).toBe(code);
      }),
    );
  });
});

describe("the renderer's tree", () => {
  test("a fence has its language and its text", () => {
    const code = {
      type: "element",
      tagName: "code",
      properties: { className: ["language-chart"] },
      children: [{ type: "text", value: '{"a":1}\n' }],
    };
    expect(fenceOf({ type: "element", tagName: "pre", children: [code] })).toEqual({
      language: "chart",
      code: '{"a":1}',
    });
    expect(fenceOf(undefined)).toBeUndefined();
  });

  test("raw HTML becomes text at any depth", () => {
    const tree = {
      type: "root",
      children: [{ type: "element", children: [{ type: "raw", value: "<script>" }] }],
    };
    rawToText()(tree);
    expect(tree).toEqual({
      type: "root",
      children: [{ type: "element", children: [{ type: "text", value: "<script>" }] }],
    });
  });
});

test("class names join", () => {
  expect(twMerge("a", undefined, "", "b")).toBe("a b");
});
