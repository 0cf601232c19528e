-- +goose Up
CREATE TABLE sim_registrar (
    id            TEXT PRIMARY KEY,
    namespace     TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created       BIGINT NOT NULL
);

CREATE TABLE sim_contact (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace   TEXT NOT NULL,
    handle      TEXT NOT NULL,
    sponsor     TEXT NOT NULL,
    creator     TEXT NOT NULL,
    updater     TEXT NOT NULL,
    postal_int  TEXT NOT NULL,
    postal_loc  TEXT NOT NULL,
    voice       TEXT NOT NULL,
    voice_ext   TEXT NOT NULL,
    fax         TEXT NOT NULL,
    fax_ext     TEXT NOT NULL,
    email       TEXT NOT NULL,
    disclose    TEXT NOT NULL,
    auth_info   TEXT NOT NULL,
    statuses    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE UNIQUE INDEX sim_contact_handle ON sim_contact (namespace, handle);

CREATE TABLE sim_domain (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    sponsor     TEXT NOT NULL,
    creator     TEXT NOT NULL,
    updater     TEXT NOT NULL,
    auth_info   TEXT NOT NULL,
    statuses    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    transferred BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    pending     TEXT NOT NULL
);
CREATE UNIQUE INDEX sim_domain_name ON sim_domain (namespace, name);

CREATE TABLE sim_host (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    parent      BIGINT REFERENCES sim_domain (id),
    sponsor     TEXT NOT NULL,
    creator     TEXT NOT NULL,
    updater     TEXT NOT NULL,
    addresses   TEXT NOT NULL,
    statuses    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE UNIQUE INDEX sim_host_name ON sim_host (namespace, name);
CREATE INDEX sim_host_parent ON sim_host (parent);

CREATE TABLE sim_domain_contact (
    domain_id   BIGINT NOT NULL REFERENCES sim_domain (id),
    pos         BIGINT NOT NULL,
    role        TEXT NOT NULL,
    contact_id  BIGINT NOT NULL REFERENCES sim_contact (id),
    PRIMARY KEY (domain_id, pos)
);
CREATE INDEX sim_domain_contact_used ON sim_domain_contact (contact_id);

CREATE TABLE sim_domain_host (
    domain_id   BIGINT NOT NULL REFERENCES sim_domain (id),
    pos         BIGINT NOT NULL,
    host_id     BIGINT NOT NULL REFERENCES sim_host (id),
    PRIMARY KEY (domain_id, pos)
);
CREATE INDEX sim_domain_host_used ON sim_domain_host (host_id);

CREATE TABLE sim_message (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    registrar   TEXT NOT NULL,
    queued      BIGINT NOT NULL,
    text        TEXT NOT NULL,
    pan_data    TEXT NOT NULL
);
CREATE INDEX sim_message_queue ON sim_message (registrar, id);

-- +goose Down
DROP TABLE sim_message;
DROP TABLE sim_domain_host;
DROP TABLE sim_domain_contact;
DROP TABLE sim_host;
DROP TABLE sim_domain;
DROP TABLE sim_contact;
DROP TABLE sim_registrar;
