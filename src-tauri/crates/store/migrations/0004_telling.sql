-- Whom to tell of what, and when.

-- "Not recognised" after a status had been found: `missing` counts how often in a row, this says since when.
ALTER TABLE cases ADD COLUMN missing_since INTEGER;
-- Whether that makes the last known status doubtful.
ALTER TABLE cases ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
-- Nothing of it is told.
ALTER TABLE cases ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
-- Nothing of it is told before this.
ALTER TABLE cases ADD COLUMN snoozed_until INTEGER;
-- It is asked about more often.
ALTER TABLE cases ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
-- What its pace is learnt from: changes seen, and changes that were to be supposed over the time of its checks (domain::polling::Past).
ALTER TABLE cases ADD COLUMN past_seen REAL NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN past_supposed REAL NOT NULL DEFAULT 0;
-- Why it is due when it is (domain::polling::Why).
ALTER TABLE cases ADD COLUMN due_why TEXT;
UPDATE cases SET missing_since = checked_at WHERE missing <> 0;

-- Whom nothing is told of, by name.
CREATE TABLE muted_people (
    person TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- To whom e-mail is sent.
CREATE TABLE recipients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- Of every case, or of those named beside it.
    of_everything INTEGER NOT NULL
) STRICT;
-- A recipient is told of the cases about these people ...
CREATE TABLE recipient_people (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    person TEXT NOT NULL,
    UNIQUE (recipient_id, person)
) STRICT;
-- ... and of these cases.
CREATE TABLE recipient_cases (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    UNIQUE (recipient_id, case_id)
) STRICT;
CREATE INDEX recipient_cases_by_case ON recipient_cases (case_id);

-- A row for each change, channel and recipient. What is never told any more (refused for good, say) is 'given_up'.
DROP INDEX outbox_open;
ALTER TABLE outbox RENAME TO outbox_before;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'leased', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    lease_until INTEGER,
    delivered_at INTEGER,
    error_class TEXT,
    recipient_id INTEGER REFERENCES recipients (id) ON DELETE CASCADE,
    -- The first of those that are told in one message, from the first attempt on: each attempt is the same message.
    together INTEGER
) STRICT;
INSERT INTO outbox SELECT id, change_id, channel, state, attempts, not_before, lease_until, delivered_at, error_class, NULL, NULL
FROM outbox_before;
DROP TABLE outbox_before;
CREATE UNIQUE INDEX outbox_once ON outbox (change_id, channel, ifnull(recipient_id, 0));
CREATE INDEX outbox_open ON outbox (channel, id) WHERE state IN ('pending', 'leased');
CREATE INDEX outbox_by_recipient ON outbox (recipient_id) WHERE recipient_id IS NOT NULL;
