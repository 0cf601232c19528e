-- +goose Up
CREATE TABLE sim_set (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    handle      TEXT NOT NULL,
    sponsor     TEXT NOT NULL,
    creator     TEXT NOT NULL,
    updater     TEXT NOT NULL,
    content     TEXT NOT NULL,
    auth_info   TEXT NOT NULL,
    statuses    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE UNIQUE INDEX sim_set_handle ON sim_set (namespace, kind, handle);

CREATE TABLE sim_set_contact (
    set_id      BIGINT NOT NULL REFERENCES sim_set (id),
    pos         BIGINT NOT NULL,
    contact_id  BIGINT NOT NULL REFERENCES sim_contact (id),
    PRIMARY KEY (set_id, pos)
);
CREATE INDEX sim_set_contact_used ON sim_set_contact (contact_id);

CREATE TABLE sim_domain_set (
    domain_id   BIGINT NOT NULL REFERENCES sim_domain (id),
    kind        TEXT NOT NULL,
    set_id      BIGINT NOT NULL REFERENCES sim_set (id),
    PRIMARY KEY (domain_id, kind)
);
CREATE INDEX sim_domain_set_used ON sim_domain_set (set_id);

-- +goose Down
DROP TABLE sim_domain_set;
DROP TABLE sim_set_contact;
DROP TABLE sim_set;
