-- What cases have in common beside the person: the matter, as they are labelled.

-- In which matters nothing is told.
CREATE TABLE muted_matters (
    matter TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A recipient is told of the cases of these matters, too.
CREATE TABLE recipient_matters (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    matter TEXT NOT NULL,
    UNIQUE (recipient_id, matter)
) STRICT;
