/** Markdown as a screen reader should hear it: no marks, no fences' content, tables named and not spelled. */
export function plainText(markdown: string, charsMax: number): string {
  const text = markdown
    .replace(
      /^(`{3,}|~{3,})[ \t]*(\w*)[^\n]*\n[\s\S]*?(?:^\1[ \t]*$|(?![\s\S]))/gm,
      (_all, _fence, language) => (language === "chart" ? "(a chart)\n" : "(a code block)\n"),
    )
    .replace(/(?:^[ \t]*\|.*\|[ \t]*(?:\n|$))+/gm, "(a table)\n")
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$/gm, "")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, "")
    .replace(/(\*\*|__|~~|`)/g, "")
    .replace(/(?<![\w*])([*_])(?=\S)([^*\n]*?\S)\1(?!\w)/g, "$2")
    .replace(/\s+/g, " ")
    .trim();
  if (text.length <= charsMax) return text;
  const cut = text.lastIndexOf(" ", charsMax);
  return `${text.slice(0, cut > 0 ? cut : charsMax)} …`;
}
