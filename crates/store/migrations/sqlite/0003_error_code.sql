-- Differs from postgres: in nothing.
-- Why a document has no blocks, for programs.
ALTER TABLE document ADD COLUMN error_code TEXT;

UPDATE document SET error_code = CASE status
    WHEN 'ingest_failed' THEN 'no_blocks'
    ELSE 'conversion_failed'
END WHERE status IN ('ingest_failed', 'conversion_failed');
