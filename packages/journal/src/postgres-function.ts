/**
 * What goes across users, as functions of the role that owns the tables. Everybody else may only call them.
 *
 *  F1  Users that change are locked in the order of their ids, by their row in `log`, before anything else of them is
 *      changed: two nodes never wait for each other in a circle.
 *  F2  A group is written whole or not at all, and only while every user's `version` is the one that the group
 *      was judged by.
 *  F3  Each function opens the second wall for itself and closes it again before it returns.
 */

/**
 * Plans are made once for each session, often while the tables are empty, and looking one row up is all that these
 * functions do, each row once: so the planner is told never to read a table from end to end, nor to remember rows.
 * Where there is no other way it does, at a cost that only stands for "never", and would compile such a plan for a
 * tenth of a second each time it is executed: so it is told not to compile either.
 */
const settings = `SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off
  SET jit = off`;

export function define(signature: string, returns: string, declare: string, body: string): string {
  return `
CREATE OR REPLACE FUNCTION goldenpath.${signature} RETURNS ${returns} LANGUAGE plpgsql ${settings} AS $goldenpath$
DECLARE ${declare} 
BEGIN
  PERFORM set_config('goldenpath.node', 'on', true); -- F3
${body}
END $goldenpath$;
REVOKE ALL ON FUNCTION goldenpath.${signature} FROM PUBLIC;
`;
}

/** F3 */
export const close = `PERFORM set_config('goldenpath.node', '', true);`;
