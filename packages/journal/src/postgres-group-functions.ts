/** What a group of commits is judged by and written with (`postgres-commits.ts`). */
import { close, define } from "./postgres-function.ts";

const facts = define(
  "facts(users text[], runs json, threads json, messages json, commands json)",
  "json",
  "answer json;",
  `
  SELECT json_build_object(
    'logs', (SELECT json_agg(json_build_array(l.user_id, l.version, l.head))
      FROM goldenpath.log l WHERE l.user_id = ANY (users)),
    'runs', (SELECT json_agg(to_json(r)) FROM goldenpath.run r WHERE r.user_id = ANY (users) AND r.state = 'active'),
    'others', (SELECT json_agg(to_json(r)) FROM json_to_recordset(runs) AS n (user_id text, run_id text)
      JOIN goldenpath.run r ON r.user_id = n.user_id AND r.run_id = n.run_id),
    'threads', (SELECT json_agg(json_build_array(t.user_id, t.thread_id, t.body IS NOT NULL))
      FROM json_to_recordset(threads) AS n (user_id text, thread_id text)
      JOIN goldenpath.thread t ON t.user_id = n.user_id AND t.thread_id = n.thread_id),
    'messages', (SELECT json_agg(json_build_array(m.user_id, m.thread_id, m.message_id))
      FROM json_to_recordset(messages) AS n (user_id text, thread_id text, message_id text)
      JOIN goldenpath.message m
        ON m.user_id = n.user_id AND m.thread_id = n.thread_id AND m.message_id = n.message_id),
    'commands', (SELECT json_agg(json_build_array(c.user_id, c.command_id, c.fingerprint, c.result))
      FROM json_to_recordset(commands) AS n (user_id text, command_id text)
      JOIN goldenpath.command c ON c.user_id = n.user_id AND c.command_id = n.command_id)
  ) INTO answer;
  ${close}
  RETURN answer;`,
);

/** F1, for a group that was overtaken once: it is judged again while nobody else can change these users. */
const lockUsers = define(
  "lock_users(users text[])",
  "void",
  "",
  `
  INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
    SELECT u, 0, 0, 0, 0 FROM unnest(users) AS u ORDER BY u COLLATE "C" ON CONFLICT DO NOTHING;
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = ANY (users) ORDER BY l.user_id FOR UPDATE;
  ${close}`,
);

/**
 * Answers whether the group was written; false when a user's version is another one by now. `users`, in the same order
 * as the seven lists behind it, change; `unchanged` were only judged by, so that reading their versions is enough. What
 * comes with every event is passed as arrays, because rows out of JSON cost several times as much to take apart; what
 * comes once in a run is passed as JSON.
 */
