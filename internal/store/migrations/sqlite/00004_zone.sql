-- Zones: heads, records, journal, what waits for a commit, forwards, log-ins for dynamic DNS, and the feed of changes.
-- +goose Up
CREATE TABLE zone (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     BIGINT NOT NULL,
    environment    TEXT NOT NULL,
    origin         TEXT NOT NULL,
    kind           TEXT NOT NULL,
    soa            TEXT NOT NULL,
    ttl            BIGINT NOT NULL,
    serial         BIGINT NOT NULL,
    virtual_ns     TEXT NOT NULL,
    masters        TEXT NOT NULL,
    allow_xfr      TEXT NOT NULL,
    sign_on        BOOLEAN NOT NULL,
    sign_algorithm BIGINT NOT NULL,
    sign_nsec3     BOOLEAN NOT NULL,
    comment        TEXT NOT NULL,
    comment_folded TEXT NOT NULL,
    version        BIGINT NOT NULL,
    records        BIGINT NOT NULL,
    staged         BIGINT NOT NULL,
    staged_at      BIGINT NOT NULL,
    by_default     BOOLEAN NOT NULL,
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL
);
CREATE UNIQUE INDEX zone_origin ON zone (origin);
CREATE INDEX zone_list ON zone (account_id, origin, id);
CREATE INDEX zone_staged_at ON zone (staged_at, id) WHERE staged_at <> 0;

-- extra marks what signing has added.
CREATE TABLE zone_record (
    id          INTEGER PRIMARY KEY,
    zone_id     BIGINT NOT NULL,
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    ttl         BIGINT NOT NULL,
    data        TEXT NOT NULL,
    extra       BOOLEAN NOT NULL
);
CREATE INDEX zone_record_name ON zone_record (zone_id, name, type, id);
INSERT INTO sequence (name, value) VALUES ('zone_record', 900);

-- The journal. number counts within the zone.
CREATE TABLE zone_change (
    zone_id     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    serial_from BIGINT NOT NULL,
    serial_to   BIGINT NOT NULL,
    change      TEXT NOT NULL,
    soa         TEXT NOT NULL,
    soa_before  TEXT NOT NULL,
    at          BIGINT NOT NULL,
    who         TEXT NOT NULL,
    PRIMARY KEY (zone_id, number)
);
CREATE INDEX zone_change_from ON zone_change (zone_id, serial_from, number);

CREATE TABLE zone_staged (
    zone_id     BIGINT PRIMARY KEY,
    change      TEXT NOT NULL
);

-- host is the whole name of an HTTP forward.
CREATE TABLE zone_forward (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    zone_id     BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    source      TEXT NOT NULL,
    target      TEXT NOT NULL,
    title       TEXT NOT NULL,
    status      BIGINT NOT NULL,
    host        TEXT NOT NULL
);
CREATE INDEX zone_forward_zone ON zone_forward (zone_id, id);
CREATE INDEX zone_forward_host ON zone_forward (host, id) WHERE host <> '';

CREATE TABLE dns_credential (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    username    TEXT NOT NULL,
    hash        TEXT NOT NULL,
    scopes      TEXT NOT NULL,
    created     BIGINT NOT NULL,
    last_used   BIGINT NOT NULL
);
CREATE UNIQUE INDEX dns_credential_username ON dns_credential (username);
CREATE INDEX dns_credential_list ON dns_credential (account_id, id);

-- Which zones changed: one writer at a time, so numbers are in the order of commits.
CREATE TABLE zone_feed (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    origin      TEXT NOT NULL,
    wall        BIGINT NOT NULL
);
CREATE INDEX zone_feed_wall ON zone_feed (wall);

-- Texts of zones that nothing read.
DROP TABLE zone_text;

-- +goose Down
CREATE TABLE zone_text (
    origin      TEXT PRIMARY KEY,
    environment TEXT NOT NULL,
    account_id  BIGINT NOT NULL,
    virtual_ns  TEXT NOT NULL,
    text        TEXT NOT NULL
);
CREATE INDEX zone_text_list ON zone_text (account_id, origin);
DROP TABLE zone_feed;
DROP TABLE dns_credential;
DROP TABLE zone_forward;
DROP TABLE zone_staged;
DROP TABLE zone_change;
DELETE FROM sequence WHERE name = 'zone_record';
DROP TABLE zone_record;
DROP TABLE zone;
