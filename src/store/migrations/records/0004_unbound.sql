-- A batch is of booklets for the shelf, or of loose sheets of one design and paper: a pad.
ALTER TABLE batch ADD COLUMN design TEXT;
ALTER TABLE batch ADD COLUMN format TEXT;

-- The number that an unbound sheet has in the notebook it belongs to, and which binding of it this is.
ALTER TABLE binding ADD COLUMN sheet INTEGER;
ALTER TABLE binding ADD COLUMN seq INTEGER NOT NULL DEFAULT 1;
CREATE INDEX binding_target ON binding (target, sheet);