const commitGroup = define(
  `commit_group(users text[], versions bigint[], heads bigint[], sizes bigint[], firsts bigint[], at_mins bigint[],
    at_maxs bigint[], bodies text[], unchanged text[], unchanged_versions bigint[], run_users text[], run_ids text[],
    run_offsets bigint[], run_seqs bigint[], begun json, ended json, threads json, messages json, commands json)`,
  "boolean",
  "changed bigint; unused json;",
  `
  IF 0 = ANY (versions) THEN
    INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
      SELECT u.user_id, 0, 0, 0, 0 FROM unnest(users, versions) AS u (user_id, version)
      WHERE u.version = 0 ORDER BY u.user_id COLLATE "C" ON CONFLICT DO NOTHING;
  END IF;
  -- F2: a row that is not at the version judged by is not found, and then those that were are given back.
  BEGIN
    -- F1: one statement locks and changes. Without hashing and whole tables every plan of it goes by user_id.
    UPDATE goldenpath.log l SET version = l.version + 1, head = u.head, bytes = l.bytes + u.size
      FROM (
        SELECT n.* FROM unnest(users, versions, heads, sizes) AS n (user_id, version, head, size)
        ORDER BY n.user_id COLLATE "C"
      ) u
      WHERE l.user_id = u.user_id COLLATE "C" AND l.version = u.version;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed < cardinality(users) THEN
      RAISE SQLSTATE 'GP001';
    END IF;
    IF unchanged IS NOT NULL AND EXISTS (
      SELECT 1 FROM unnest(unchanged, unchanged_versions) AS u (user_id, version)
      LEFT JOIN goldenpath.log l ON l.user_id = u.user_id COLLATE "C" WHERE coalesce(l.version, 0) <> u.version
    ) THEN
      RAISE SQLSTATE 'GP001';
    END IF;
  EXCEPTION WHEN SQLSTATE 'GP001' THEN
    ${close}
    RETURN false;
  END;
  INSERT INTO goldenpath.event (user_id, last, first, at_min, at_max, bytes, body)
    SELECT e.* FROM unnest(users, heads, firsts, at_mins, at_maxs, sizes, bodies)
      AS e (user_id, last, first, at_min, at_max, bytes, body)
    WHERE e.body IS NOT NULL;
  IF run_users IS NOT NULL THEN
    UPDATE goldenpath.run r SET last_offset = n.last_offset, seq = n.seq
      FROM unnest(run_users, run_ids, run_offsets, run_seqs) AS n (user_id, run_id, last_offset, seq)
      WHERE r.user_id = n.user_id COLLATE "C" AND r.run_id = n.run_id COLLATE "C";
  END IF;
  IF begun IS NOT NULL THEN
    INSERT INTO goldenpath.run (user_id, run_id, thread_id, agent, message_id, attempt, owner, state,
        first_offset, last_offset, seq, started_at, ended_at)
      SELECT n.user_id, n.run_id, n.thread_id, n.agent, n.message_id, n.attempt, n.owner, n.state,
        n.first_offset, n.last_offset, n.seq, n.started_at, n.ended_at
      FROM json_to_recordset(begun) AS n (user_id text, run_id text, thread_id text, agent text,
        message_id text, attempt bigint, owner text, state text, first_offset bigint, last_offset bigint,
        seq bigint, started_at bigint, ended_at bigint);
  END IF;
  IF ended IS NOT NULL THEN
    UPDATE goldenpath.run r SET state = n.state, last_offset = n.last_offset, seq = n.seq, ended_at = n.ended_at
      FROM json_to_recordset(ended)
        AS n (user_id text, run_id text, state text, last_offset bigint, seq bigint, ended_at bigint)
      WHERE r.user_id = n.user_id COLLATE "C" AND r.run_id = n.run_id COLLATE "C";
  END IF;
  IF threads IS NOT NULL THEN
    INSERT INTO goldenpath.thread AS t (user_id, thread_id, updated_at, "offset", body)
      SELECT n.user_id, n.thread_id, n.updated_at, n."offset", n.body
      FROM json_to_recordset(threads) AS n
        ("is" text, user_id text, thread_id text, updated_at bigint, "offset" bigint, body text)
      WHERE n."is" = 'put'
      ON CONFLICT (user_id, thread_id) DO UPDATE
        SET updated_at = excluded.updated_at, "offset" = excluded."offset", body = excluded.body;
    UPDATE goldenpath.thread t SET
        updated_at = CASE WHEN n."is" = 'delete' THEN t.updated_at ELSE greatest(t.updated_at, n.updated_at) END,
        "offset" = n."offset",
        body = CASE WHEN n."is" = 'delete' THEN NULL ELSE t.body END
      FROM json_to_recordset(threads) AS n
        ("is" text, user_id text, thread_id text, updated_at bigint, "offset" bigint)
      WHERE n."is" <> 'put' AND t.user_id = n.user_id COLLATE "C" AND t.thread_id = n.thread_id COLLATE "C";
    DELETE FROM goldenpath.message m
      USING json_to_recordset(threads) AS n ("is" text, user_id text, thread_id text)
      WHERE n."is" = 'delete' AND m.user_id = n.user_id COLLATE "C" AND m.thread_id = n.thread_id COLLATE "C";
  END IF;
  IF messages IS NOT NULL THEN
    INSERT INTO goldenpath.message (user_id, thread_id, message_id, "offset", body)
      SELECT n.user_id, n.thread_id, n.message_id, n."offset", n.body
      FROM json_to_recordset(messages) AS n
        (user_id text, thread_id text, message_id text, "offset" bigint, body text);
    INSERT INTO goldenpath.attachment_use (user_id, attachment_id, thread_id)
      SELECT n.user_id, p ->> 'attachmentId', n.thread_id
      FROM json_to_recordset(messages) AS n (user_id text, thread_id text, body text),
        -- Nearly all name none, and are not taken apart.
        json_array_elements(
          CASE WHEN strpos(n.body, '"attachmentId"') > 0 THEN n.body::json -> 'parts' ELSE '[]' END) AS p
      WHERE p ->> 'type' = 'attachment'
      ON CONFLICT DO NOTHING;
  END IF;
  IF threads IS NOT NULL THEN
    WITH gone AS (
      DELETE FROM goldenpath.attachment_use u
        USING json_to_recordset(threads) AS n ("is" text, user_id text, thread_id text)
        WHERE n."is" = 'delete' AND u.user_id = n.user_id COLLATE "C" AND u.thread_id = n.thread_id COLLATE "C"
        RETURNING u.user_id, u.attachment_id
    ) SELECT json_agg(g) INTO unused FROM gone g;
    -- Those that no other thread's messages name go with the thread.
    DELETE FROM goldenpath.attachment a
      USING json_to_recordset(coalesce(unused, '[]')) AS n (user_id text, attachment_id text)
      WHERE a.user_id = n.user_id COLLATE "C" AND a.attachment_id = n.attachment_id COLLATE "C" AND NOT EXISTS (
        SELECT 1 FROM goldenpath.attachment_use u
        WHERE u.user_id = a.user_id AND u.attachment_id = a.attachment_id);
  END IF;
  IF commands IS NOT NULL THEN
    INSERT INTO goldenpath.command (user_id, command_id, fingerprint, result, at)
      SELECT n.user_id, n.command_id, n.fingerprint, n.result, n.at
      FROM json_to_recordset(commands) AS n
        (user_id text, command_id text, fingerprint text, result text, at bigint);
  END IF;
  ${close}
  RETURN true;`,
);

