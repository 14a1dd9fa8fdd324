-- Values on either side that the other does not have, or has otherwise; nothing is nothing on both.
WITH by_hand AS (
    SELECT names.measure, names.role, long.unit, long.month, long.value
    FROM (
        UNPIVOT INCLUDE NULLS (SELECT unit, month, CAST(COLUMNS(* EXCLUDE (unit, month)) AS DOUBLE) FROM wide)
        ON COLUMNS(* EXCLUDE (unit, month)) INTO NAME name VALUE value
    ) AS long
    JOIN names USING (name)
)
SELECT count(*)
FROM by_hand
FULL JOIN ours USING (measure, role, unit, month)
WHERE by_hand.value IS DISTINCT FROM ours.value
