export const serverKinds = [
  "goldenpath",
  "goldenpath in memory",
  "raw ws",
  "raw ws, packed",
  "Socket.IO",
  "Socket.IO with recovery",
] as const;

export type ServerKind = (typeof serverKinds)[number];
