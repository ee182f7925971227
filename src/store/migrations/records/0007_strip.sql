-- What a sheet of a design looks like before anybody writes on it: a grey PNG of 100 dots per inch.
ALTER TABLE design ADD COLUMN blank BLOB;

-- What comparing a photo with the one before it told: 'new' strips, the 'same' as before, or 'unclear'; empty
-- until it was compared. The strips are sealed with the photo.
ALTER TABLE photo ADD COLUMN ink TEXT;
ALTER TABLE photo ADD COLUMN strips BLOB;

-- What somebody read in a strip. The last one is shown; none is overwritten.
CREATE TABLE transcript (
    notebook INTEGER NOT NULL,
    id BLOB NOT NULL,
    photo BLOB NOT NULL,
    part INTEGER NOT NULL,
    strip INTEGER NOT NULL,
    author_kind TEXT NOT NULL CHECK (author_kind IN ('staff', 'relative')),
    author BLOB NOT NULL,
    office BLOB,
    recorded_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id)
) STRICT;
CREATE INDEX transcript_photo ON transcript (notebook, photo, part, strip, recorded_at);
