/**
 * The supply catalogue: models one can buy and what they cost. Data, with one look-up.
 *
 * The prices are an editable sample of public list prices in USD for a million tokens. They change; edit
 * this file, move `asOf`, and every computation that has to assume a price follows.
 */
export interface ModelPrice {
  readonly model: string;
  readonly provider: string;
  /** How capable and how dear: what a routing suggestion may step down to. */
  readonly tier: "large" | "medium" | "small" | "embedding";
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
  /** Part of the price that the provider's batch service takes off, 0 to 1; 0 where there is none. */
  readonly batchDiscount: number;
}

export const priceList: {
  readonly asOf: string;
  readonly note: string;
  readonly models: readonly ModelPrice[];
} = {
  asOf: "2025-11-01",
  note: "An editable sample of public list prices, USD per million tokens. Check your contract before you decide.",
  models: [
    price("gpt-5", "openai", "large", 1.25, 10, 0.5),
    price("gpt-5-mini", "openai", "medium", 0.25, 2, 0.5),
    price("gpt-5-nano", "openai", "small", 0.05, 0.4, 0.5),
    price("gpt-4.1", "openai", "large", 2, 8, 0.5),
    price("gpt-4.1-mini", "openai", "medium", 0.4, 1.6, 0.5),
    price("gpt-4.1-nano", "openai", "small", 0.1, 0.4, 0.5),
    price("gpt-4o", "openai", "large", 2.5, 10, 0.5),
    price("gpt-4o-mini", "openai", "small", 0.15, 0.6, 0.5),
    price("gpt-4-turbo", "openai", "large", 10, 30, 0.5),
    price("gpt-4", "openai", "large", 30, 60, 0.5),
    price("gpt-3.5-turbo", "openai", "small", 0.5, 1.5, 0.5),
    price("o3", "openai", "large", 2, 8, 0.5),
    price("o4-mini", "openai", "medium", 1.1, 4.4, 0.5),
    price("o3-mini", "openai", "medium", 1.1, 4.4, 0.5),
    price("o1", "openai", "large", 15, 60, 0.5),
    price("claude-opus-4.1", "anthropic", "large", 15, 75, 0.5),
    price("claude-opus-4", "anthropic", "large", 15, 75, 0.5),
    price("claude-sonnet-4.5", "anthropic", "large", 3, 15, 0.5),
    price("claude-sonnet-4", "anthropic", "large", 3, 15, 0.5),
    price("claude-3.7-sonnet", "anthropic", "large", 3, 15, 0.5),
    price("claude-3.5-sonnet", "anthropic", "large", 3, 15, 0.5),
    price("claude-haiku-4.5", "anthropic", "medium", 1, 5, 0.5),
    price("claude-3.5-haiku", "anthropic", "small", 0.8, 4, 0.5),
    price("claude-3-haiku", "anthropic", "small", 0.25, 1.25, 0.5),
    price("claude-3-opus", "anthropic", "large", 15, 75, 0.5),
    price("gemini-2.5-pro", "google", "large", 1.25, 10, 0.5),
    price("gemini-2.5-flash", "google", "medium", 0.3, 2.5, 0.5),
    price("gemini-2.5-flash-lite", "google", "small", 0.1, 0.4, 0.5),
    price("gemini-2.0-flash", "google", "small", 0.1, 0.4, 0.5),
    price("gemini-1.5-pro", "google", "large", 1.25, 5, 0.5),
    price("gemini-1.5-flash", "google", "small", 0.075, 0.3, 0.5),
    price("mistral-large", "mistral", "large", 2, 6, 0.5),
    price("mistral-small", "mistral", "small", 0.1, 0.3, 0.5),
    price("deepseek-chat", "deepseek", "medium", 0.28, 0.42, 0),
    price("text-embedding-3-small", "openai", "embedding", 0.02, 0, 0.5),
    price("text-embedding-3-large", "openai", "embedding", 0.13, 0, 0.5),
  ],
};

function price(
  model: string,
  provider: string,
  tier: ModelPrice["tier"],
  inputUsdPerMillion: number,
  outputUsdPerMillion: number,
  batchDiscount: number,
): ModelPrice {
  return { model, provider, tier, inputUsdPerMillion, outputUsdPerMillion, batchDiscount };
}

const priceByName = new Map(priceList.models.map((one) => [canonical(one.model), one]));

/**
 * The list price of a model as logs write it: `openai/gpt-4o-2024-08-06` and `GPT-4o` are `gpt-4o`,
 * `claude-3-5-sonnet-latest` is `claude-3.5-sonnet`.
 */
export function findPrice(name: string): ModelPrice | undefined {
  return priceByName.get(canonical(name));
}

function canonical(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/^(?:us\.|eu\.)?(?:anthropic|openai|google|mistral)\./, "")
    .replace(/[-@:](?:20\d{2}-?\d{2}-?\d{2}|latest|preview|v\d+(?::\d+)?)(?=$|[-@:])/g, "")
    .replace(/[\s_.]+/g, "-");
}

/** Cost of a call in whole nano-dollars: a price of 1 USD per million tokens is 1,000 nano-dollars a token. */
export function costNanoOf(one: ModelPrice, inputTokens: number, outputTokens: number): number {
  return Math.round(
    inputTokens * one.inputUsdPerMillion * 1000 + outputTokens * one.outputUsdPerMillion * 1000,
  );
}
