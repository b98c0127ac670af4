/** What nodes ask and say of each other, across users: which database this is, leases, orphans, claims, heads. */
import { close, define } from "./postgres-function.ts";

/** The epoch belongs to this very database; one that was restored or promoted gets the fresh one. */
const currentEpoch = define(
  "current_epoch(fresh text)",
  "text",
  "this text; answer text;",
  `
  SELECT concat_ws('.', s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid,
      'goldenpath.meta'::regclass::oid)
    INTO this FROM pg_control_system() s, pg_database d WHERE d.datname = current_database();
  IF NOT EXISTS (SELECT 1 FROM goldenpath.meta m WHERE m.key = 'identity' AND m.value = this) THEN
    -- Of several nodes that find this at once, the first makes the epoch.
    LOCK TABLE goldenpath.meta IN SHARE ROW EXCLUSIVE MODE;
    IF NOT EXISTS (SELECT 1 FROM goldenpath.meta m WHERE m.key = 'identity' AND m.value = this) THEN
      INSERT INTO goldenpath.meta AS m (key, value) VALUES ('identity', this), ('epoch', fresh)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    END IF;
  END IF;
  SELECT m.value INTO answer FROM goldenpath.meta m WHERE m.key = 'epoch';
  ${close}
  RETURN answer;`,
);

const claimRun = define(
  "claim_run(whose text, run text, node text, seen bigint)",
  "json",
  "claimed json;",
  `
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = whose FOR UPDATE;
  UPDATE goldenpath.run r SET attempt = r.attempt + 1, owner = node
    WHERE r.user_id = whose AND r.run_id = run AND r.state = 'active' AND r.attempt = seen
    RETURNING to_json(r) INTO claimed;
  IF claimed IS NOT NULL THEN
    UPDATE goldenpath.log l SET version = l.version + 1 WHERE l.user_id = whose;
  END IF;
  ${close}
  RETURN claimed;`,
);

const renewLease = define(
  "renew_lease(node text, lease_ms bigint)",
  "void",
  "",
  `
  INSERT INTO goldenpath.lease AS l (node_id, until)
    VALUES (node, clock_timestamp() + lease_ms * interval '1 millisecond')
    ON CONFLICT (node_id) DO UPDATE SET until = excluded.until;
  -- Node ids are fresh for each start: what ran out long ago is of no use to anybody.
  DELETE FROM goldenpath.lease l WHERE l.until < clock_timestamp() - interval '1 day';
  ${close}`,
);

const endLease = define(
  "end_lease(node text)",
  "void",
  "",
  `
  DELETE FROM goldenpath.lease l WHERE l.node_id = node;
  ${close}`,
);

const orphans = define(
  "orphans(most bigint)",
  "json",
  "answer json;",
  `
  SELECT json_agg(to_json(o) ORDER BY o.started_at, o.user_id, o.first_offset) INTO answer FROM (
    SELECT r.* FROM goldenpath.run r
    WHERE r.state = 'active' AND NOT EXISTS
      (SELECT 1 FROM goldenpath.lease l WHERE l.node_id = r.owner AND l.until > clock_timestamp())
    ORDER BY r.started_at, r.user_id, r.first_offset LIMIT most
  ) o;
  ${close}
  RETURN answer;`,
);

const extents = define(
  "extents(users text[])",
  "json",
  "answer json;",
  `
  SELECT json_agg(json_build_array(l.user_id, l.floor, l.head)) INTO answer
    FROM goldenpath.log l WHERE l.user_id = ANY (users);
  ${close}
  RETURN answer;`,
);

export const nodeFunctions: readonly string[] = [
  currentEpoch,
  claimRun,
  renewLease,
  endLease,
  orphans,
  extents,
];
