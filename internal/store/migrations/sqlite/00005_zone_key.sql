-- Signed zones: their keys, the records that signing adds, and when signatures must be made anew.
-- +goose Up
CREATE TABLE zone_key (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    zone_id     BIGINT NOT NULL,
    role        TEXT NOT NULL,
    algorithm   BIGINT NOT NULL,
    tag         BIGINT NOT NULL,
    public      TEXT NOT NULL,
    private     TEXT NOT NULL,
    state       TEXT NOT NULL,
    generated   BIGINT NOT NULL,
    published   BIGINT NOT NULL,
    active      BIGINT NOT NULL,
    retired     BIGINT NOT NULL,
    removed     BIGINT NOT NULL,
    ds_gone     BIGINT NOT NULL
);
CREATE INDEX zone_key_zone ON zone_key (zone_id, id);

CREATE TABLE zone_extra (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    zone_id     BIGINT NOT NULL,
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    ttl         BIGINT NOT NULL,
    data        TEXT NOT NULL
);
CREATE INDEX zone_extra_zone ON zone_extra (zone_id, name, type);

-- resign is wall time.
CREATE TABLE zone_signing (
    zone_id     BIGINT PRIMARY KEY,
    origin      TEXT NOT NULL,
    resign      BIGINT NOT NULL
);
CREATE INDEX zone_signing_due ON zone_signing (resign, zone_id);

-- +goose Down
DROP TABLE zone_signing;
DROP TABLE zone_extra;
DROP TABLE zone_key;
