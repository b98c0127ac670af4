/**
 * Where PostgreSQL's programs are. Debian's package is installed when it is missing and we may: as root, with
 * apt-get there. The package's own cluster is neither made nor started.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installCommand, installPackage } from "./debian-package.ts";

const debianFolder = "/usr/lib/postgresql";
const clusterSettings = "/etc/postgresql-common/createcluster.conf";
/** The oldest version that the journal opens. */
const versionMin = 14;

/** The folder of `initdb` and `postgres`. Throws with the command to run when there is none. */
export function postgresPrograms(folder = debianFolder): string {
  const found = newest(folder);
  if (found) return found;
  if (folder === debianFolder) install();
  const installed = newest(folder);
  if (installed) return installed;
  throw new Error(
    `PostgreSQL ${versionMin} or newer is not in ${folder}. Install it with: ${installCommand("postgresql")}`,
  );
}

function newest(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder)
    .map(Number)
    .filter((version) => version >= versionMin && existsSync(join(folder, String(version), "bin", "initdb")));
  return versions.length === 0 ? undefined : join(folder, String(Math.max(...versions)), "bin");
}

function install(): void {
  if (process.getuid?.() === 0 && !existsSync(clusterSettings)) {
    mkdirSync(join(clusterSettings, ".."), { recursive: true });
    writeFileSync(clusterSettings, "create_main_cluster = false\n");
  }
  installPackage("postgresql");
}
