/** A Redis of a bench's own, behind a socket file in its folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hasCommand } from "./command.ts";

export function redisSocket(folder: string): string {
  return join(folder, "redis.sock");
}

/** Resolves when it takes connections, with what ends it. */
export async function startRedis(folder: string): Promise<() => Promise<void>> {
  if (!hasCommand("redis-server"))
    throw new Error("redis-server is missing; Debian's package has that name.");
  mkdirSync(folder, { recursive: true });
  const args = ["--port", "0", "--unixsocket", redisSocket(folder), "--dir", folder, "--save", ""];
  const redis = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on("data", (chunk: Buffer) => {
      if (/ready to accept connections/i.test(chunk.toString())) resolve();
    });
    redis.once("error", reject);
    redis.once("exit", (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return async () => {
    const gone = once(redis, "exit");
    redis.kill();
    await gone;
  };
}
