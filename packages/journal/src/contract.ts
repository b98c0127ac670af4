/**
 * The suite that every engine of the journal passes. In a vitest file:
 *
 *     journalContract("memory", async (options) => ({ journal: createMemoryJournal(options), dispose: … }));
 *
 * The rules are those of `SPEC.md`; each test carries its rule's number.
 */
import { describe } from "vitest";
import type { OpenJournal } from "./contract-fixture.ts";
import { leaseContract } from "./contract-lease.ts";
import { logContract } from "./contract-log.ts";
import { modelContract } from "./contract-model.ts";
import { runContract } from "./contract-run.ts";
import { trimContract } from "./contract-trim.ts";
import { viewContract } from "./contract-view.ts";

export type { OpenedJournal, OpenJournal, OpenJournalOptions } from "./contract-fixture.ts";

/** Registers the tests. `open` is called once for each test and answers a journal that was never used. */
export function journalContract(name: string, open: OpenJournal): void {
  describe(`the journal contract: ${name}`, () => {
    logContract(open);
    runContract(open);
    leaseContract(open);
    viewContract(open);
    trimContract(open);
    modelContract(open);
  });
}
