/** What most write first: `ws.send(JSON.stringify(event))` to each of the user's sockets, and no journal. */
import type { WebSocket, WebSocketServer } from "ws";
import { type Contestant, type ContestantOptions, EventSource, userOf } from "./contestant.ts";

export function createRawWs(
  options: ContestantOptions,
  server: WebSocketServer,
  write: (sockets: readonly WebSocket[], events: EventSource, count: number) => void,
): Contestant {
  const { users, stamped } = options;
  const socketsByUser = Array.from({ length: users }, (): WebSocket[] => []);
  const sources = Array.from({ length: users }, () => new EventSource(stamped));
  let delivered = 0;
  options.server.on("upgrade", (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (websocket) => {
      socketsByUser[userOf(request.headers.cookie)]?.push(websocket);
    });
  });
  return {
    prepare: () => Promise.resolve(),
    send(user, count) {
      const sockets = socketsByUser[user];
      const source = sources[user];
      if (!sockets || !source) throw new RangeError(`bench: there is no user ${user}`);
      write(sockets, source, count);
      delivered += count * sockets.length;
      return undefined;
    },
    get delivered() {
      return delivered;
    },
    bufferedBytes: () => socketsByUser.flat().reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
    async close() {
      server.close();
    },
  };
}

export function sendEach(sockets: readonly WebSocket[], events: EventSource, count: number): void {
  for (let left = count; left > 0; left--) {
    const json = JSON.stringify(events.next());
    for (const socket of sockets) socket.send(json);
  }
}

/** `ws` at its best: frames built by hand, shared by the user's sockets, all of a turn in one write. */
export function sendPacked(sockets: readonly WebSocket[], events: EventSource, count: number): void {
  let frames = "";
  for (let left = count; left > 0; left--) frames += latin1Frame(JSON.stringify(events.next()));
  // The TCP socket below the WebSocket: its owner's private matter, hence "at its best" and not "as it is used".
  for (const socket of sockets) (socket as Underlying)._socket.write(frames, "latin1");
}

interface Underlying extends WebSocket {
  readonly _socket: { write(data: string, encoding: "latin1"): boolean };
}

/** The events are ASCII; a frame of under 64 KiB has a header of two or four bytes. */
function latin1Frame(json: string): string {
  const bytes = json.length;
  return bytes < 126
    ? `\x81${String.fromCharCode(bytes)}${json}`
    : `\x81\x7e${String.fromCharCode(bytes >> 8, bytes & 0xff)}${json}`;
}
