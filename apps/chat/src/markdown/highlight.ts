/**
 * Words, strings, numbers and comments of a piece of code, for colour. One pass with one expression per
 * family of languages, no grammar: what it does not know stays plain. Code over `codeCharsMax` stays plain
 * too, because it is drawn anew while it streams.
 */
export type TokenKind = "plain" | "comment" | "string" | "number" | "keyword" | "key";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const codeCharsMax = 20_000;

interface Family {
  /** Alternatives in this order: comment, string, number, word. */
  readonly pattern: RegExp;
  readonly keywords: ReadonlySet<string>;
  readonly ignoresCase: boolean;
}

const strings = {
  double: String.raw`"(?:[^"\\\n]|\\.)*"?`,
  single: String.raw`'(?:[^'\\\n]|\\.)*'?`,
  back: "`(?:[^`\\\\]|\\\\[^])*`?",
  triple: `"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)`,
};
const number = String.raw`\b(?:0x[\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)\b`;
const word = String.raw`[A-Za-z_$][\w$]*`;
const comments = {
  slashes: String.raw`//[^\n]*|/\*[^]*?(?:\*/|$)`,
  hash: String.raw`(?<![\w$&])#[^\n]*`,
  dashes: String.raw`--[^\n]*|/\*[^]*?(?:\*/|$)`,
  none: "(?!)",
};

function family(comment: string, quoted: readonly string[], keywords: string, ignoresCase = false): Family {
  return {
    pattern: new RegExp(`(${comment})|(${quoted.join("|")})|(${number})|(${word})`, "g"),
    keywords: new Set(keywords.split(" ")),
    ignoresCase,
  };
}

const { double, single, back, triple } = strings;
const script = family(
  comments.slashes,
  [double, single, back],
  "abstract as async await break case catch class const continue default delete do else enum export extends false finally for from function if implements import in instanceof interface let new null of private protected public readonly return satisfies static super switch this throw true try type typeof undefined var void while yield",
);
const python = family(
  comments.hash,
  [triple, double, single],
  "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield match case",
);
const sql = family(
  comments.dashes,
  [double, single],
  "select from where group by order having limit offset join left right inner outer full cross on using as and or not in is null like between case when then else end distinct union all insert into values update set delete create table index view with asc desc over partition interval exists cast primary key references",
  true,
);
const shell = family(
  comments.hash,
  [double, single],
  "if then else elif fi for in do done while case esac function return export local set unset echo cd exit source sudo",
);
const compiled = family(
  comments.slashes,
  [double, single],
  "as async await bool break case char class const continue crate default defer double else enum extern false final float fn for func func go goto if impl import in int interface let long loop map match mod mut new nil null override package private protected pub public range return self short static string struct super switch this throw throws trait true try type use var void where while",
);
const data = family(comments.hash, [double, single], "true false null yes no");
const json = family(comments.none, [double], "true false null");

const families: Readonly<Record<string, Family>> = {
  js: script,
  jsx: script,
  javascript: script,
  mjs: script,
  ts: script,
  tsx: script,
  typescript: script,
  py: python,
  python,
  sql,
  bash: shell,
  sh: shell,
  shell,
  zsh: shell,
  console: shell,
  go: compiled,
  rust: compiled,
  rs: compiled,
  java: compiled,
  kotlin: compiled,
  swift: compiled,
  c: compiled,
  cpp: compiled,
  csharp: compiled,
  cs: compiled,
  yaml: data,
  yml: data,
  toml: data,
  json,
  jsonc: family(comments.slashes, [double], "true false null"),
  jsonl: json,
};

/** The code in pieces whose texts, joined, are the code. */
export function highlight(code: string, language: string): readonly Token[] {
  const name = language.toLowerCase();
  const chosen = Object.hasOwn(families, name) ? families[name] : undefined;
  if (!chosen || code.length > codeCharsMax) return [{ kind: "plain", text: code }];
  const tokens: Token[] = [];
  let at = 0;
  for (const match of code.matchAll(chosen.pattern)) {
    const [text, comment, quoted, figure] = match;
    const kind: TokenKind =
      comment !== undefined
        ? "comment"
        : quoted !== undefined
          ? isKey(code, match.index + text.length, name)
            ? "key"
            : "string"
          : figure !== undefined
            ? "number"
            : chosen.keywords.has(chosen.ignoresCase ? text.toLowerCase() : text)
              ? "keyword"
              : "plain";
    if (kind === "plain" || text === "") continue;
    if (match.index > at) tokens.push({ kind: "plain", text: code.slice(at, match.index) });
    tokens.push({ kind, text });
    at = match.index + text.length;
  }
  if (at < code.length) tokens.push({ kind: "plain", text: code.slice(at) });
  return tokens;
}

/** In JSON, a text before a colon is a name. */
function isKey(code: string, end: number, language: string): boolean {
  return language.startsWith("json") && /^\s*:/.test(code.slice(end, end + 20));
}
