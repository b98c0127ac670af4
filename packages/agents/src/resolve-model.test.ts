import { systemClock } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { describe, expect, it } from "vitest";
import { type Environment, resolveModel } from "./resolve-model.ts";

type Fetch = typeof globalThis.fetch;
const unplugged: Fetch = () => Promise.reject(new TypeError("fetch failed"));

/** A network on which the given addresses answer. */
function network(answers: Readonly<Record<string, string>>, asked: string[] = []): Fetch {
  return async (input) => {
    const url = String(input);
    asked.push(url);
    const answer = answers[url];
    if (answer === undefined) throw new TypeError("fetch failed");
    return new Response(answer);
  };
}

const ollama = "http://127.0.0.1:11434/v1/models";
const llama = "http://127.0.0.1:8080/v1/models";
const list = (...ids: string[]) => JSON.stringify({ object: "list", data: ids.map((id) => ({ id })) });

describe("the language model", () => {
  const found: readonly (readonly [Environment, string, string])[] = [
    [
      { GOLDENPATH_MODEL: "anthropic/claude-x", ANTHROPIC_API_KEY: "k" },
      "anthropic/claude-x",
      "GOLDENPATH_MODEL",
    ],
    [{ GOLDENPATH_MODEL: "openai/gpt-x", OPENAI_API_KEY: "k" }, "openai/gpt-x", "GOLDENPATH_MODEL"],
    [{ GOLDENPATH_MODEL: " google/gemini-x ", GEMINI_API_KEY: "k" }, "google/gemini-x", "GOLDENPATH_MODEL"],
    [{ GOLDENPATH_MODEL: "openai/gpt-x", GOLDENPATH_MODEL_KEY: "k" }, "openai/gpt-x", "GOLDENPATH_MODEL"],
    [{ GOLDENPATH_MODEL: "org/m", GOLDENPATH_MODEL_URL: "http://h/v1" }, "org/m", "GOLDENPATH_MODEL_URL"],
    [
      { GOLDENPATH_MODEL: "openai-compatible/m", GOLDENPATH_MODEL_URL: "http://h" },
      "m",
      "GOLDENPATH_MODEL_URL",
    ],
  ];
  it.each(found)("is the one that the environment names: %j (G8)", async (environment, name, from) => {
    expect(await resolveModel(environment, unplugged)).toMatchObject({ is: "found", model: { name }, from });
  });

  const failures: readonly (readonly [Environment, string, RegExp])[] = [
    [{ GOLDENPATH_MODEL: "gpt-x" }, "model_setting_invalid", /anthropic\/<model>/],
    [{ GOLDENPATH_MODEL: "openai/" }, "model_setting_invalid", /GOLDENPATH_MODEL/],
    [{ GOLDENPATH_MODEL: "constructor/x" }, "model_setting_invalid", /GOLDENPATH_MODEL/],
    [{ GOLDENPATH_MODEL: "anthropic/x" }, "model_key_missing", /set ANTHROPIC_API_KEY/],
    [
      { GOLDENPATH_MODEL: "google/x", GEMINI_API_KEY: " " },
      "model_key_missing",
      /GOOGLE_GENERATIVE_AI_API_KEY or/,
    ],
    [
      { GOLDENPATH_MODEL: "m", GOLDENPATH_MODEL_URL: "user:secret@h" },
      "model_url_invalid",
      /GOLDENPATH_MODEL_URL/,
    ],
    [{ GOLDENPATH_MODEL_URL: "http://h/v1" }, "model_name_missing", /set GOLDENPATH_MODEL/],
    [
      { GOLDENPATH_MODEL: "openai-compatible", GOLDENPATH_MODEL_URL: "http://h" },
      "model_name_missing",
      /name/,
    ],
  ];
  it.each(failures)("is refused with a code and what to do: %j (G8)", async (environment, code, message) => {
    const resolution = await resolveModel(environment, unplugged);
    expect(resolution).toMatchObject({ is: "failed", code, message: expect.stringMatching(message) });
    expect(JSON.stringify(resolution)).not.toContain("secret");
  });

  it("is found on this machine when none is named, Ollama's first (G9)", async () => {
    const both = network({ [ollama]: list("nomic-embed-text", "llama3"), [llama]: list("qwen.gguf") });
    expect(await resolveModel({}, both)).toMatchObject({
      is: "found",
      model: { name: "llama3" },
      from: "Ollama on this machine",
    });
    expect(await resolveModel({}, network({ [llama]: list("/home/me/qwen.gguf") }))).toMatchObject({
      model: { name: "qwen.gguf" },
      from: "llama.cpp on this machine",
    });
  });

  it("is none when nobody, or something else, answers there (G9)", async () => {
    const strange = [
      "<html>",
      "[]",
      '{"data":7}',
      '{"data":[null,{"id":5},{"id":""}]}',
      list("embedder"),
      list(),
    ];
    expect(await resolveModel({}, unplugged)).toEqual({ is: "none" });
    for (const answer of strange) {
      expect(await resolveModel({}, network({ [llama]: answer }), systemClock)).toEqual({ is: "none" });
    }
  });

  it("does not wait long for a port that hangs (G9)", async () => {
    const clock = new TestClock();
    const hangs: Fetch = (_, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      );
    const resolution = resolveModel({}, hangs, clock);
    await settle();
    await clock.advance(400);
    expect(await resolution).toEqual({ is: "none" });
  });

  it("is not looked for when none is wanted, or one is named (G9)", async () => {
    const asked: string[] = [];
    const watched = network({ [ollama]: list("llama3") }, asked);
    expect(await resolveModel({ GOLDENPATH_MODEL: "none" }, watched)).toEqual({ is: "none" });
    await resolveModel({ GOLDENPATH_MODEL: "openai/x", OPENAI_API_KEY: "k" }, watched);
    expect(asked).toEqual([]);
  });
});
