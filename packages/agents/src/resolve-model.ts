import type { LanguageModel } from "ai";

/** A language model that was found, with the name people see. */
export interface ResolvedModel {
  /** `anthropic/…`, or the model's own name for a compatible server. */
  readonly name: string;
  readonly model: LanguageModel;
}
