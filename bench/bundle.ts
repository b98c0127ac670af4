/** What a browser has to download, and how soon it shows something. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { launchBrowser } from "../tests/browser/browser.ts";
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { BuiltServer, ensureCommand } from "./built-server.ts";
import { result } from "./statistics.ts";

const entry = fileURLToPath(new URL("../packages/client/src/index.ts", import.meta.url));
const page = fileURLToPath(new URL("../packages/goldenpath/dist/page", import.meta.url));

export const bench: Bench = {
  name: "bundle",
  question: "How large are the client and the page, and how soon does the page show its first screen?",
  workload:
    "The client bundled and minified for a browser; what the page's HTML loads, all gzipped at level 9; the sign-in screen of a real server in a headless Chromium with an empty cache, from navigation to the first paint and to a field that takes typing.",
  baseline: "None: the sizes are absolute, the times are this machine's.",
  notMeasured: "Networks, slow devices, highlighters and charts, which load when they are needed.",
  run,
};

async function run({ rounds, folder, note }: BenchRun) {
  ensureCommand();
  const client = (await clientBytes()) / 1_024;
  const firstLoad = pageBytes() / 1_024;
  const { paints, ready } = await paint(folder, rounds, note);
  return {
    results: [
      result("client, gzipped", "KiB", [client]),
      result("page's first load, gzipped", "KiB", [firstLoad]),
      result("first contentful paint", "ms", paints),
      result("a field takes typing", "ms", ready),
    ],
    goals: [
      atMost("client, gzipped", 8, "KiB", client),
      atMost("page's first load, gzipped", 150, "KiB", firstLoad),
    ],
  };
}

async function clientBytes(): Promise<number> {
  const build = await rolldown({ input: entry, platform: "browser" });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  return gzipSync(output[0].code, { level: 9 }).length;
}

/** The HTML and every file it names. */
function pageBytes(): number {
  const html = readFileSync(join(page, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg))"/g)].map(([, path]) => path ?? "");
  const files = new Set(named.map((path) => join(page, path)));
  const bytes = (content: Buffer | string) => gzipSync(content, { level: 9 }).length;
  return [...files].reduce((sum, file) => sum + bytes(readFileSync(file)), bytes(html));
}

async function paint(folder: string, rounds: number, note: BenchRun["note"]) {
  await using server = await BuiltServer.start(join(folder, "data"));
  const browser = await launchBrowser();
  try {
    const paints: number[] = [];
    const ready: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `first screen ${round} of ${rounds}`);
      const context = await browser.newContext();
      const tab = await context.newPage();
      await tab.goto(server.url, { waitUntil: "commit" });
      await tab.locator("input").first().fill("a");
      const times = (await tab.evaluate(
        "({ now: performance.now(), paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime })",
      )) as { readonly now: number; readonly paint?: number };
      await context.close();
      if (round === 0) continue;
      paints.push(times.paint ?? times.now);
      ready.push(times.now);
    }
    return { paints, ready };
  } finally {
    await browser.close();
  }
}
