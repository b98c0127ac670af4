export {
  type Agent,
  type AgentDefinition,
  type AgentOptions,
  type AgentRun,
  analystDefinition,
  analystTools,
  defineAgent,
  defineTool,
  type Tool,
  type ToolAttachment,
  type ToolContext,
  type ToolOptions,
  type ToolOutcome,
  type ToolOutputPreview,
} from "@goldenpath/agents";
export type { Json, Message, Part } from "@goldenpath/protocol";
export type { ServeOptions } from "./options.ts";
export { mount, type Server, serve } from "./serve.ts";
export { StartError, type StartErrorCode } from "./start-error.ts";
