-- The extract into one Parquet file, with the types given and unreadable rows left out, as DuckDB does it by itself.
COPY (
    SELECT * FROM read_csv($file, header = true, ignore_errors = true, columns = {
        call_id: 'BIGINT', started_at: 'TIMESTAMP', agent: 'VARCHAR', channel: 'VARCHAR', reason: 'VARCHAR',
        language: 'VARCHAR', priority: 'VARCHAR', outcome: 'VARCHAR', wait_seconds: 'DOUBLE',
        talk_seconds: 'DOUBLE', solved: 'BOOLEAN'
    })
) TO $target (FORMAT parquet)
