-- 1 where whoever took a photo said which sheet it is, and no code did: that can be corrected.
ALTER TABLE photo ADD COLUMN sheet_told INTEGER NOT NULL DEFAULT 0;
