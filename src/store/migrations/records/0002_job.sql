-- Work to be done later, added in the transaction that makes it necessary.
CREATE TABLE job (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    -- Not before this moment; moved on after a failure.
    run_at INTEGER NOT NULL,
    -- Somebody is at it until then; null while nobody is.
    lease_until INTEGER,
    -- How often it was begun. Also proves whose lease it is.
    attempts INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'done', 'parked')),
    -- Without personal data.
    last_error TEXT,
    CHECK (length(id) = 16)
) STRICT;

CREATE INDEX job_ready ON job (kind, run_at) WHERE state = 'ready';
CREATE INDEX job_done ON job (run_at) WHERE state = 'done';
