import type { ToolContext } from "../tool.ts";
import { createPacer } from "./pacer.ts";
import { isProblem, type Problem, problem } from "./problem.ts";
import { loadSample } from "./sample.ts";
import type { UsageData } from "./usage-data.ts";
import { loadUsageFile } from "./usage-file.ts";

/** Together about 250 MB at the worst. */
const rowsKeptMax = 3_000_000;
const datasetsKeptMax = 16;

type Loaded = UsageData | Problem;

/**
 * Loads usage records and keeps the newest ones in memory.
 *
 *  C1  A file's records are kept under its user's id and its own: nobody else's call finds them.
 *  C2  Kept records are bounded by number and rows; the longest unused go first.
 *  C3  A load that was cancelled is not kept; who waits for it beside starts again.
 */
export class Datasets {
  readonly #loadedByKey = new Map<string, Promise<Loaded>>();
  readonly #rowsByKey = new Map<string, number>();

  async open(handle: string, context: ToolContext): Promise<Loaded> {
    // C1: the separator cannot occur in an id.
    const key = handle === "sample" ? "sample" : `${context.userId}\n${handle}`;
    for (;;) {
      context.signal.throwIfAborted();
      const known = this.#loadedByKey.get(key);
      if (known) {
        this.#loadedByKey.delete(key);
        this.#loadedByKey.set(key, known);
        try {
          return await known;
        } catch (error) {
          // C3: whoever started it gave up; we have not.
          if (this.#loadedByKey.get(key) === known) this.#loadedByKey.delete(key);
          if (context.signal.aborted) throw error;
          continue;
        }
      }
      const loading = load(handle, context);
      this.#loadedByKey.set(key, loading);
      try {
        const loaded = await loading;
        // Put out meanwhile (C2), or loaded again by somebody else: then it is not ours to keep.
        if (this.#loadedByKey.get(key) === loading) {
          if (isProblem(loaded)) this.#loadedByKey.delete(key);
          else this.#keep(key, loaded.rows);
        }
        return loaded;
      } catch (error) {
        if (this.#loadedByKey.get(key) === loading) this.#loadedByKey.delete(key);
        throw error;
      }
    }
  }

  #keep(key: string, rows: number): void {
    this.#rowsByKey.set(key, rows);
    let kept = 0;
    for (const known of this.#loadedByKey.keys()) kept += this.#rowsByKey.get(known) ?? 0;
    // C2.
    for (const oldest of [...this.#loadedByKey.keys()]) {
      if (kept <= rowsKeptMax && this.#loadedByKey.size <= datasetsKeptMax) return;
      if (oldest === key) continue;
      kept -= this.#rowsByKey.get(oldest) ?? 0;
      this.#loadedByKey.delete(oldest);
      this.#rowsByKey.delete(oldest);
    }
  }
}

async function load(handle: string, context: ToolContext): Promise<Loaded> {
  const pace = createPacer(context.signal);
  if (handle === "sample") return loadSample(pace);
  const file = await context.attachment(handle);
  if (!file) {
    return problem(
      "There is no attached file of yours with this id.",
      'Attach the file again, or use the dataset "sample".',
    );
  }
  return loadUsageFile(file, pace);
}
