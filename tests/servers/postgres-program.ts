/**
 * Where PostgreSQL's programs are. Debian's package is installed when it is missing and we may: as root, with
 * apt-get there. The package's own cluster is neither made nor started.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const debianFolder = "/usr/lib/postgresql";
const clusterSettings = "/etc/postgresql-common/createcluster.conf";
const installMsMax = 300_000;
/** The oldest version that the journal opens. */
const versionMin = 14;

const installArguments = ["install", "-y", "--no-install-recommends", "postgresql"];

/** The folder of `initdb` and `postgres`. Throws with the command to run when there is none. */
export function postgresPrograms(folder = debianFolder): string {
  const found = newest(folder);
  if (found) return found;
  if (process.getuid?.() === 0 && folder === debianFolder && onPath("apt-get")) install();
  const installed = newest(folder);
  if (installed) return installed;
  throw new Error(
    `PostgreSQL ${versionMin} or newer is not in ${folder}. Install it with: sudo apt-get ${installArguments.join(" ")}`,
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
  if (!existsSync(clusterSettings)) {
    mkdirSync(join(clusterSettings, ".."), { recursive: true });
    writeFileSync(clusterSettings, "create_main_cluster = false\n");
  }
  const options = {
    stdio: "pipe",
    timeout: installMsMax,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  } as const;
  // What stands in the settings just written is kept; without it the question would wait for an answer.
  const keep = ["-o", "Dpkg::Options::=--force-confold"];
  try {
    execFileSync("apt-get", [...keep, ...installArguments], options);
  } catch {
    // The list of packages may be missing or old: that is what most often stands in the way.
    execFileSync("apt-get", ["update"], options);
    execFileSync("apt-get", [...keep, ...installArguments], options);
  }
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
