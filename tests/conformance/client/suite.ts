import { type Case, loadCases } from "../case.ts";
import { readSpec } from "../spec.ts";
import { type Result, runCases } from "../suite.ts";
import { Driver } from "./driver.ts";
import { playClientCase } from "./play.ts";

export interface ClientSuiteOptions {
  /** Starts the adapter; given to a shell. */
  readonly command: string;
  /** How many adapters run at once. Default 4. */
  readonly width?: number;
  readonly filter?: string;
}

export function clientCases(filter = ""): readonly Case[] {
  const pattern = new RegExp(filter);
  return loadCases(new URL("../cases/client/", import.meta.url)).filter(({ name }) => pattern.test(name));
}

/** Runs the client cases; each adapter plays one case after the other. */
export async function runClientSuite(options: ClientSuiteOptions): Promise<readonly Result[]> {
  const spec = readSpec();
  const { command, width = 4, filter } = options;
  const free = Array.from({ length: width }, () => new Driver(command));
  const drivers = [...free];
  try {
    return await runCases(clientCases(filter), width, async (played) => {
      const driver = free.pop();
      if (!driver) throw new Error("more cases at once than adapters");
      try {
        await playClientCase(driver, spec, played);
      } finally {
        free.push(driver);
      }
    });
  } finally {
    await Promise.all(drivers.map((driver) => driver.stop()));
  }
}
