-- The records of an installation. Portable SQL: four type words (INTEGER, TEXT, BLOB, REAL).
-- Times are milliseconds since 1970 (clock::Instant); ids are 16 bytes (id::Id); a notebook is named
-- by its ten-digit serial (id::NotebookNumber). `sealed` columns hold nonce, ciphertext and tag.
-- Every growing table has the notebook first in its primary key.

CREATE TABLE city (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    telephone TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE office (
    id BLOB NOT NULL PRIMARY KEY,
    city BLOB NOT NULL REFERENCES city (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'closing', 'closed')),
    verified_at INTEGER,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY,
    city BLOB NOT NULL REFERENCES city (id),
    office BLOB NOT NULL REFERENCES office (id),
    profession TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('member', 'office_admin', 'city_admin')),
    state TEXT NOT NULL CHECK (state IN ('active', 'left')),
    email_finder BLOB NOT NULL UNIQUE,
    password TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- A relative (or the person, or a guardian) who reads on a phone of their own; may hold grants on
-- several notebooks.
CREATE TABLE relative (
    id BLOB NOT NULL PRIMARY KEY,
    city BLOB NOT NULL REFERENCES city (id),
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'left')),
    sealed BLOB NOT NULL
) STRICT;

-- A slip or a call-back code that registers a relative's phone.
CREATE TABLE invitation (
    id BLOB NOT NULL PRIMARY KEY,
    notebook INTEGER NOT NULL,
    relative BLOB NOT NULL REFERENCES relative (id),
    kind TEXT NOT NULL CHECK (kind IN ('slip', 'call_back')),
    secret_hash BLOB NOT NULL UNIQUE,
    answer_hash BLOB NOT NULL,
    tries INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- A registered browser: a relative's phone, or an enrolled device of an office.
CREATE TABLE device (
    id BLOB NOT NULL PRIMARY KEY,
    holder_kind TEXT NOT NULL CHECK (holder_kind IN ('relative', 'staff', 'office')),
    holder BLOB NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    pin TEXT,
    made_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX device_holder ON device (holder_kind, holder);

CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    holder_kind TEXT NOT NULL CHECK (holder_kind IN ('staff', 'relative')),
    holder BLOB NOT NULL,
    device BLOB,
    stage TEXT NOT NULL CHECK (stage IN ('password', 'full')),
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_holder ON session (holder_kind, holder);

CREATE TABLE api_token (
    id BLOB NOT NULL PRIMARY KEY,
    staff BLOB NOT NULL REFERENCES staff (id),
    secret_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

-- Failed tries, counted before anything is verified. The key is a hash of what is being tried.
CREATE TABLE attempt (
    id BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE batch (
    id BLOB NOT NULL PRIMARY KEY,
    city BLOB NOT NULL REFERENCES city (id),
    office BLOB NOT NULL REFERENCES office (id),
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'recalled')),
    made_by BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- The ledger: every number ever minted, for notebooks and for unbound sheets.
CREATE TABLE notebook (
    number INTEGER NOT NULL PRIMARY KEY,
    city BLOB NOT NULL REFERENCES city (id),
    batch BLOB REFERENCES batch (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('notebook', 'unbound')),
    state TEXT NOT NULL CHECK (state IN ('blank', 'issued', 'deceased', 'closed', 'erased')),
    salt BLOB,
    symbol TEXT NOT NULL,
    colour TEXT NOT NULL,
    desk BLOB NOT NULL REFERENCES office (id),
    fallback_desk BLOB NOT NULL REFERENCES office (id),
    continues INTEGER,
    minted_at INTEGER NOT NULL,
    issued_at INTEGER,
    ended_at INTEGER,
    content_seq INTEGER NOT NULL,
    diary_seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    finder BLOB,
    sealed BLOB
) STRICT;
CREATE INDEX notebook_finder ON notebook (city, finder);
CREATE INDEX notebook_desk ON notebook (desk, state, issued_at);
CREATE INDEX notebook_batch ON notebook (batch, number);

-- Dated conditions beside the state; several may hold together.
CREATE TABLE notebook_condition (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('paper_only', 'in_hospital', 'paused', 'protected')),
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    set_by BLOB NOT NULL,
    PRIMARY KEY (notebook, id)
) STRICT;

CREATE TABLE carrier (
    notebook INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('cover', 'case', 'sheet', 'sticker', 'bookmark', 'emergency', 'unbound')),
    generation INTEGER NOT NULL,
    sheet INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'replaced', 'lost', 'recalled')),
    since INTEGER NOT NULL,
    PRIMARY KEY (notebook, kind, generation, sheet)
) STRICT;

-- Geometry of every design revision ever printed, as JSON of sheet::design::Geometry.
CREATE TABLE design (
    name TEXT NOT NULL,
    revision BLOB NOT NULL,
    geometry TEXT NOT NULL,
    PRIMARY KEY (name, revision)
) STRICT;

CREATE TABLE printed_sheet (
    notebook INTEGER NOT NULL,
    sheet INTEGER NOT NULL,
    design TEXT NOT NULL,
    revision BLOB NOT NULL,
    label INTEGER NOT NULL,
    printed_at INTEGER NOT NULL,
    PRIMARY KEY (notebook, sheet)
) STRICT;

