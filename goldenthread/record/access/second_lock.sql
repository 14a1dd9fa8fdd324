-- The second lock: the rules about the rows of persons once more, kept by PostgreSQL itself.
--
-- Beside record/access, and against the same oracle: tests/record/access/test_second_lock.py. Which tables
-- are locked, and why others are not: docs/adr/0011-a-second-lock-on-the-rows-of-persons.md. The roles between
-- double braces are filled in from roles.py. Whoever changes a rule there changes it here.


-- Who acts, as record/acting.py said for this connection. Nothing said, nothing seen.

CREATE OR REPLACE FUNCTION goldenthread_actor() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('goldenthread.actor', true), '')
$$;

CREATE OR REPLACE FUNCTION goldenthread_is_system() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT goldenthread_actor() LIKE 'system:_%'
$$;

CREATE OR REPLACE FUNCTION goldenthread_user() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN goldenthread_actor() ~ '^user:[0-9]{1,18}$' THEN substr(goldenthread_actor(), 6)::bigint END
$$;

-- The day it is where the organization is; a test may name another.
CREATE OR REPLACE FUNCTION goldenthread_day() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    nullif(current_setting('goldenthread.day', true), '')::date,
    (now() AT TIME ZONE coalesce((SELECT timezone FROM record_organization), 'UTC'))::date)
$$;

-- Half-open: the first day is in, the day after the last is out, nothing is open. As one expression that names each
-- value once, PostgreSQL writes it into the query itself; a function that it had to call for each row takes longer
-- than everything else there.
CREATE OR REPLACE FUNCTION goldenthread_holds(starts_on date, ends_on date, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT daterange(starts_on, ends_on) @> day
$$;


-- The tree of one day: record/orgs/tree.py. A unit that has ended stands where it stood last, one that has
-- not begun where it will stand first, and one without a parent under the top.

CREATE OR REPLACE FUNCTION goldenthread_top() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT id FROM record_unit unit
  WHERE NOT EXISTS (SELECT FROM record_unitparent step WHERE step.unit_id = unit.id)
  ORDER BY id LIMIT 1
$$;

CREATE OR REPLACE FUNCTION goldenthread_parents(day date) RETURNS TABLE (unit bigint, parent bigint)
LANGUAGE sql STABLE AS $$
  WITH top AS MATERIALIZED (SELECT goldenthread_top() AS id),
  stands AS (
    SELECT unit.id, least(greatest(day, coalesce(unit.starts_on, '-infinity')),
                          coalesce(unit.ends_on - 1, 'infinity')) AS day
    FROM record_unit unit)
  SELECT stands.id, coalesce(
    (SELECT step.parent_id FROM record_unitparent step JOIN record_unit above ON above.id = step.parent_id
     WHERE step.unit_id = stands.id AND goldenthread_holds(step.starts_on, step.ends_on, stands.day)
       AND (above.id = top.id OR goldenthread_holds(above.starts_on, above.ends_on, stands.day))
     LIMIT 1), top.id)
  FROM stands, top WHERE stands.id <> top.id
$$;


-- The person whose account it is that acts.
CREATE OR REPLACE FUNCTION goldenthread_person() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT person.id FROM record_person person JOIN accounts_user account ON account.id = person.user_id
  WHERE account.id = goldenthread_user() AND account.is_active
$$;

-- Whose numbers are open to the user who acts: record/access/seen.py. Every branch begins at the few posts, grants
-- and names of this user and goes on by an index; none looks at each member and then asks whether it is one of them.

CREATE OR REPLACE FUNCTION goldenthread_people() RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  WITH RECURSIVE
  today AS MATERIALIZED (SELECT goldenthread_day() AS day),
  self AS MATERIALIZED (SELECT goldenthread_person() AS id),
  posts AS NOT MATERIALIZED (
    SELECT post.* FROM record_post post
    WHERE goldenthread_holds(post.starts_on, post.ends_on, (SELECT day FROM today))),
  members AS NOT MATERIALIZED (
    SELECT person_id AS person, unit_id AS unit, supervisor_id AS supervisor FROM posts WHERE role = 'member'),
  -- Whom the user stands in for, and where that counts; null is everywhere.
  stood_in_for AS MATERIALIZED (
    SELECT delegation.giver_id AS person, delegation.unit_id AS within
    FROM record_delegation delegation
    JOIN self ON delegation.receiver_id = self.id
    JOIN record_person giver ON giver.id = delegation.giver_id
    LEFT JOIN accounts_user of_giver ON of_giver.id = giver.user_id
    WHERE goldenthread_holds(delegation.starts_on, delegation.ends_on, (SELECT day FROM today))
      AND coalesce(of_giver.is_active, true)
      AND EXISTS (SELECT FROM posts WHERE posts.person_id = giver.id)),
  leaders AS MATERIALIZED (
    SELECT id AS person, NULL::bigint AS within FROM self UNION SELECT person, within FROM stood_in_for),
  parents AS MATERIALIZED (SELECT tree.* FROM goldenthread_parents((SELECT day FROM today)) tree),
  inside AS (
    SELECT DISTINCT within AS root, within AS unit FROM stood_in_for WHERE within IS NOT NULL
    UNION SELECT inside.root, parents.unit FROM inside JOIN parents ON parents.parent = inside.unit),
  supervised AS MATERIALIZED (
    SELECT posts.unit_id AS unit, leaders.within FROM posts JOIN leaders ON posts.person_id = leaders.person
    WHERE posts.role IN ({{see_workers}})
    UNION
    SELECT held.unit_id, NULL FROM record_grant held
    JOIN accounts_user account ON account.id = held.user_id AND account.is_active
    WHERE held.user_id = goldenthread_user() AND held.role IN ({{see_workers}})
      AND goldenthread_holds(held.starts_on, held.ends_on, (SELECT day FROM today))),
  -- A unit that is supervised, and each right below it.
  reached AS MATERIALIZED (
    SELECT unit, within FROM supervised
    UNION SELECT parents.unit, supervised.within FROM supervised JOIN parents ON parents.parent = supervised.unit),
  open AS (
    SELECT member.person, member.unit, reached.within FROM reached JOIN members member ON member.unit = reached.unit
    UNION
    SELECT member.person, member.unit, leaders.within FROM leaders JOIN members member
      ON member.supervisor = leaders.person
    UNION
    SELECT member.person, member.unit, leaders.within FROM leaders
    JOIN members direct ON direct.supervisor = leaders.person
    JOIN members member ON member.supervisor = direct.person)
  SELECT id FROM self WHERE id IS NOT NULL
  UNION
  SELECT open.person FROM open
  WHERE open.within IS NULL
     OR EXISTS (SELECT FROM inside WHERE inside.root = open.within AND inside.unit = open.unit)
$$;


-- Who reads the audit log: it has one chain, so that the role counts over the whole organization alone.

CREATE OR REPLACE FUNCTION goldenthread_reads_audit() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM record_grant held JOIN accounts_user account ON account.id = held.user_id
    WHERE account.id = goldenthread_user() AND account.is_active AND held.role IN ({{read_audit}})
      AND held.unit_id = goldenthread_top()
      AND goldenthread_holds(held.starts_on, held.ends_on, goldenthread_day()))
