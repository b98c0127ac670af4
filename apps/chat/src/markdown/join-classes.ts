/** Stands in for `tailwind-merge`, whose only use here is to join class names. */
export function twMerge(...classes: readonly unknown[]): string {
  return classes.filter((name) => typeof name === "string" && name !== "").join(" ");
}
