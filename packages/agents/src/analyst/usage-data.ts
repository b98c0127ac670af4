/**
 * Usage records, column by column, in time order. Immutable once built, so runs and users of one process
 * may share the bundled sample.
 *
 *  U1  Costs are whole nano-dollars, so sums are exact (up to 9 million USD) and independent of order.
 *  U2  Rows are ordered by time; rows of equal time keep the order they came in.
 *  U3  A field that the source did not have is absent from `fields`; its column holds only "unknown".
 */
import type { Pacer } from "./pacer.ts";

/** One call of a model. */
export interface UsageRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly user: string;
  readonly team: string;
  readonly feature: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** NaN where it is not known. */
  readonly latencyMs: number;
  readonly success: boolean;
  readonly costUsd: number;
  /** The same for calls with the same prompt; "" where it is not known. */
  readonly promptId: string;
}

export const dimensions = ["user", "team", "feature", "model"] as const;
export type Dimension = (typeof dimensions)[number];
export type Field =
  | Dimension
  | "at"
  | "inputTokens"
  | "outputTokens"
  | "latency"
  | "success"
  | "cost"
  | "promptId";

export interface NameColumn {
  /** Index into `names` by row. */
  readonly codes: Uint32Array;
  readonly names: readonly string[];
}

/** Where the records come from, in words for the reader. */
export interface Origin {
  readonly title: string;
  /** Generated records say so everywhere. */
  readonly generated: boolean;
  /** What was assumed, computed or left out while loading. */
  readonly notes: readonly string[];
}

export interface UsageData {
  readonly origin: Origin;
  readonly fields: ReadonlySet<Field>;
  readonly rows: number;
  readonly at: Float64Array;
  readonly column: { readonly [name in Dimension]: NameColumn };
  readonly inputTokens: Float64Array;
  readonly outputTokens: Float64Array;
  readonly latencyMs: Float64Array;
  /** 1 for a call that succeeded, else 0. */
  readonly success: Uint8Array;
  readonly costNano: Float64Array;
  /** Equal for equal prompts; 0 where unknown. */
  readonly prompt: Uint32Array;
}

export const nanoPerUsd = 1e9;
export const dayMs = 86_400_000;
export const unknownName = "(unknown)";

interface Block {
  at: Float64Array;
  user: Uint32Array;
  team: Uint32Array;
  feature: Uint32Array;
  model: Uint32Array;
  inputTokens: Float64Array;
  outputTokens: Float64Array;
  latencyMs: Float64Array;
  success: Uint8Array;
  costNano: Float64Array;
  prompt: Uint32Array;
}

/** Gathers records into columns that double as they fill; `finish` orders them. Used once. */
export class UsageBuilder {
  #rows = 0;
  #block: Block = emptyBlock(4096);
  readonly #codeByName = {
    user: new Map<string, number>(),
    team: new Map<string, number>(),
    feature: new Map<string, number>(),
    model: new Map<string, number>(),
  };
  readonly #codeByPrompt = new Map<string, number>();

  get rows(): number {
    return this.#rows;
  }

  add(record: UsageRecord): void {
    if (this.#rows === this.#block.at.length) this.#block = grown(this.#block);
    const block = this.#block;
    const row = this.#rows++;
    block.at[row] = record.at;
    for (const name of dimensions) block[name][row] = codeOf(this.#codeByName[name], record[name]);
    block.inputTokens[row] = record.inputTokens;
    block.outputTokens[row] = record.outputTokens;
    block.latencyMs[row] = record.latencyMs;
    block.success[row] = record.success ? 1 : 0;
    block.costNano[row] = Math.round(record.costUsd * nanoPerUsd);
    block.prompt[row] = record.promptId === "" ? 0 : codeOf(this.#codeByPrompt, record.promptId) + 1;
  }

  async finish(origin: Origin, fields: ReadonlySet<Field>, pace: Pacer): Promise<UsageData> {
    const rows = this.#rows;
    const order = await timeOrder(this.#block.at.subarray(0, rows), pace);
    const block = emptyBlock(rows);
    for (const key of Object.keys(block) as (keyof Block)[]) {
      const from = this.#block[key];
      const to = block[key];
      if (order === undefined) to.set(from.subarray(0, rows));
      else for (let row = 0; row < rows; row++) to[row] = from[order[row] ?? 0] ?? 0;
      await pace();
    }
    const named = (name: Dimension): NameColumn => ({
      codes: block[name],
      names: [...this.#codeByName[name].keys()],
    });
    return {
      origin,
      fields,
      rows,
      at: block.at,
      column: { user: named("user"), team: named("team"), feature: named("feature"), model: named("model") },
      inputTokens: block.inputTokens,
      outputTokens: block.outputTokens,
      latencyMs: block.latencyMs,
      success: block.success,
      costNano: block.costNano,
      prompt: block.prompt,
    };
  }
}

/** Row indices by time; undefined when they are in order already. Buckets first, so that no sort is long. */
async function timeOrder(at: Float64Array, pace: Pacer): Promise<Uint32Array | undefined> {
  let ordered = true;
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < at.length; row++) {
    const time = at[row] ?? 0;
    if (time < last) ordered = false;
    if (time < first) first = time;
    if (time > last) last = time;
  }
  if (ordered) return undefined;
  const buckets = Math.min(65_536, at.length);
  const bucketOf = (row: number) => Math.floor((((at[row] ?? 0) - first) / (last - first + 1)) * buckets);
  const starts = new Uint32Array(buckets + 1);
  for (let row = 0; row < at.length; row++) {
    const next = bucketOf(row) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  }
  const order = new Uint32Array(at.length);
  const fill = starts.slice();
  for (let row = 0; row < at.length; row++) {
    const bucket = bucketOf(row);
    const place = fill[bucket] ?? 0;
    order[place] = row;
    fill[bucket] = place + 1;
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = starts[bucket] ?? 0;
    const to = starts[bucket + 1] ?? 0;
    // U2: equal times keep their order, by the row number.
    if (to - from > 1) order.subarray(from, to).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
    if (bucket % 64 === 0) await pace();
  }
  return order;
}

/** A name is copied once: a slice of the file's text would keep the whole text alive. */
function codeOf(codeByName: Map<string, number>, name: string): number {
  const known = codeByName.get(name);
  if (known !== undefined) return known;
  const code = codeByName.size;
  codeByName.set(Buffer.from(name).toString(), code);
  return code;
}

function emptyBlock(rows: number): Block {
  return {
    at: new Float64Array(rows),
    user: new Uint32Array(rows),
    team: new Uint32Array(rows),
    feature: new Uint32Array(rows),
    model: new Uint32Array(rows),
    inputTokens: new Float64Array(rows),
    outputTokens: new Float64Array(rows),
    latencyMs: new Float64Array(rows),
    success: new Uint8Array(rows),
    costNano: new Float64Array(rows),
    prompt: new Uint32Array(rows),
  };
}

function grown(block: Block): Block {
  const larger = emptyBlock(block.at.length * 2);
  for (const key of Object.keys(block) as (keyof Block)[]) larger[key].set(block[key]);
  return larger;
}
