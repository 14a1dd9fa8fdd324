-- Sides of measures for every unit and month, in one scan: facts to the team of their worker on their day, then up.
WITH tallied AS (
    SELECT posts.unit, date_trunc('month', facts.started_at__day) AS month, $tallies
    FROM read_parquet($files) AS facts
    LEFT JOIN posts ON facts.agent = posts.worker
        AND facts.started_at__day >= posts.starts AND facts.started_at__day < posts.ends
    GROUP BY ALL
)
SELECT above.ancestor AS unit, month, $sums
FROM tallied JOIN above ON above.unit = coalesce(tallied.unit, $not_assigned)
GROUP BY ALL
