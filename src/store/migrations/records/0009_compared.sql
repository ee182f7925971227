-- The photo of its sheet that a photo was compared with; empty where it was the blank sheet alone.
ALTER TABLE photo ADD COLUMN compared_with BLOB;

-- What was decided about a photo holds for as many typed-out texts as there were: for those of today.
UPDATE disclosure_item SET version = (SELECT COUNT(*) FROM transcript t
        WHERE t.notebook = disclosure_item.notebook AND t.photo = disclosure_item.item
            AND t.part = disclosure_item.part)
    WHERE kind = 'photo';
