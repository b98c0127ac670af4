import { DatabaseSync } from "node:sqlite";
import type { Clock } from "@goldenpath/protocol";
import type { LoginStore } from "./login-store.ts";
import { MemoryTickets } from "./tickets.ts";

/** The login of one node, in the same file as its journal. */
export function openSqliteLoginStore(path: string, clock: Clock): LoginStore {
  const database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  const people = "SELECT id FROM auth_user WHERE email NOT LIKE '%.invalid' ORDER BY rowid LIMIT 1";
  const session: LoginStore["session"] = async (sessionId) => {
    const row = database
      .prepare(
        `SELECT s.userId, s.expiresAt FROM auth_session s JOIN auth_user u ON u.id = s.userId
         WHERE s.id = ? AND coalesce(u.banned, 0) = 0`,
      )
      .get(sessionId);
    const expiresAt = new Date(String(row?.expiresAt)).getTime();
    return row && { userId: String(row.userId), sessionId, expiresAt };
  };
  return {
    database,
    tickets: new MemoryTickets(clock),
    migrate: (run) => run(database),
    anyPerson: async () => database.prepare(people).get() !== undefined,
    // The oldest account is the admin's: decided in one statement, so two first ones cannot both be.
    async promoteFirst(userId) {
      database.prepare(`UPDATE auth_user SET role = 'admin' WHERE id = ? AND id = (${people})`).run(userId);
    },
    session,
    async sessionsAmong(sessionIds) {
      const found = await Promise.all(sessionIds.map(session));
      return found.flatMap((one) => (one ? [one.sessionId] : []));
    },
    async forgetExpired(now) {
      // Dates are ISO 8601 text, which sorts as time does. Their sockets were closed by the core's own clock.
      const date = new Date(now).toISOString();
      database.prepare("DELETE FROM auth_session WHERE expiresAt < ?").run(date);
      database.prepare("DELETE FROM auth_verification WHERE expiresAt < ?").run(date);
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}
