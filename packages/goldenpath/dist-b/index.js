export { r as StartError, a as analystDefinition, o as analystTools, i as defineAgent, s as defineTool, t as mount, n as serve } from "./serve-DIFFi2nH.js";
