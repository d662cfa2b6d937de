-- Raised by each transaction that writes, so that an older database in the place of this one is noticed.
ALTER TABLE portfolio ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
-- How many such transactions are known to be missing here; 0 again once the user has accepted that.
ALTER TABLE portfolio ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
