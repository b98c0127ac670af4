/**
 * Server-sent events through `resumable-stream` and Redis, as the package's documentation shows it: one stream for
 * each user, which somebody who comes back could take up again for as long as this process lives.
 */
import { requirePeer } from "../peers.ts";
import { redisSocket } from "../redis.ts";
import { type Contestant, type ContestantOptions, EventSource, userOf } from "./contestant.ts";

interface RedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
}

interface Redis {
  readonly createClient: (options: object) => RedisClient;
}

interface ResumableStream {
  readonly createResumableStreamContext: (options: object) => {
    resumableStream(id: string, make: () => ReadableStream<string>): Promise<ReadableStream<string> | null>;
  };
}

export async function createSseOnRedis(options: ContestantOptions): Promise<Contestant> {
  const { createClient } = requirePeer<Redis>("redis");
  const { createResumableStreamContext } = requirePeer<ResumableStream>("resumable-stream");
  const clients = [0, 1].map(() => createClient({ socket: { path: redisSocket(options.folder) } }));
  for (const client of clients) await client.connect();
  const [publisher, subscriber] = clients;
  const context = createResumableStreamContext({ waitUntil: null, publisher, subscriber });
  const sources = Array.from({ length: options.users }, () => new EventSource(options.stamped));
  const writers: (ReadableStreamDefaultController<string> | undefined)[] = sources.map(() => undefined);
  let delivered = 0;
  let failure: unknown;
  options.server.on("request", (request, response) => {
    const user = userOf(request.headers.cookie);
    const make = () =>
      new ReadableStream<string>({
        start(controller) {
          writers[user] = controller;
        },
      });
    const answer = async () => {
      const stream = await context.resumableStream(`user-${user}`, make);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      for await (const chunk of stream ?? []) response.write(chunk);
    };
    answer().catch((error: unknown) => {
      failure ??= error;
    });
  });
  return {
    prepare: () => Promise.resolve(),
    send(user, count) {
      const source = sources[user];
      const writer = writers[user];
      if (failure !== undefined) throw failure;
      if (!source || !writer) throw new RangeError(`bench: user ${user} has no stream`);
      for (let left = count; left > 0; left--) writer.enqueue(`data: ${JSON.stringify(source.next())}\n\n`);
      delivered += count;
      return undefined;
    },
    get delivered() {
      return delivered;
    },
    bufferedBytes: () => 0,
    async close() {
      for (const client of clients) client.destroy();
    },
  };
}
