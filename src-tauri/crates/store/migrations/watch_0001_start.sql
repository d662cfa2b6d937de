-- What is watched while the portfolio is locked. No name, note, title, text or history stands here in clear.
-- Times are microseconds since 1970 UTC. Days are ISO 8601 text.

-- One row: whose it is, which of them it is, and how it is emptied.
CREATE TABLE watch (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    portfolio_id TEXT NOT NULL,
    -- Random: one made anew is another.
    store_id TEXT NOT NULL,
    -- How often its inbox was offered to the portfolio.
    drains INTEGER NOT NULL DEFAULT 0,
    -- Items up to this one are being taken over by the portfolio; NULL when none are.
    offered_to INTEGER
) STRICT;

CREATE TABLE cases (
    -- Random, so that it says nothing of the portfolio's own order.
    id INTEGER PRIMARY KEY,
    receipt TEXT NOT NULL UNIQUE,
    -- HMAC of the last answer; NULL before the first.
    fingerprint BLOB,
    -- HMAC of what of it is worth telling.
    gist BLOB,
    due_at INTEGER NOT NULL,
    failures INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_by_due ON cases (due_at);

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Calls by day and outcome; the kind `portfolio` holds those the portfolio knows of.
CREATE TABLE budget (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    calls INTEGER NOT NULL,
    -- How many of them are being taken over by the portfolio.
    offered INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('answer', 'same', 'failed')),
    times INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    told TEXT NOT NULL CHECK (told IN ('nothing', 'waiting', 'told'))
) STRICT;
CREATE INDEX inbox_by_case ON inbox (case_id, kind);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE told = 'waiting';
