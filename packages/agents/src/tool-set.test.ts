import { asSchema } from "ai";
import { expect, it } from "vitest";
import { z } from "zod";
import { RunFailure } from "./run-end.ts";
import { anyInput, defineTool } from "./tool.ts";
import { sharedToolSet } from "./tool-set.ts";

const sum = defineTool({
  name: "sum",
  description: "Adds numbers.",
  input: z.object({ numbers: z.array(z.number()) }),
  run: ({ numbers }) => numbers.reduce((a, b) => a + b, 0),
});

it("is converted once for all runs", async () => {
  const toolSet = sharedToolSet([sum]);
  const [first, second] = await Promise.all([toolSet(), toolSet()]);
  expect(second).toBe(first);
  expect(first.sum?.description).toBe("Adds numbers.");
  expect(await asSchema(first.sum?.inputSchema).jsonSchema).toMatchObject({
    type: "object",
    properties: { numbers: { type: "array", items: { type: "number" } } },
  });
});

it("names the tool whose schema no model could read", async () => {
  const toolSet = sharedToolSet([sum, { ...sum, name: "opaque", input: anyInput }]);
  await expect(toolSet()).rejects.toThrow(RunFailure);
  await expect(toolSet()).rejects.toThrow(/tool opaque/);
});
