-- Times are microseconds since 1970 UTC. Days and the service's own local times are ISO 8601 text.

-- One row: whose database this is.
CREATE TABLE portfolio (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    portfolio_id TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    receipt TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    label TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    last_observation_id INTEGER REFERENCES observations (id) ON DELETE SET NULL,
    changed_at INTEGER,
    checked_at INTEGER,
    answered_at INTEGER,
    problem TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    -- The service said "not recognised" after a status had been found.
    missing INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX cases_by_due ON cases (due_at);
CREATE INDEX cases_by_last_observation ON cases (last_observation_id);

-- One row for each distinct answer about a case.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    -- SHA-256 of everything below.
    fingerprint BLOB NOT NULL,
    form TEXT,
    submitted TEXT,
    modified TEXT,
    title_en TEXT NOT NULL,
    title_es TEXT NOT NULL,
    text_en TEXT NOT NULL,
    text_es TEXT NOT NULL,
    links TEXT NOT NULL,
    history TEXT NOT NULL,
    UNIQUE (case_id, fingerprint)
) STRICT;

-- The bodies as the service sent them, apart, so that lists need not pass over them.
CREATE TABLE bodies (
    answer_id INTEGER PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;

-- One row for each stretch of time in which an answer was the current one.
CREATE TABLE observations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    times_seen INTEGER NOT NULL
) STRICT;
CREATE INDEX observations_by_case ON observations (case_id);
CREATE INDEX observations_by_answer ON observations (answer_id);

CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    observation_id INTEGER NOT NULL REFERENCES observations (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    before_en TEXT,
    before_es TEXT,
    after_en TEXT,
    after_es TEXT,
    added TEXT NOT NULL
) STRICT;
CREATE INDEX changes_by_case ON changes (case_id);
CREATE INDEX changes_by_observation ON changes (observation_id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'leased', 'delivered')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    lease_until INTEGER,
    delivered_at INTEGER,
    error_class TEXT,
    UNIQUE (change_id, channel)
) STRICT;
CREATE INDEX outbox_open ON outbox (channel, id) WHERE state <> 'delivered';

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Calls to the service by day and outcome.
CREATE TABLE budget (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;
