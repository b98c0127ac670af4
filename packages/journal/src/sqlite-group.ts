/**
 * A commit group as its row: the events' bytes as one text, a line each, and beside it what memory has to know of
 * them again at open, so that nothing has to be parsed there.
 */
/** Events of one user that follow each other, all of one run or all of none. */
export interface Segment {
  readonly userId: string;
  /** Empty for what belongs to no run. */
  readonly runId: string;
  /** Of its first event; those of the others follow. 0 without a run. */
  readonly seq: number;
  readonly ats: readonly number[];
  readonly tails: readonly string[];
}

const namesPerSegment = 2;

/** Gathers the segments of one group. */
export class GroupRow {
  readonly #names: string[] = [];
  readonly #marks: number[] = [];
  readonly #lines: string[] = [];

  /** `first` is the offset of the segment's first event. */
  add({ userId, runId, seq, ats, tails }: Segment, first: number): void {
    this.#names.push(nameLine(userId), nameLine(runId));
    this.#marks.push(tails.length, first, seq);
    for (const at of ats) this.#marks.push(at);
    for (const tail of tails) this.#lines.push(tail);
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Of each segment: its user and its run; a line each. */
  get names(): string {
    return this.#names.join("\n");
  }

  /** Of each segment: how many events it has, the first one's offset and seq, and when each was made. */
  get marks(): Uint8Array {
    return new Uint8Array(Float64Array.from(this.#marks).buffer);
  }

  get body(): string {
    return this.#lines.join("\n");
  }
}

export function readGroup(
  row: Readonly<Record<string, unknown>>,
  each: (segment: Segment, first: number) => void,
): void {
  const names = String(row.names).split("\n");
  const lines = String(row.body).split("\n");
  const { marks: bytes } = row;
  if (!(bytes instanceof Uint8Array)) throw new TypeError("journal: a group without its marks");
  // A copy, because numbers of eight bytes have to begin at a multiple of eight.
  const marks = new Float64Array(bytes.slice().buffer);
  let name = 0;
  let line = 0;
  for (let at = 0; at < marks.length; ) {
    const [count = 0, first = 0, seq = 0] = [marks[at], marks[at + 1], marks[at + 2]];
    at += 3;
    const ats: number[] = [];
    for (const end = at + count; at < end; ) ats.push(marks[at++] ?? 0);
    const tails = lines.slice(line, line + count);
    line += count;
    const segment = { userId: nameOf(names[name]), runId: nameOf(names[name + 1]), seq, ats, tails };
    name += namesPerSegment;
    each(segment, first);
  }
}

/** A name with a line break, which nobody has who was not asked to, is written as JSON; so is one that looks like it. */
function nameLine(name: string): string {
  return name.includes("\n") || name.startsWith('"') ? JSON.stringify(name) : name;
}

function nameOf(line = ""): string {
  return line.startsWith('"') ? (JSON.parse(line) as string) : line;
}
