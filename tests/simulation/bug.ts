/**
 * Where a deliberate bug may sit: wrappers between the parts, so that production code stays as it is. Each
 * lies inside of what the checkers judge.
 */

import type { Tool } from "@goldenpath/agents";
import type { WebSocketLike } from "@goldenpath/client";
import type { Journal } from "@goldenpath/journal";
import type { Bus, Commands, Transport } from "@goldenpath/websocket-core";
import type { Disk } from "./disk.ts";

export interface Bug {
  readonly name: string;
  /** What is broken, in one line. */
  readonly story: string;
  /** Between core and supervisor on one side and the disk on the other. */
  readonly journal?: (journal: Journal, disk: Disk) => Journal;
  /** Between core and socket. */
  readonly transport?: (transport: Transport) => Transport;
  /** `bus` is where other nodes are. */
  readonly commands?: (commands: Commands, disk: Disk, bus: Bus | undefined) => Commands;
  readonly bus?: (journal: Journal) => Bus;
  /** Between a node and the others. */
  readonly sharedBus?: (bus: Bus) => Bus;
  /** Between client and socket. */
  readonly socket?: (socket: WebSocketLike, disk: Disk) => WebSocketLike;
  readonly tool?: (tool: Tool) => Tool;
  /** A server that starts leaves unfinished runs alone. */
  readonly neverRecovers?: true;
  /** Signing out ends the session in the store and closes no socket. */
  readonly neverRevokes?: true;
  /** A socket that closes cancels its user's runs. */
  readonly cancelsOnClose?: true;
}
