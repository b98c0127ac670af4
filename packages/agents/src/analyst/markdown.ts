/** Figures and tables as the reader sees them: one format for money, counts and names. */

/** 1234.5 is $1,234.50; sums are already rounded to the cent. */
export function money(value: number): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${value < 0 ? "-" : ""}$${Math.abs(value).toLocaleString("en-US", digits)}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** "1 call", "3 calls". */
export function counted(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? "" : "s"}`;
}

/** "grows by 3 % a week". */
export function changes(percentPerWeek: number): string {
  if (percentPerWeek === 0) return "hardly changes from week to week";
  return `${percentPerWeek > 0 ? "grows" : "falls"} by ${Math.abs(percentPerWeek)} % a week`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // The first column is words, the others are figures.
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return `${[line(head.map(safe)), line(rule), ...rows.map((row) => line(row.map(safe)))].join("\n")}\n`;
}

/** A name from a user's file cannot break the table or become markup. */
export function safe(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|~!]/g, "\\$&")
    .slice(0, 300);
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join("");
}
