/**
 * Which language model answers: the one that the environment names, or one that answers on this machine.
 * Provider packages are loaded only when they are named.
 */
import { type Clock, systemClock } from "@goldenpath/protocol";

/** A language model that was found, with the name people see. */
export interface ResolvedModel {
  /** `anthropic/…`, `openai/…`, `google/…`, or the model's own name at a compatible server. */
  readonly name: string;
  /** An AI SDK `LanguageModel`. Its types stay out of ours: whoever defines an agent would have to check all of them. */
  readonly model: object | string;
}

export type ModelErrorCode =
  /** GOLDENPATH_MODEL is not of a form that is known. */
  | "model_setting_invalid"
  /** GOLDENPATH_MODEL_URL is not an address. */
  | "model_url_invalid"
  /** GOLDENPATH_MODEL_URL is set and GOLDENPATH_MODEL is not. */
  | "model_name_missing"
  /** The provider needs a key. */
  | "model_key_missing";

export type ModelResolution =
  /** `from` says where: the environment, or which server of this machine. */
  | { readonly is: "found"; readonly model: ResolvedModel; readonly from: string }
  | { readonly is: "none" }
  /** The message names the variable and says what to set. */
  | { readonly is: "failed"; readonly code: ModelErrorCode; readonly message: string };

export type Environment = Readonly<Record<string, string | undefined>>;
type Failed = Extract<ModelResolution, { is: "failed" }>;

const detectMsMax = 400;
const listBytesMax = 256 * 1024;
const localServers = [
  { name: "Ollama", url: "http://127.0.0.1:11434/v1" },
  { name: "llama.cpp", url: "http://127.0.0.1:8080/v1" },
] as const;

const providers = {
  anthropic: {
    keys: ["ANTHROPIC_API_KEY"],
    load: async (apiKey: string, fetch: typeof globalThis.fetch, model: string) =>
      (await import("@ai-sdk/anthropic")).createAnthropic({ apiKey, fetch })(model),
  },
  openai: {
    keys: ["OPENAI_API_KEY"],
    load: async (apiKey: string, fetch: typeof globalThis.fetch, model: string) =>
      (await import("@ai-sdk/openai")).createOpenAI({ apiKey, fetch })(model),
  },
  google: {
    keys: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
    load: async (apiKey: string, fetch: typeof globalThis.fetch, model: string) =>
      (await import("@ai-sdk/google")).createGoogleGenerativeAI({ apiKey, fetch })(model),
  },
} as const;

/**
 * Reads `GOLDENPATH_MODEL` (`anthropic/…`, `openai/…`, `google/…`, a model's name beside
 * `GOLDENPATH_MODEL_URL`, or `none`) and `GOLDENPATH_MODEL_KEY`. With neither a model nor a URL set, asks
 * the ports of Ollama and llama.cpp on this machine, for at most 400 ms.
 */
export async function resolveModel(
  environment: Environment,
  fetch: typeof globalThis.fetch,
  clock: Clock = systemClock,
): Promise<ModelResolution> {
  const named = environment.GOLDENPATH_MODEL?.trim() ?? "";
  const url = environment.GOLDENPATH_MODEL_URL?.trim() ?? "";
  if (named === "none") return { is: "none" };
  if (url !== "") return compatible(named, url, environment.GOLDENPATH_MODEL_KEY, fetch);
  if (named === "") return detect(fetch, clock);
  return fromProvider(named, environment, fetch);
}

