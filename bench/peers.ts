/**
 * Other people's software that we run beside ours. It is installed when a bench first asks for it, into a
 * folder that belongs to no workspace: nothing of it reaches what we ship.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const peersFolder = fileURLToPath(new URL("peers", import.meta.url));
const installMsMax = 180_000;

/** Installs what `peers/package.json` names, unless it is there in those versions. Throws when npm cannot. */
export function ensurePeers(): void {
  if (isInstalled()) return;
  process.stderr.write("Installing the peers (once) …\n");
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: peersFolder,
    stdio: ["ignore", 2, 2],
    timeout: installMsMax,
  });
  if (status !== 0) throw new Error(`npm install in ${peersFolder} failed; what npm says stands above.`);
}

/** A peer's module, by its name. The caller declares of it what the bench calls. */
export function requirePeer<Module>(name: string): Module {
  return createRequire(join(peersFolder, "package.json"))(name) as Module;
}

/** The path of a peer's command. */
export function peerCommand(name: string): string {
  return join(peersFolder, "node_modules", ".bin", name);
}

function isInstalled(): boolean {
  const manifest = JSON.parse(readFileSync(join(peersFolder, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(manifest.dependencies).every(([name, version]) => {
    const file = join(peersFolder, "node_modules", name, "package.json");
    if (!existsSync(file)) return false;
    return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version === version;
  });
}
