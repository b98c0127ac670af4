/**
 * Source text and file names are a stranger's. Before they reach a terminal, a page or an XML document, what
 * would act instead of being shown is replaced: control characters, and marks that turn the direction of text.
 */
export function printable(text: string, kept = "\t\n"): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, (one) => (kept.includes(one) ? one : "�"))
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "�");
}
