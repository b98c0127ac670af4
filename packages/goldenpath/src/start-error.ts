/** Why a server could not start. The message is one line that says what to do; the CLI prints it and exits with 1. */
export type StartErrorCode =
  | "option_invalid"
  | "port_in_use"
  | "port_refused"
  | "data_unusable"
  | "database_unusable";

export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StartError";
    this.code = code;
  }
}
