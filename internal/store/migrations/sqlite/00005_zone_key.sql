-- Keys of signed zones, when signatures must be made anew (wall time; 0 for a zone that is not signed), and notes of interfaces.
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

ALTER TABLE zone ADD COLUMN resign BIGINT NOT NULL DEFAULT 0;
CREATE INDEX zone_resign ON zone (resign, id) WHERE resign <> 0;

-- Where an NSEC or NSEC3 record stands in its chain; empty for other records.
ALTER TABLE zone_record ADD COLUMN chain TEXT NOT NULL DEFAULT '';
CREATE INDEX zone_record_chain ON zone_record (zone_id, chain) WHERE chain <> '';

-- What an interface keeps beside a zone, sealed: how its clients wrote the records.
CREATE TABLE zone_note (
    zone_id     BIGINT NOT NULL,
    dialect     TEXT NOT NULL,
    sealed      TEXT NOT NULL,
    PRIMARY KEY (zone_id, dialect)
);

-- +goose Down
DROP TABLE zone_note;
DROP INDEX zone_record_chain;
ALTER TABLE zone_record DROP COLUMN chain;
DROP INDEX zone_resign;
ALTER TABLE zone DROP COLUMN resign;
DROP TABLE zone_key;
