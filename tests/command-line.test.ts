import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./servers/server-process.ts";

describe.each(["chaos", "simulation", "cluster"])("%s/run.ts", (name) => {
  const ran = (...options: readonly string[]) =>
    spawnSync(process.execPath, [join(root, "tests", name, "run.ts"), ...options], { encoding: "utf8" });

  it("tells what it takes", () => {
    const { status, stdout, stderr } = ran("--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^npm run \w+ -- \[options\]\n(.*\n)+ +--json/);
  });

  it("refuses what it does not know, without a trace", () => {
    const { status, stdout, stderr } = ran("--no-such");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^Unknown option '--no-such'/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
