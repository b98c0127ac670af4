/**
 * Columns of numbers and bytes in one file, which is read at once and decoded where it is looked at.
 *
 * Q1 A file that is torn, damaged or has another key is refused as a whole: every column has its sum.
 * Q2 Columns of numbers begin at multiples of four bytes, so that they are used as they lie.
 */
import { closeSync, fstatSync, openSync, read, readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { asObject, type JsonValue } from "./resolve/json-with-comments.ts";

/** What is given in several parts is one column all the same. */
export type Column = Int32Array | Uint8Array | readonly Uint8Array[];

/** A column of numbers while it is written: an array of numbers would take four times the room. */
export class Numbers {
  #numbers = new Int32Array(numbersAtFirst);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Int32Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
  }

  written(): Int32Array {
    return this.#numbers.subarray(0, this.#length);
  }
}

const numbersAtFirst = 1024;

export type Columns = {
  /** Of everything in it: another content has another sum. */
  readonly sum: number;
  /** An empty column where there is none of that name. */
  readonly numbers: (name: string) => Int32Array;
  readonly bytes: (name: string) => Buffer;
};

const magic = "goldenpath columns";
const newline = 0x0a;

/** The parts of the file, one after the other. */
export function packColumns(
  key: string,
  columns: Readonly<Record<string, Column>>,
): { readonly sum: number; readonly parts: readonly Uint8Array[] } {
  const table: Row[] = [];
  const body: Uint8Array[] = [];
  for (const [name, column] of Object.entries(columns)) {
    const parts = partsOf(column);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const sum = parts.reduce((before, part) => crc32(part, before), 0);
    table.push([name, length, sum]);
    body.push(...parts, padding(length));
  }
  const said = JSON.stringify({ magic, key, table });
  const head = Buffer.from(`${crc32(said)} ${said}\n`);
  return { sum: crc32(head), parts: [head, padding(head.length), ...body] };
}

/** The same columns without a file. */
export function columnsOf(columns: Readonly<Record<string, Int32Array>>): Columns {
  const none = new Int32Array(0);
  return { sum: 0, numbers: (name) => columns[name] ?? none, bytes: () => Buffer.alloc(0) };
}

/** Begins to read a file of columns in another thread, at once and in one piece; undefined: that cannot be done. */
export function readAhead(path: string): Promise<Buffer | undefined> {
  let descriptor: number | undefined;
  let bytes: Buffer;
  try {
    descriptor = openSync(path, "r");
    bytes = Buffer.allocUnsafeSlow(fstatSync(descriptor).size);
  } catch {
    // What cannot be read is as good as none.
    if (descriptor !== undefined) closeSync(descriptor);
    return Promise.resolve(undefined);
  }
  const opened = descriptor;
  return new Promise((resolve) => {
    read(opened, bytes, 0, bytes.length, 0, (error, count) => {
      closeSync(opened);
      resolve(error === null && count === bytes.length ? bytes : undefined);
    });
  });
}

function readNow(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // What cannot be read is as good as none.
    return undefined;
  }
}

/**
 * Undefined when nothing is there, when it cannot be read or believed (Q1), and when it has another key. `bytes` is what
 * the file holds, where somebody has read it already.
 */
export function readColumns(path: string, key: string, bytes = readNow(path)): Columns | undefined {
  if (bytes === undefined) return undefined;
  const headEnd = bytes.indexOf(newline) + 1;
  const table = tableOf(bytes.toString("utf8", 0, headEnd), key);
  if (table === undefined) return undefined;
  const parts = new Map<string, Buffer>();
  let at = aligned(headEnd);
  for (const [name, length, sum] of table) {
    const part = bytes.subarray(at, at + length);
    if (part.length !== length || crc32(part) !== sum) return undefined;
    parts.set(name, part);
    at += aligned(length);
  }
  if (at !== bytes.length) return undefined;
  const none = Buffer.alloc(0);
  const find = (name: string): Buffer => parts.get(name) ?? none;
  return { sum: crc32(bytes.subarray(0, headEnd)), bytes: find, numbers: (name) => numbersIn(find(name)) };
}

type Row = readonly [name: string, length: number, sum: number];

function tableOf(line: string, key: string): readonly Row[] | undefined {
  const space = line.indexOf(" ");
  const said = line.slice(space + 1, -1);
  // Names and lengths are believed no sooner than what they speak of.
  if (line.slice(0, space) !== String(crc32(said))) return undefined;
  const head = asObject(parsed(said));
  if (head?.magic !== magic || head.key !== key || !Array.isArray(head.table)) return undefined;
  const isRow = (row: JsonValue): boolean =>
    Array.isArray(row) && typeof row[0] === "string" && isLength(row[1]) && typeof row[2] === "number";
  return head.table.every(isRow) ? (head.table as unknown as Row[]) : undefined;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Whoever wrote that, it was not this code.
    return undefined;
  }
}

function isLength(value: JsonValue | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function partsOf(column: Column): readonly Uint8Array[] {
  if (!(column instanceof Int32Array || column instanceof Uint8Array)) return column;
  return [Buffer.from(column.buffer, column.byteOffset, column.byteLength)];
}

/** Q2; a part of a smaller file may lie anywhere. */
function numbersIn(part: Buffer): Int32Array {
  const { buffer, byteOffset, byteLength } =
    part.byteOffset % 4 === 0 ? part : Buffer.from(new Uint8Array(part).buffer);
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

function padding(length: number): Buffer {
  return Buffer.alloc(aligned(length) - length);
}
