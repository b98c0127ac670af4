import { defineAgent } from "@goldenpath/agents";
import { messageText } from "@goldenpath/protocol";

/** For tests: repeats what it is told; told to "wait", it thinks and waits until it is stopped. */
export const echo = defineAgent({
  name: "echo",
  label: "repeats what you say",
  run: async (run) => {
    const last = run.messages.at(-1);
    const text = last ? messageText(last) : "";
    if (text !== "wait") return run.write(`You said: ${text}`);
    await run.think("waiting to be stopped");
    await new Promise<void>((resolve) =>
      run.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    return undefined;
  },
});
