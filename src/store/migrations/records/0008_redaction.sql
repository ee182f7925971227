-- What of a photo is kept to supporters: the areas, and the pictures in which they are painted over, sealed; empty
-- while nobody has said.
ALTER TABLE photo ADD COLUMN redaction BLOB;
-- The photo of the same sheet, taken within minutes by the same person, that is shown in place of this one.
ALTER TABLE photo ADD COLUMN double_of BLOB;

-- Whose work it is, and when it is its turn among that of others: whoever sends fifty photos at once does not keep
-- somebody with one waiting.
ALTER TABLE job ADD COLUMN owner BLOB;
ALTER TABLE job ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX job_turn ON job (kind, turn, run_at) WHERE state = 'ready';
DROP INDEX job_ready;