async function fromProvider(
  named: string,
  environment: Environment,
  fetch: typeof globalThis.fetch,
): Promise<ModelResolution> {
  const slash = named.indexOf("/");
  const providerName = named.slice(0, Math.max(slash, 0));
  const model = named.slice(slash + 1);
  if (!isProvider(providerName) || model === "") {
    return failed(
      "model_setting_invalid",
      `GOLDENPATH_MODEL is ${JSON.stringify(named)}. Set it to anthropic/<model>, openai/<model> or ` +
        "google/<model>; for any other server that speaks OpenAI's protocol set GOLDENPATH_MODEL_URL too, " +
        "for example http://127.0.0.1:11434/v1; set it to none for no language model.",
    );
  }
  const provider = providers[providerName];
  const names = ["GOLDENPATH_MODEL_KEY", ...provider.keys];
  const key = names.map((name) => environment[name]?.trim()).find((value) => value);
  if (!key) {
    return failed(
      "model_key_missing",
      `GOLDENPATH_MODEL is ${JSON.stringify(named)}, which needs a key: set ${names.slice(1).join(" or ")} ` +
        "(or GOLDENPATH_MODEL_KEY).",
    );
  }
  const loaded = await provider.load(key, fetch, model);
  return { is: "found", model: { name: named, model: loaded }, from: "GOLDENPATH_MODEL" };
}

async function compatible(
  named: string,
  url: string,
  key: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<ModelResolution> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") {
    // The value stays out of the text: an address may hold a password.
    return failed(
      "model_url_invalid",
      "GOLDENPATH_MODEL_URL must be the base address of a server that speaks OpenAI's protocol, for example " +
        "http://127.0.0.1:11434/v1.",
    );
  }
  const name = named.replace(/^openai-compatible\//, "");
  if (name === "" || name === "openai-compatible") {
    return failed(
      "model_name_missing",
      "GOLDENPATH_MODEL_URL is set; set GOLDENPATH_MODEL to the name of a model that this server has.",
    );
  }
  return { is: "found", model: await compatibleModel(name, url, key, fetch), from: "GOLDENPATH_MODEL_URL" };
}

async function compatibleModel(
  name: string,
  baseURL: string,
  apiKey: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<ResolvedModel> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const key = apiKey?.trim();
  const provider = createOpenAICompatible({
    name: "compatible",
    baseURL,
    fetch,
    includeUsage: true,
    ...(key ? { apiKey: key } : {}),
  });
  return { name, model: provider(name) };
}

async function detect(fetch: typeof globalThis.fetch, clock: Clock): Promise<ModelResolution> {
  const found = await Promise.all(
    localServers.map(async (server) => ({ server, name: await firstModel(server.url, fetch, clock) })),
  );
  for (const { server, name } of found) {
    if (name === undefined) continue;
    const { model } = await compatibleModel(name, server.url, undefined, fetch);
    return { is: "found", model: { name: shownName(name), model }, from: `${server.name} on this machine` };
  }
  return { is: "none" };
}

/** The first model that a server lists and that is not for embeddings; undefined for anything unexpected. */
async function firstModel(
  url: string,
  fetch: typeof globalThis.fetch,
  clock: Clock,
): Promise<string | undefined> {
  const controller = new AbortController();
  const timer = clock.timer(detectMsMax, () => controller.abort());
  try {
    const response = await fetch(`${url}/models`, { signal: controller.signal, redirect: "error" });
    if (!response.ok) return undefined;
    const text = await response.text();
    return text.length > listBytesMax ? undefined : firstName(JSON.parse(text));
  } catch {
    // Nobody listens there, or something that is not a model's server: both mean that there is none.
    return undefined;
  } finally {
    timer.cancel();
  }
}

function firstName(list: unknown): string | undefined {
  if (typeof list !== "object" || list === null || !("data" in list) || !Array.isArray(list.data))
    return undefined;
  for (const entry of list.data as unknown[]) {
    if (typeof entry !== "object" || entry === null || !("id" in entry)) continue;
    if (typeof entry.id === "string" && entry.id !== "" && !/embed/i.test(entry.id)) return entry.id;
  }
  return undefined;
}

/** llama.cpp names a model by its file; where that lies on this machine is not for users to read. */
function shownName(id: string): string {
  return /^(?:[A-Za-z]:)?[\\/]/.test(id) ? (id.split(/[\\/]/).at(-1) ?? id) : id;
}

function isProvider(name: string): name is keyof typeof providers {
  return Object.hasOwn(providers, name);
}

function failed(code: ModelErrorCode, message: string): Failed {
  return { is: "failed", code, message };
}