-- To whom an unbound sheet belongs; the last row counts, an undoing has no target.
CREATE TABLE binding (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    target INTEGER,
    bound_by BLOB NOT NULL,
    bound_at INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (notebook, id)
) STRICT;

-- Who may do what on a notebook, from when until when.
CREATE TABLE access_grant (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    holder_kind TEXT NOT NULL CHECK (holder_kind IN ('staff', 'relative', 'office')),
    holder BLOB NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('joining', 'helper', 'team', 'coordinator', 'family', 'person',
        'guardian', 'one_off', 'desk', 'emergency', 'break_glass')),
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    ended_at INTEGER,
    given_by BLOB NOT NULL,
    reason TEXT,
    PRIMARY KEY (notebook, id)
) STRICT;
CREATE INDEX access_grant_holder ON access_grant (holder_kind, holder, notebook);

CREATE TABLE consent (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('digital_copy', 'care_offices', 'relative', 'emergency',
        'care_planning', 'family_data', 'caregiver_sheet')),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('person', 'relative', 'office')),
    subject BLOB,
    given_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    form_photo BLOB,
    sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id)
) STRICT;

-- One row a version; `latest` marks the one that is shown.
CREATE TABLE entry (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    kind TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author_kind TEXT NOT NULL CHECK (author_kind IN ('staff', 'relative')),
    author BLOB NOT NULL,
    office BLOB,
    audience_kind TEXT NOT NULL CHECK (audience_kind IN ('everyone', 'supporters', 'profession', 'relatives',
        'relative', 'caregiver')),
    audience_subject TEXT,
    source TEXT NOT NULL CHECK (source IN ('typed', 'read', 'imported')),
    sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id, version)
) STRICT;
CREATE INDEX entry_timeline ON entry (notebook, latest, happened_at, id);
CREATE INDEX entry_kind ON entry (notebook, kind, latest, happened_at);

-- Filed photos. Waiting and held ones stand in the inbox, without a notebook.
CREATE TABLE photo (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    part INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('filed', 'moved', 'discarded')),
    filed_by TEXT NOT NULL CHECK (filed_by IN ('code', 'tap')),
    uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'relative')),
    uploader BLOB NOT NULL,
    office BLOB,
    photographed_at INTEGER NOT NULL,
    written_on INTEGER,
    filed_at INTEGER NOT NULL,
    audience_kind TEXT NOT NULL CHECK (audience_kind IN ('everyone', 'supporters', 'profession', 'relatives',
        'relative', 'caregiver')),
    audience_subject TEXT,
    design TEXT,
    revision BLOB,
    sheet INTEGER,
    sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id, part)
) STRICT;
CREATE INDEX photo_timeline ON photo (notebook, state, photographed_at, id);
CREATE INDEX photo_sheet ON photo (notebook, sheet, photographed_at);

-- Every upload, durable before it is answered, until it is filed or thirty or ninety days are over.
CREATE TABLE inbox (
    uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'relative')),
    uploader BLOB NOT NULL,
    id BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reading', 'waiting', 'held', 'unreadable', 'filed', 'discarded')),
    digest BLOB NOT NULL,
    visit_notebook INTEGER,
    filed_notebook INTEGER,
    filed_sheet INTEGER,
    received_at INTEGER NOT NULL,
    photographed_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (uploader_kind, uploader, id)
) STRICT;
CREATE INDEX inbox_until ON inbox (until_at);

-- Blobs of photos that have an owner, and until when; a blob without a row is an orphan of a crash.
CREATE TABLE kept_blob (
    blob BLOB NOT NULL PRIMARY KEY,
    until_at INTEGER
) STRICT;
CREATE INDEX kept_blob_until ON kept_blob (until_at);

CREATE TABLE visit (
    id BLOB NOT NULL PRIMARY KEY,
    holder_kind TEXT NOT NULL CHECK (holder_kind IN ('staff', 'relative')),
    holder BLOB NOT NULL,
    notebook INTEGER NOT NULL,
    begun_at INTEGER NOT NULL
) STRICT;

-- The access diary: who saw or wrote what. `chain` is the hash of the row before and of this one.
CREATE TABLE diary (
    notebook INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('staff', 'relative', 'house')),
    actor BLOB NOT NULL,
    office BLOB,
    act TEXT NOT NULL,
    subject BLOB,
    chain BLOB NOT NULL,
    PRIMARY KEY (notebook, seq)
) STRICT;
CREATE INDEX diary_actor ON diary (notebook, actor, act, at);

-- Strangers' scans, counted by hour and outcome: no stranger can grow this beyond its carriers.
CREATE TABLE stranger_scan (
    notebook INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    scans INTEGER NOT NULL,
    PRIMARY KEY (notebook, hour, outcome)
) STRICT;

-- What finders and helpers said by choices: shown to the desk, and to the family. Never free text.
CREATE TABLE notice (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('found', 'lost')),
    choice TEXT NOT NULL,
    thing TEXT,
    at INTEGER NOT NULL,
    seen_at INTEGER,
    PRIMARY KEY (notebook, id)
) STRICT;
CREATE INDEX notice_at ON notice (notebook, at);
