import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built page: beside the published code, or where the repository builds it. */
export function pageFolder(): string {
  const published = fileURLToPath(new URL("./page", import.meta.url));
  return existsSync(published)
    ? published
    : fileURLToPath(new URL("../../../apps/chat/dist", import.meta.url));
}
