/**
 * Every bound of the wire. Units are in the names; the numbers are part of `SPEC.md` and a test holds
 * the two equal. A server sends the ones a client needs in `welcome`.
 */
export const limits = {
  /** A client frame above this is answered with `frame_too_large`; the connection stays. */
  frameBytesMax: 256 * 1024,
  /** A client frame above this is not read to its end: the socket closes with 1009. */
  frameBytesHardMax: 1024 * 1024,
  /** Objects and arrays inside each other in one client frame. */
  frameDepthMax: 32,
  /** Text of one user message, in UTF-16 units. Longer text travels as an attachment. */
  messageCharsMax: 100_000,
  messagePartsMax: 16,
  attachmentBytesMax: 32 * 1024 * 1024,
  attachmentNameCharsMax: 255,
  /** One event as it is stored and sent. An answer of answerCharsMax fits, whatever its characters: 6 bytes at most. */
  eventBytesMax: 4 * 1024 * 1024,
  /** A tool's output above this is stored as a preview that says so. */
  toolOutputBytesMax: 128 * 1024,
  /** An answer above this ends its run with `answer_too_large`; answers are never cut silently. */
  answerCharsMax: 512 * 1024,
  idCharsMax: 64,
  titleCharsMax: 200,
  /** Events gathered in one `events` frame while replaying. */
  eventsPerFrameMax: 256,
  /** A cursor that lags further than this gets a snapshot instead of a replay. */
  replayEventsMax: 5_000,
  /** Bytes waiting in one socket before the server stops reading that connection's log. */
  bufferedBytesMax: 128 * 1024,
  /** Time without progress at that mark before the socket closes with `slow_reader`. */
  stalledMsMax: 10_000,
  helloMsMax: 10_000,
  heartbeatMs: 25_000,
  /** Silence after a `ping` before the socket closes with `heartbeat_timeout`. */
  heartbeatGraceMs: 10_000,
  /** A ticket is good once, for this long. */
  ticketMsMax: 30_000,
  connectionsPerUserMax: 128,
  runsPerUserMax: 4,
  /** Client frames a connection may send in a second, averaged over `framesBurstMax`. */
  framesPerSecondMax: 20,
  framesBurstMax: 100,
  /** Commands all connections of a user may send in a second, averaged over `commandsBurstMax`. */
  commandsPerSecondMax: 10,
  commandsBurstMax: 60,
  /** UTF-16 units of those commands' frames in a second, averaged over `commandCharsBurstMax`. */
  commandCharsPerSecondMax: 128 * 1024,
  commandCharsBurstMax: 4 * 1024 * 1024,
  threadsPerSnapshotMax: 100,
  passwordCharsMin: 10,
} as const;

/** What `welcome` tells a client of the limits it has to keep. */
export interface ClientLimits {
  readonly frameBytesMax: number;
  readonly messageCharsMax: number;
  readonly messagePartsMax: number;
  readonly attachmentBytesMax: number;
}

export const clientLimits: ClientLimits = {
  frameBytesMax: limits.frameBytesMax,
  messageCharsMax: limits.messageCharsMax,
  messagePartsMax: limits.messagePartsMax,
  attachmentBytesMax: limits.attachmentBytesMax,
};
