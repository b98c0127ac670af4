/** Socket.IO as its documentation shows it, WebSocket only, without compression; one room for each user. */
import { requirePeer } from "../peers.ts";
import { type Contestant, type ContestantOptions, EventSource, userOf } from "./contestant.ts";

interface SocketIo {
  readonly Server: new (server: unknown, options: object) => SocketIoServer;
}

interface SocketIoServer {
  on(event: "connection", listener: (socket: SocketIoSocket) => void): void;
  to(room: string): { emit(name: string, value: unknown): void };
  close(): Promise<void>;
}

interface SocketIoSocket {
  readonly handshake: { readonly headers: { readonly cookie?: string } };
  readonly conn: { readonly transport: { readonly socket: { readonly bufferedAmount: number } } };
  join(room: string): void;
  emit(name: string, value: unknown): void;
}

export function createSocketIo(options: ContestantOptions, withRecovery: boolean): Contestant {
  const { Server } = requirePeer<SocketIo>("socket.io");
  const io = new Server(options.server, {
    transports: ["websocket"],
    perMessageDeflate: false,
    serveClient: false,
    ...(withRecovery ? { connectionStateRecovery: {} } : {}),
  });
  const sources = Array.from({ length: options.users }, () => new EventSource(options.stamped));
  const socketsByUser = sources.map((): SocketIoSocket[] => []);
  let delivered = 0;
  io.on("connection", (socket) => {
    const user = userOf(socket.handshake.headers.cookie);
    socketsByUser[user]?.push(socket);
    socket.join(String(user));
  });
  return {
    prepare: () => Promise.resolve(),
    send(user, count) {
      const source = sources[user];
      const sockets = socketsByUser[user];
      if (!source || !sockets) throw new RangeError(`bench: there is no user ${user}`);
      const only = sockets.length === 1 && !withRecovery ? sockets[0] : undefined;
      // Recovery keeps what goes to a room, not what goes to one socket.
      for (let left = count; left > 0; left--) {
        if (only) only.emit("event", source.next());
        else io.to(String(user)).emit("event", source.next());
      }
      delivered += count * sockets.length;
      return undefined;
    },
    get delivered() {
      return delivered;
    },
    bufferedBytes: () =>
      socketsByUser.flat().reduce((sum, { conn }) => sum + conn.transport.socket.bufferedAmount, 0),
    close: () => io.close(),
  };
}
