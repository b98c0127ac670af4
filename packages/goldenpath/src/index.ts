export type { ServeOptions } from "./options.ts";
export { mount, type Server, serve } from "./serve.ts";
export { StartError, type StartErrorCode } from "./start-error.ts";
