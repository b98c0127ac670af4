import type { CommandOutcome, Commands } from "@goldenpath/websocket-core";
import type { Metrics } from "./metrics.ts";

/** The same commands, each counted by how it was answered. */
export function meteredCommands(commands: Commands, metrics: Metrics): Commands {
  const counted = async (
    command: keyof Commands,
    answer: Promise<CommandOutcome>,
  ): Promise<CommandOutcome> => {
    const outcome = await answer;
    metrics.commands.inc({ command, outcome: outcome.is === "refused" ? outcome.code : outcome.is });
    return outcome;
  };
  return {
    send: (context, frame) => counted("send", commands.send(context, frame)),
    cancel: (context, frame) => counted("cancel", commands.cancel(context, frame)),
    resolve: (context, frame) => counted("resolve", commands.resolve(context, frame)),
  };
}
