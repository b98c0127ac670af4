/** What a user may keep, and for how long: the bound of attachments, and trimming. */
import { close, define } from "./postgres-function.ts";

/** The bound of a user's attachments together; each of them costs \`overhead\` beside its bytes. */
const putAttachment = define(
  "put_attachment(whose text, id text, title text, media text, made bigint, content bytea, overhead bigint, total_max bigint)",
  "boolean",
  "fits boolean;",
  `
  PERFORM pg_advisory_xact_lock(hashtextextended(whose, 7));
  SELECT coalesce(sum(a.size + overhead), 0) + length(content) + overhead <= total_max INTO fits
    FROM goldenpath.attachment a WHERE a.user_id = whose AND a.attachment_id <> id;
  IF fits THEN
    INSERT INTO goldenpath.attachment AS a (user_id, attachment_id, name, media_type, at, size, bytes)
      VALUES (whose, id, title, media, made, length(content), content)
      ON CONFLICT (user_id, attachment_id) DO UPDATE SET name = excluded.name,
        media_type = excluded.media_type, at = excluded.at, size = excluded.size, bytes = excluded.bytes;
  END IF;
  ${close}
  RETURN fits;`,
);

/**
 * J6: the next \`most\` users after \`previous\`, and of each whose log may be over a bound what deciding needs: the
 * first stored row that is not all older than \`oldest\`, and the newest one that no longer fits into \`bytes_max\`.
 */
const trimmable = define(
  "trimmable(previous text, most bigint, oldest bigint, events_max bigint, bytes_max bigint)",
  "json",
  "answer json;",
  `
  WITH slice AS MATERIALIZED (
    SELECT l.* FROM goldenpath.log l WHERE l.user_id > previous ORDER BY l.user_id LIMIT most
  ), forgotten AS (
    DELETE FROM goldenpath.command c USING slice s WHERE c.user_id = s.user_id AND c.at < oldest
  ), unnamed AS (
    DELETE FROM goldenpath.attachment a USING slice s WHERE a.user_id = s.user_id AND a.at < oldest AND NOT EXISTS (
      SELECT 1 FROM goldenpath.attachment_use u
      WHERE u.user_id = a.user_id AND u.attachment_id = a.attachment_id)
  ), over AS MATERIALIZED (
    SELECT s.* FROM slice s WHERE s.floor < s.head AND (
      s.head - s.floor > events_max OR s.bytes > bytes_max OR
      (SELECT e.at_min FROM goldenpath.event e WHERE e.user_id = s.user_id ORDER BY e.last LIMIT 1) < oldest)
  )
  SELECT json_build_object(
    'next', (SELECT max(s.user_id) FROM slice s HAVING count(*) = most),
    'logs', (SELECT json_agg(json_build_object('userId', o.user_id, 'floor', o.floor, 'head', o.head,
      'activeFrom', (SELECT min(r.first_offset) FROM goldenpath.run r
        WHERE r.user_id = o.user_id AND r.state = 'active'),
      'young', (SELECT json_build_object('first', e.first, 'body', e.body) FROM goldenpath.event e
        WHERE e.user_id = o.user_id AND e.last > o.floor AND e.at_max >= oldest ORDER BY e.last LIMIT 1),
      'wide', (SELECT json_build_object('first', w.first, 'body', w.body, 'newer', w.sum - w.bytes) FROM
        (SELECT e.first, e.last, e.body, e.bytes, sum(e.bytes) OVER (ORDER BY e.last DESC) FROM goldenpath.event e
          WHERE e.user_id = o.user_id AND e.last > o.floor) w
        WHERE w.sum > bytes_max ORDER BY w.last DESC LIMIT 1)
    )) FROM over o)
  ) INTO answer;
  ${close}
  RETURN answer;`,
);

/** Only moves a floor up; an event of an active run stays whatever was asked for. */
const trimUser = define(
  "trim_user(whose text, wanted bigint)",
  "bigint",
  "before bigint; allowed bigint; gone bigint;",
  `
  SELECT l.floor INTO before FROM goldenpath.log l WHERE l.user_id = whose FOR UPDATE;
  SELECT least(wanted, min(r.first_offset) - 1) INTO allowed
    FROM goldenpath.run r WHERE r.user_id = whose AND r.state = 'active';
  IF allowed > before THEN
    WITH dropped AS (
      DELETE FROM goldenpath.event e WHERE e.user_id = whose AND e.last <= allowed RETURNING e.bytes
    ) SELECT coalesce(sum(d.bytes), 0) INTO gone FROM dropped d;
    UPDATE goldenpath.log l SET floor = allowed, bytes = l.bytes - gone WHERE l.user_id = whose;
  END IF;
  ${close}
  RETURN greatest(allowed - before, 0);`,
);

export const keepingFunctions: readonly string[] = [putAttachment, trimmable, trimUser];
