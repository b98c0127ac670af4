export type {
  Agent,
  AgentDefinition,
  AgentOptions,
  AgentRun,
  AgentServices,
} from "./agent.ts";
export { analystDefinition } from "./analyst/analyst.ts";
export { analystTools } from "./analyst/analyst-tools.ts";
export { sampleRecords } from "./analyst/sample.ts";
export type { UsageRecord } from "./analyst/usage-data.ts";
export { AgentBridge, type AgentBridgeOptions, createAgentBridge } from "./bridge.ts";
export { createModelAgent, defineAgent, type ModelAgentOptions } from "./define-agent.ts";
export type { RunFault } from "./execution.ts";
export { type AgentCard, AgentFactory, type AgentFactoryOptions } from "./factory.ts";
export type { ToolOutputPreview } from "./loggable.ts";
export type { ModelPatience } from "./model-step.ts";
export {
  type ModelErrorCode,
  type ModelResolution,
  type ResolvedModel,
  resolveModel,
} from "./resolve-model.ts";
export { type RunEnd, RunEnded, RunFailure } from "./run-end.ts";
export { Supervisor, type SupervisorOptions } from "./supervisor.ts";
export {
  defineTool,
  type Tool,
  type ToolAttachment,
  type ToolContext,
  type ToolOptions,
  type ToolOutcome,
} from "./tool.ts";
