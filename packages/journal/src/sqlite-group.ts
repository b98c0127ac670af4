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

/** Beside one for each event: how many these are, the first one's offset and its seq. */
const marksPerSegment = 3;

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

/** Goes over a stored group, segment by segment. Nothing is made for a segment: there may be one for each event. */
export class GroupReader {
  /** Of the current segment: its user and its run, as `namesOf` reads them. */
  names = "";
  count = 0;
  /** The offset of its first event. */
  first = 0;
  /** Of its first event. */
  seq = 0;
  /** The line of its first event. */
  line = 0;
  readonly #names: string;
  readonly #marks: Float64Array;
  #nameAt = 0;
  #markAt = 0;

  constructor({ names, marks }: Readonly<Record<string, unknown>>) {
    if (!(marks instanceof Uint8Array)) throw new TypeError("journal: a group without its marks");
    this.#names = String(names);
    // A copy, because numbers of eight bytes have to begin at a multiple of eight.
    this.#marks = new Float64Array(marks.slice().buffer);
  }

  /** Of all segments together. */
  get eventCount(): number {
    let events = 0;
    for (let at = 0; at < this.#marks.length; ) {
      const count = this.#marks[at] ?? 0;
      events += count;
      at += marksPerSegment + count;
    }
    return events;
  }

  /** Goes to the next segment; false after the last. */
  next(): boolean {
    this.line += this.count;
    let at = this.#markAt + this.count;
    if (at >= this.#marks.length) return false;
    this.count = this.#marks[at++] ?? 0;
    this.first = this.#marks[at++] ?? 0;
    this.seq = this.#marks[at++] ?? 0;
    this.#markAt = at;
    const end = this.#names.indexOf("\n", this.#names.indexOf("\n", this.#nameAt) + 1);
    this.names = this.#names.slice(this.#nameAt, end === -1 ? undefined : end);
    this.#nameAt = end + 1;
    return true;
  }

  /** When it was made. */
  at(index: number): number {
    return this.#marks[this.#markAt + index] ?? 0;
  }
}

/** A stored group's events, read when the first of them is asked for. */
export class GroupBody {
  readonly #read: () => string | undefined;
  #lines: readonly string[] | undefined;

  /** `read` answers the row's `body`; undefined when there is no such row. */
  constructor(read: () => string | undefined) {
    this.#read = read;
  }

  /** The bytes of the event in that line. */
  tail(line: number): string {
    this.#lines ??= this.#read()?.split("\n") ?? [];
    const tail = this.#lines[line];
    if (tail === undefined) throw new RangeError("journal: an event is not in its group any more");
    return tail;
  }
}

export function namesOf(names: string): Pick<Segment, "userId" | "runId"> {
  const [userId, runId] = names.split("\n");
  return { userId: nameOf(userId), runId: nameOf(runId) };
}

/** A name with a line break, which nobody has who was not asked to, is written as JSON; so is one that looks like it. */
function nameLine(name: string): string {
  return name.includes("\n") || name.startsWith('"') ? JSON.stringify(name) : name;
}

function nameOf(line = ""): string {
  return line.startsWith('"') ? (JSON.parse(line) as string) : line;
}