/**
 * After a connection was lost: whether the group was written, by one event or command of it. When it was not, every
 * user's version moves on, so that the lost session, should it still be alive, writes nothing either (F2).
 */
const settleGroup = define(
  "settle_group(users text[], witness text, last_offset bigint, events text, command text, print text)",
  "boolean",
  "written boolean;",
  `
  INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
    SELECT u, 0, 0, 0, 0 FROM unnest(users) AS u ORDER BY u COLLATE "C" ON CONFLICT DO NOTHING;
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = ANY (users) ORDER BY l.user_id FOR UPDATE;
  IF last_offset IS NOT NULL THEN
    SELECT CASE WHEN e.body IS NOT NULL THEN e.body = events WHEN l.floor >= last_offset THEN NULL ELSE false END
      INTO written
      FROM goldenpath.log l LEFT JOIN goldenpath.event e ON e.user_id = l.user_id AND e.last = last_offset
      WHERE l.user_id = witness;
  ELSE
    SELECT EXISTS (SELECT 1 FROM goldenpath.command c
      WHERE c.user_id = witness AND c.command_id = command AND c.fingerprint = print) INTO written;
  END IF;
  IF NOT written THEN
    UPDATE goldenpath.log l SET version = l.version + 1 WHERE l.user_id = ANY (users);
  END IF;
  ${close}
  RETURN written;`,
);

export const groupFunctions: readonly string[] = [facts, lockUsers, commitGroup, settleGroup];
