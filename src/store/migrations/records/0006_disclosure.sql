-- Somebody asks for a copy of all that is kept of them (開示): looked through at the desk item by item, handed over.
CREATE TABLE disclosure (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'reviewed', 'handed_over', 'withdrawn')),
    asked_by TEXT NOT NULL CHECK (asked_by IN ('person', 'guardian', 'proxy')),
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    made_by BLOB NOT NULL,
    changed_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id)
) STRICT;

-- What was looked at in which version, and why it is not handed over; without a reason it is.
CREATE TABLE disclosure_item (
    notebook INTEGER NOT NULL,
    disclosure BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('entry', 'photo')),
    item BLOB NOT NULL,
    part INTEGER NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (notebook, disclosure, kind, item, part, version)
) STRICT;
