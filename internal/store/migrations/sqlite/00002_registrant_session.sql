-- A registrant's session is about one domain of one profile.
-- +goose Up
ALTER TABLE session ADD COLUMN profile_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN domain TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE session DROP COLUMN domain;
ALTER TABLE session DROP COLUMN profile_id;
