-- Every key is wrapped by the key that is derived from the master key.
CREATE TABLE notebook_key (
    notebook INTEGER PRIMARY KEY,
    wrapped BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- Contents that belong to no notebook. One row.
CREATE TABLE house_key (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    wrapped BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- Keys of printed codes, by the version that stands in the code; all but the newest only verify.
CREATE TABLE code_key (
    version INTEGER PRIMARY KEY CHECK (version BETWEEN 0 AND 15),
    wrapped BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
