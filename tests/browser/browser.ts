import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const systemChromiums = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Talks to this machine only; the sandbox wants rights that a container does not give. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A real Chromium without a window: the one `CHROMIUM_PATH` names, the system's, or the one that comes
 * as an npm package. That package's own arguments are left aside: they turn the web's security off.
 */
export async function launchBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH: named } = process.env;
  const found = named ?? systemChromiums.find((path) => existsSync(path));
  return chromium.launch({ executablePath: found ?? (await sparticuz.executablePath()), args });
}
