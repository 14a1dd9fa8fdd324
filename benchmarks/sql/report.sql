-- The columns of a report for one team, month by month: its posts, and the facts of their workers on their days.
SELECT date_trunc('month', facts.started_at__day) AS month, $columns
FROM read_parquet($files) AS facts
JOIN posts ON facts.agent = posts.worker
    AND facts.started_at__day >= posts.starts AND facts.started_at__day < posts.ends
WHERE posts.unit = $unit AND facts.started_at__day BETWEEN $first AND $last
GROUP BY ALL
