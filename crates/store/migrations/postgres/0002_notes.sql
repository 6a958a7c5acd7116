-- Differs from sqlite: in nothing.
-- What a reader told of a document beside its blocks: a JSON list of {code, message}.
ALTER TABLE document ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
