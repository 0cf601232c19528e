-- The life of a domain: what time does to it, transfers away, what its registrant is told.
-- +goose Up
ALTER TABLE domain ADD COLUMN dnssec TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN owner_changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN held_for TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN delete_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN restore_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN purge BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN outgoing_to TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN outgoing_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN outgoing_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX domain_outgoing ON domain (account_id, outgoing_by) WHERE outgoing_by <> 0;

-- The due list: an object's next step. due_next is the order in which steps are taken.
CREATE TABLE due (
    kind        TEXT NOT NULL,
    object      BIGINT NOT NULL,
    account_id  BIGINT NOT NULL,
    name        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    step        TEXT NOT NULL,
    step_rank   BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    retry       BIGINT NOT NULL,
    PRIMARY KEY (kind, object)
);
CREATE INDEX due_next ON due (at, step_rank, kind, object);

-- Work that one node does at a time.
CREATE TABLE lease (
    name        TEXT PRIMARY KEY,
    owner       TEXT NOT NULL,
    until       BIGINT NOT NULL
);

CREATE TABLE mail (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    object_name  TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    state        TEXT NOT NULL,
    tries        BIGINT NOT NULL,
    next_attempt BIGINT NOT NULL,
    error        TEXT NOT NULL,
    created      BIGINT NOT NULL,
    wall         BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (next_attempt, id) WHERE state = 'queued';
CREATE INDEX mail_list ON mail (account_id, id);
CREATE INDEX mail_object ON mail (object_name, id);
CREATE INDEX mail_recipient ON mail (LOWER(recipient), id);

-- Mandatory notices. obligation_same is the rule "once each"; it begins with what lists ask for.
CREATE TABLE obligation (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_name TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    due         BIGINT NOT NULL,
    sent        BIGINT NOT NULL,
    delivered   BIGINT NOT NULL,
    bounced     BIGINT NOT NULL,
    mail_id     BIGINT NOT NULL
);
CREATE UNIQUE INDEX obligation_same ON obligation (account_id, object_kind, object_name, due, kind, recipient);
CREATE INDEX obligation_mail ON obligation (mail_id) WHERE mail_id <> 0;

-- Verifications of e-mail addresses. verification_one: at most one is open or done for an account and address.
CREATE TABLE verification (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    email       TEXT NOT NULL,
    token_hash  TEXT NOT NULL,
    created     BIGINT NOT NULL,
    due         BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    done        BIGINT NOT NULL
);
CREATE UNIQUE INDEX verification_one ON verification (account_id, email) WHERE failed = 0 OR done <> 0;
CREATE INDEX verification_email ON verification (account_id, email, id);
CREATE UNIQUE INDEX verification_token ON verification (token_hash) WHERE token_hash <> '';

-- One refund of an order at most, whatever the reason.
CREATE UNIQUE INDEX entry_refund ON entry (order_no) WHERE order_no <> 0 AND SUBSTR(reason, 1, 7) = 'refund:';

-- Addresses and domains of contacts that came along with a domain are looked up too.
DROP INDEX contact_email;
CREATE INDEX contact_email ON contact (account_id, email);
CREATE INDEX contact_owner ON contact (account_id, owner) WHERE owner <> '';

-- Hosts below a domain are found by the reversed name.
ALTER TABLE host ADD COLUMN reversed TEXT NOT NULL DEFAULT '';
UPDATE host SET reversed = (WITH RECURSIVE r (i, s) AS (SELECT LENGTH(host.name), ''
    UNION ALL SELECT i - 1, s || SUBSTR(host.name, i, 1) FROM r WHERE i > 0) SELECT s FROM r WHERE i = 0);
CREATE INDEX host_below ON host (environment, reversed);
CREATE INDEX host_list ON host (account_id, name, id);

-- +goose Down
DROP INDEX host_list;
DROP INDEX host_below;
ALTER TABLE host DROP COLUMN reversed;
DROP INDEX contact_owner;
DROP INDEX contact_email;
CREATE INDEX contact_email ON contact (account_id, email) WHERE owner = '';
DROP INDEX entry_refund;
DROP TABLE verification;
DROP TABLE obligation;
DROP TABLE mail;
DROP TABLE lease;
DROP TABLE due;
DROP INDEX domain_outgoing;
ALTER TABLE domain DROP COLUMN outgoing_by;
ALTER TABLE domain DROP COLUMN outgoing_at;
ALTER TABLE domain DROP COLUMN outgoing_to;
ALTER TABLE domain DROP COLUMN purge;
ALTER TABLE domain DROP COLUMN restore_until;
ALTER TABLE domain DROP COLUMN deleted;
ALTER TABLE domain DROP COLUMN delete_on;
ALTER TABLE domain DROP COLUMN held_for;
ALTER TABLE domain DROP COLUMN owner_changed;
ALTER TABLE domain DROP COLUMN dnssec;
