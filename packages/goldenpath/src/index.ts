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
  type ToolContext,
  type ToolOptions,
} from "@goldenpath/agents";
export type { ServeOptions } from "./options.ts";
export { mount, type Server, serve } from "./serve.ts";
export { StartError, type StartErrorCode } from "./start-error.ts";
