import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Pack } from "../facts-layout.ts";
import { unpack } from "../facts-view.ts";
import type { FileFacts, Language } from "../model.ts";
import { extractBatch } from "./batch.ts";
import { languageOf } from "./extract.ts";
import type { Batch } from "./worker.ts";

/**
 * How many files of a language are worth a thread of their own. A thread first has to compile the reader of
 * its language for itself, which takes as long as reading some thousand Python files; a TypeScript file takes
 * longer than a Python file. So languages are given to different threads before one is shared out.
 */
const filesPerThread: Readonly<Record<Language, number>> = { python: 8000, typescript: 2000 };
/** Beside so much Python, so many TypeScript files have a thread: what reads them is compiled only once all the same. */
const besidePythonMin = 400;
/** Reading so many Python files takes longer than a thread needs to begin. */
const pythonMin = 1000;
/** So many files must be left for a worker to turn to the other language once its own is read. */
const helpedMin = 2000;
/** What a worker reads, and what it reads after that. */
const sharesAhead = 2;
const batchFiles: Readonly<Record<Language, number>> = { python: 150, typescript: 50 };
const workersMax = 8;

export type Progress = (done: number, total: number) => void;

/** Files of one language, with their places in the answer. */
type Share = { readonly places: readonly number[]; readonly paths: readonly string[] };
type Shares = Readonly<Record<Language, Share[]>>;

/**
 * Extracts `paths` below `root`, in their order. Large trees are shared out: this thread works too, and each
 * worker holds two batches at most, so that no queue grows. Facts are kept as packs, whoever read them.
 */
export async function extractAll(
  root: string,
  paths: readonly string[],
  progress: Progress,
): Promise<FileFacts[]> {
  const shares: Shares = { python: sharesOf(paths, "python"), typescript: sharesOf(paths, "typescript") };
  const facts = new Array<FileFacts>(paths.length);
  let done = 0;
  const finish = (share: Share, found: readonly FileFacts[] | undefined): boolean => {
    if (found?.length !== share.paths.length) return false;
    found.forEach((each, index) => {
      facts[share.places[index] as number] = each;
    });
    done += found.length;
    progress(done, paths.length);
    return true;
  };
  const workers = helpersFor(shares).map((language) => work(root, sharesFor(shares, language), finish));
  const hasWorkers = workers.length > 0;
  for (let share = nextShare(shares); share !== undefined; share = nextShare(shares)) {
    finish(share, extractBatch(root, share.paths));
    // Lets the workers' answers in, so that they are given their next batch.
    if (hasWorkers) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(workers);
  return facts;
}

function sharesOf(paths: readonly string[], language: Language): Share[] {
  const places: number[] = [];
  for (const [place, path] of paths.entries()) if (languageOf(path) === language) places.push(place);
  const shares: Share[] = [];
  // The last comes first: shares are taken from the end.
  for (let start = 0; start < places.length; start += batchFiles[language]) {
    const own = places.slice(start, start + batchFiles[language]);
    shares.unshift({ places: own, paths: own.map((place) => paths[place] as string) });
  }
  return shares;
}

/** What this thread reads next: Python before TypeScript. */
function nextShare(shares: Shares): Share | undefined {
  return shares.python.pop() ?? shares.typescript.pop();
}

/** Gives a worker for `language` what it reads next: its own, then of the other language where enough is left. */
function sharesFor(shares: Shares, language: Language): () => Share | undefined {
  const other: Language = language === "python" ? "typescript" : "python";
  let isHelping = false;
  return () => {
    const own = shares[language].pop();
    if (own !== undefined) return own;
    isHelping ||= filesOf(shares, other) >= helpedMin;
    return isHelping ? shares[other].pop() : undefined;
  };
}

function filesOf(shares: Shares, language: Language): number {
  return shares[language].reduce((sum, share) => sum + share.paths.length, 0);
}

/** The languages of the workers to start. */
function helpersFor(shares: Shares): Language[] {
  const files = (language: Language): number => filesOf(shares, language);
  const threads = (language: Language): number => Math.floor(files(language) / filesPerThread[language]);
  const isMixed = files("python") >= pythonMin;
  const beside = isMixed && files("typescript") >= besidePythonMin ? 1 : 0;
  // This thread is one of those that read Python, or else TypeScript.
  const wanted: Language[] = [
    ...new Array<Language>(Math.max(beside, threads("typescript") - (isMixed ? 0 : 1))).fill("typescript"),
    ...new Array<Language>(Math.max(0, threads("python") - 1)).fill("python"),
  ];
  return wanted.slice(0, Math.min(workersMax, availableParallelism() - 1));
}

/** One worker reads shares until there is none for it. It always has the next one already, and never waits for us. */
function work(
  root: string,
  next: () => Share | undefined,
  finish: (share: Share, found: readonly FileFacts[] | undefined) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    const given: Share[] = [];
    const give = (): void => {
      const share = next();
      if (share === undefined) return;
      given.push(share);
      const batch: Batch = { root, paths: share.paths };
      worker.postMessage(batch);
    };
    const endIfIdle = (): void => {
      if (given.length === 0) worker.terminate().then(() => resolve(), reject);
    };
    worker.on("message", (packed: Pack) => {
      const share = given.shift();
      if (share === undefined || !finish(share, unpack(packed))) {
        reject(new Error("a worker answered with a pack that cannot be read"));
        return;
      }
      give();
      endIfIdle();
    });
    worker.on("error", reject);
    for (let count = 0; count < sharesAhead; count++) give();
    endIfIdle();
  });
}
