-- +goose Up
ALTER TABLE sim_registrar ADD COLUMN balance BIGINT;

ALTER TABLE sim_domain ADD COLUMN life TEXT NOT NULL DEFAULT '';
ALTER TABLE sim_domain ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
UPDATE sim_domain SET due = expires WHERE pending = '';
CREATE INDEX sim_domain_due ON sim_domain (due, id);

ALTER TABLE sim_contact ADD COLUMN transferred BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sim_contact ADD COLUMN transfer TEXT NOT NULL DEFAULT '';
ALTER TABLE sim_contact ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sim_contact_due ON sim_contact (due, id) WHERE due > 0;

ALTER TABLE sim_message ADD COLUMN data TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE sim_message DROP COLUMN data;
DROP INDEX sim_contact_due;
ALTER TABLE sim_contact DROP COLUMN due;
ALTER TABLE sim_contact DROP COLUMN transfer;
ALTER TABLE sim_contact DROP COLUMN transferred;
DROP INDEX sim_domain_due;
ALTER TABLE sim_domain DROP COLUMN due;
ALTER TABLE sim_domain DROP COLUMN life;
ALTER TABLE sim_registrar DROP COLUMN balance;