$$;

CREATE OR REPLACE FUNCTION goldenthread_person_key() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT key FROM record_person WHERE user_id = goldenthread_user()
$$;


-- The locks. What stands in (SELECT ...) is asked once for a query, not once for each row, and only when a row
-- comes to it: what is dear stands last.

{{own_rows}}

ALTER TABLE record_personidentifier ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_personidentifier FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS of_people_one_sees ON record_personidentifier;
CREATE POLICY of_people_one_sees ON record_personidentifier
  USING ((SELECT goldenthread_is_system())
    OR person_id = (SELECT goldenthread_person())
    OR person_id IN (SELECT goldenthread_people()))
  WITH CHECK ((SELECT goldenthread_is_system()));

ALTER TABLE record_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_auditevent FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS about_oneself ON record_auditevent;
-- By oneself and about oneself; and looks at a file as received, which are told to everybody it may name.
CREATE POLICY about_oneself ON record_auditevent FOR SELECT USING (
  (SELECT goldenthread_is_system())
  OR ((SELECT goldenthread_user()) IS NOT NULL AND (
    actor = (SELECT goldenthread_actor())
    OR (kind = 'user' AND object_id = (SELECT goldenthread_user())::text)
    OR (kind = 'person' AND object_id = (SELECT goldenthread_person_key()))
    OR (kind = 'batch' AND action IN ('viewed', 'listed', 'exported'))
    OR (SELECT goldenthread_reads_audit()))));
DROP POLICY IF EXISTS by_whoever_acts ON record_auditevent;
CREATE POLICY by_whoever_acts ON record_auditevent FOR INSERT WITH CHECK (
  (SELECT goldenthread_is_system()) OR actor = (SELECT goldenthread_actor()));
DROP POLICY IF EXISTS placed_by_the_system ON record_auditevent;
CREATE POLICY placed_by_the_system ON record_auditevent FOR UPDATE
  USING ((SELECT goldenthread_is_system())) WITH CHECK ((SELECT goldenthread_is_system()));
DROP POLICY IF EXISTS dropped_by_the_system ON record_auditevent;
CREATE POLICY dropped_by_the_system ON record_auditevent FOR DELETE USING ((SELECT goldenthread_is_system()));
