-- Somebody without an account read the subset behind the emergency sheet's code, saying why.
CREATE TABLE emergency_view (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (notebook, id)
) STRICT;
CREATE INDEX emergency_view_at ON emergency_view (notebook, at);
