import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const systemChromiums = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * A real Chromium without a window: the one `CHROMIUM_PATH` names, the system's, or the one that comes
 * with the npm package. It talks to this machine only.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env["CHROMIUM_PATH"] ?? systemChromiums.find((path) => existsSync(path));
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  if (named) return chromium.launch({ executablePath: named, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: [...sparticuz.args, ...quiet] });
}
