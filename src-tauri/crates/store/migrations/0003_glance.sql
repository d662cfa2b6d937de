-- What a list shows of the last known status, beside the case itself: 10,000 answers lie on as many pages, 10,000 cases on a few.
-- Set with last_observation_id, and nothing without it.
ALTER TABLE cases ADD COLUMN form TEXT;
ALTER TABLE cases ADD COLUMN title_en TEXT;
ALTER TABLE cases ADD COLUMN title_es TEXT;
ALTER TABLE cases ADD COLUMN text_en TEXT;
UPDATE cases SET (form, title_en, title_es, text_en) = (
    SELECT a.form, a.title_en, a.title_es, a.text_en
    FROM observations o JOIN answers a ON a.id = o.answer_id WHERE o.id = cases.last_observation_id
) WHERE last_observation_id IS NOT NULL;
CREATE INDEX cases_unread ON cases (id) WHERE unread <> 0;
