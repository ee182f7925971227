-- A printed sheet belongs to a volume of the booklet, or to none when it was printed by itself (0), and can
-- be printed again on the same paper and side.
ALTER TABLE printed_sheet ADD COLUMN volume INTEGER NOT NULL DEFAULT 1;
ALTER TABLE printed_sheet ADD COLUMN format TEXT NOT NULL DEFAULT 'a5';
ALTER TABLE printed_sheet ADD COLUMN recto INTEGER NOT NULL DEFAULT 1;
UPDATE printed_sheet SET recto = sheet % 2;

-- A long print: a batch as files. `done` and `total` count what is printed, `wanted` says what, as JSON.
CREATE TABLE print_run (
    id BLOB NOT NULL PRIMARY KEY,
    office BLOB NOT NULL REFERENCES office (id),
    batch BLOB NOT NULL REFERENCES batch (id),
    wanted TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'printing', 'done', 'cancelled', 'failed')),
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    made_by BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX print_run_batch ON print_run (batch, made_at);

-- The files of a run, each sealed under a key of its own. `part` counts the notebooks before it.
CREATE TABLE print_part (
    run BLOB NOT NULL,
    part INTEGER NOT NULL,
    blob BLOB NOT NULL,
    size INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (run, part)
) STRICT;

-- Printers that an office prints on, with what the calibration sheet has shown.
CREATE TABLE printer (
    id BLOB NOT NULL PRIMARY KEY,
    office BLOB NOT NULL REFERENCES office (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
    shift_x REAL NOT NULL,
    shift_y REAL NOT NULL,
    scale REAL NOT NULL,
    made_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX printer_office ON printer (office, state);

-- Entries that stand on paper: printed in a digest, or copied by hand.
CREATE TABLE on_paper (
    notebook INTEGER NOT NULL,
    entry BLOB NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by_kind TEXT NOT NULL CHECK (by_kind IN ('staff', 'relative')),
    by_id BLOB NOT NULL,
    PRIMARY KEY (notebook, entry, version)
) STRICT;
