import type { AssistantModelMessage, LanguageModelStreamPart, ModelMessage } from "ai";

type Content = Exclude<AssistantModelMessage["content"], string>[number];
type Block = Extract<Content, { readonly type: "text" | "reasoning" }>;

/**
 * What the model said in one request, as it wants to see it in the next: with what its provider put beside the parts,
 * because some providers refuse their own thoughts and calls without it.
 */
export class ModelTurn {
  readonly #content: Content[] = [];
  /** Texts and thoughts that are not over, by their kind and id. */
  readonly #open = new Map<string, Block>();

  add(part: LanguageModelStreamPart): void {
    switch (part.type) {
      case "text-start":
      case "text-delta":
      case "text-end":
        this.#extend("text", part);
        return;
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end":
        this.#extend("reasoning", part);
        return;
      case "tool-call": {
        const { toolCallId, toolName, invalid, providerExecuted } = part;
        // An input that is no object is the model's mistake, and not all providers take it back.
        const input = invalid && typeof part.input !== "object" ? {} : part.input;
        const executed = providerExecuted === undefined ? {} : { providerExecuted };
        this.#content.push({
          type: "tool-call",
          toolCallId,
          toolName,
          input,
          ...executed,
          ...optionsOf(part),
        });
        return;
      }
      case "file":
      case "reasoning-file": {
        const { base64: data, mediaType } = part.file;
        this.#content.push({ type: part.type, data, mediaType, ...optionsOf(part) });
        return;
      }
      case "custom":
        this.#content.push({ type: "custom", kind: part.kind, ...optionsOf(part) });
    }
  }

  /** One message; none when nothing was said. */
  get messages(): readonly ModelMessage[] {
    const said = this.#content.filter(
      (one) => one.type !== "text" || one.text !== "" || one.providerOptions !== undefined,
    );
    return said.length === 0 ? [] : [{ role: "assistant", content: said }];
  }

  #extend(type: Block["type"], part: BlockPart): void {
    const key = `${type} ${part.id}`;
    const block = this.#open.get(key) ?? this.#begin(type, key);
    if ("text" in part) block.text += part.text;
    if (part.providerMetadata !== undefined) block.providerOptions = part.providerMetadata;
    if (part.type.endsWith("-end")) this.#open.delete(key);
  }

  #begin(type: Block["type"], key: string): Block {
    const block: Block = { type, text: "" };
    this.#open.set(key, block);
    this.#content.push(block);
    return block;
  }
}

type BlockPart = Extract<
  LanguageModelStreamPart,
  { readonly type: `${"text" | "reasoning"}-${"start" | "delta" | "end"}` }
>;

function optionsOf({ providerMetadata }: { readonly providerMetadata?: BlockPart["providerMetadata"] }) {
  return providerMetadata === undefined ? {} : { providerOptions: providerMetadata };
}
