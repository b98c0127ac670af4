import { journalContract } from "./contract.ts";
import { createMemoryJournal } from "./memory.ts";

journalContract("memory", async (options) => {
  const journal = createMemoryJournal(options);
  return { journal, dispose: () => journal.close() };
});
