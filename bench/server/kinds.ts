export const serverKinds = [
  "goldenpath",
  "goldenpath in memory",
  "raw ws",
  "raw ws, packed",
  "Socket.IO",
  "Socket.IO with recovery",
  "SSE on Redis",
] as const;

export type ServerKind = (typeof serverKinds)[number];
