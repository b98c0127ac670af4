/** An expected failure as a value: what is wrong, where, and what the reader can do about it. */
export interface Problem {
  readonly problem: string;
  /** Up to 20 places: "line 17, column cost: …". */
  readonly where: readonly string[];
  readonly fix: string;
}

export function problem(text: string, fix: string, where: readonly string[] = []): Problem {
  return { problem: text, where, fix };
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "problem" in value;
}
