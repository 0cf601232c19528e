-- +goose Up
CREATE TABLE meta (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL
);

CREATE TABLE account (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    name        TEXT NOT NULL,
    company     TEXT NOT NULL,
    email       TEXT NOT NULL,
    language    TEXT NOT NULL,
    parent      BIGINT NOT NULL,
    currency    TEXT NOT NULL,
    price_group TEXT NOT NULL,
    locked      BOOLEAN NOT NULL,
    created     BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (environment, name);
CREATE INDEX account_parent ON account (parent);

CREATE TABLE credential (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id    BIGINT NOT NULL,
    environment   TEXT NOT NULL,
    dialect       TEXT NOT NULL,
    kind          TEXT NOT NULL,
    login         TEXT NOT NULL,
    context       BIGINT NOT NULL,
    secret        TEXT NOT NULL,
    totp          TEXT NOT NULL,
    totp_step     BIGINT NOT NULL,
    access        TEXT NOT NULL,
    user_id       BIGINT NOT NULL,
    note          TEXT NOT NULL,
    version       BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    locked_until  BIGINT NOT NULL,
    last_login    BIGINT NOT NULL,
    last_ip       TEXT NOT NULL,
    last_error    BIGINT NOT NULL,
    last_error_ip TEXT NOT NULL
);
CREATE UNIQUE INDEX credential_login ON credential (dialect, kind, login, context, environment);
CREATE INDEX credential_account ON credential (account_id, dialect, id);

CREATE TABLE session (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    dialect       TEXT NOT NULL,
    token_hash    TEXT NOT NULL,
    account_id    BIGINT NOT NULL,
    credential_id BIGINT NOT NULL,
    created       BIGINT NOT NULL,
    used          BIGINT NOT NULL,
    idle          BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (dialect, token_hash);
CREATE INDEX session_credential ON session (credential_id, dialect, created);

CREATE TABLE account_setting (
    account_id  BIGINT NOT NULL,
    dialect     TEXT NOT NULL,
    allowed_ips TEXT NOT NULL,
    channel     TEXT NOT NULL,
    target      TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    extra       TEXT NOT NULL,
    PRIMARY KEY (account_id, dialect)
);

CREATE TABLE profile (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    username    TEXT NOT NULL,
    hash        TEXT NOT NULL
);
CREATE UNIQUE INDEX profile_username ON profile (account_id, username);

-- Money. A balance row is changed by one conditional UPDATE, locked last.
CREATE TABLE balance (
    account_id   BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    balance      BIGINT NOT NULL,
    held         BIGINT NOT NULL CHECK (held >= 0),
    credit_limit BIGINT NOT NULL CHECK (credit_limit >= 0),
    PRIMARY KEY (account_id, currency)
);

CREATE TABLE hold (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    order_no    BIGINT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount >= 0),
    currency    TEXT NOT NULL,
    state       TEXT NOT NULL,
    created     BIGINT NOT NULL
);
CREATE UNIQUE INDEX hold_order ON hold (order_no);
CREATE INDEX hold_open ON hold (account_id, currency) WHERE state = 'open';

CREATE TABLE entry (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    reason      TEXT NOT NULL,
    order_no    BIGINT NOT NULL,
    text        TEXT NOT NULL,
    created     BIGINT NOT NULL
);
CREATE UNIQUE INDEX entry_order ON entry (order_no, reason) WHERE order_no <> 0;

CREATE TABLE posting (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id    BIGINT NOT NULL REFERENCES entry (id),
    side        TEXT NOT NULL,
    account_id  BIGINT NOT NULL,
    amount      BIGINT NOT NULL,
    currency    TEXT NOT NULL
);
CREATE INDEX posting_entry ON posting (entry_id);
CREATE INDEX posting_account ON posting (account_id, currency, side);

-- Contacts. data is the contact as JSON; the columns with its fields hold them folded to small letters, for lists alone.
CREATE TABLE contact (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   BIGINT NOT NULL,
    owner        TEXT NOT NULL,
    data         TEXT NOT NULL,
    digest       TEXT NOT NULL,
    verified     BOOLEAN NOT NULL,
    created      BIGINT NOT NULL,
    updated      BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    alias        TEXT NOT NULL,
    type         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title        TEXT NOT NULL,
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL,
    fax          TEXT NOT NULL,
    street       TEXT NOT NULL,
    city         TEXT NOT NULL,
    state        TEXT NOT NULL,
    postal_code  TEXT NOT NULL,
    country      TEXT NOT NULL,
    comment      TEXT NOT NULL
);
CREATE INDEX contact_list ON contact (account_id, id) WHERE owner = '';
CREATE INDEX contact_same ON contact (account_id, digest) WHERE owner = '';
CREATE INDEX contact_email ON contact (account_id, email) WHERE owner = '';
CREATE INDEX contact_last_name ON contact (account_id, last_name) WHERE owner = '';
CREATE INDEX contact_organisation ON contact (account_id, organisation) WHERE owner = '';

CREATE TABLE contact_handle (
    contact_id    BIGINT NOT NULL REFERENCES contact (id),
    dialect       TEXT NOT NULL,
    handle_group  TEXT NOT NULL,
    environment   TEXT NOT NULL,
    handle        TEXT NOT NULL,
    PRIMARY KEY (contact_id, dialect, handle_group)
);
CREATE UNIQUE INDEX contact_handle_name ON contact_handle (environment, dialect, LOWER(handle));

CREATE TABLE contact_at_registry (
    contact_id    BIGINT NOT NULL REFERENCES contact (id),
    registry      TEXT NOT NULL,
    registry_id   TEXT NOT NULL,
    made          BOOLEAN NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (contact_id, registry)
);
CREATE UNIQUE INDEX contact_at_registry_id ON contact_at_registry (registry, registry_id);

CREATE TABLE nsset (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    account_id  BIGINT NOT NULL,
    handle      TEXT NOT NULL,
    servers     TEXT NOT NULL
);
CREATE UNIQUE INDEX nsset_handle ON nsset (environment, LOWER(handle));

CREATE TABLE host (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    account_id  BIGINT NOT NULL,
    name        TEXT NOT NULL,
    addresses   TEXT NOT NULL
);
CREATE UNIQUE INDEX host_name ON host (environment, name);

-- Domains. server_words and status_words hold the names between blanks, for filters alone; comment_folded likewise.
CREATE TABLE domain (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     BIGINT NOT NULL,
    environment    TEXT NOT NULL,
    name           TEXT NOT NULL,
    sld            TEXT NOT NULL,
    tld            TEXT NOT NULL,
    registry       TEXT NOT NULL,
    statuses       TEXT NOT NULL,
    status_words   TEXT NOT NULL,
    registrant     BIGINT NOT NULL,
    admin          BIGINT NOT NULL,
    tech           BIGINT NOT NULL,
    billing        BIGINT NOT NULL,
    servers        TEXT NOT NULL,
    server_words   TEXT NOT NULL,
    nsset          TEXT NOT NULL,
    auth_info      TEXT NOT NULL,
    profile_id     BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL,
    expires        BIGINT NOT NULL,
    transferred    BIGINT NOT NULL,
    auto_renew     TEXT NOT NULL,
    comment        TEXT NOT NULL,
    comment_folded TEXT NOT NULL,
    version        BIGINT NOT NULL
);
CREATE UNIQUE INDEX domain_name ON domain (environment, name);
CREATE INDEX domain_list ON domain (account_id, id);
CREATE INDEX domain_list_name ON domain (account_id, name);
CREATE INDEX domain_list_created ON domain (account_id, created, id);
CREATE INDEX domain_list_updated ON domain (account_id, updated, id);
CREATE INDEX domain_list_expires ON domain (account_id, expires, id);
CREATE INDEX domain_auto_renew ON domain (account_id, auto_renew);
CREATE INDEX domain_registrant ON domain (registrant) WHERE registrant <> 0;
CREATE INDEX domain_admin ON domain (admin) WHERE admin <> 0;
CREATE INDEX domain_tech ON domain (tech) WHERE tech <> 0;
CREATE INDEX domain_billing ON domain (billing) WHERE billing <> 0;
CREATE INDEX domain_profile ON domain (account_id, profile_id) WHERE profile_id <> 0;

-- Orders. reg_order_open is the rule "one open order per object".
CREATE TABLE sequence (
    name        TEXT PRIMARY KEY,
    value       BIGINT NOT NULL
);
INSERT INTO sequence (name, value) VALUES ('order', 1311000000);

CREATE TABLE reg_order (
    number        BIGINT PRIMARY KEY,
    account_id    BIGINT NOT NULL,
    environment   TEXT NOT NULL,
    operation     TEXT NOT NULL,
    object_kind   TEXT NOT NULL,
    object_name   TEXT NOT NULL,
    state         TEXT NOT NULL,
    registry      TEXT NOT NULL,
    price         BIGINT NOT NULL,
    currency      TEXT NOT NULL,
    input         BLOB NOT NULL,
    result        BLOB NOT NULL,
    error         TEXT NOT NULL,
    dialect       TEXT NOT NULL,
    channel       TEXT NOT NULL,
    command       TEXT NOT NULL,
    request       TEXT NOT NULL,
    cltrid        TEXT NOT NULL,
    credential_id BIGINT NOT NULL,
    notice        TEXT NOT NULL,
    hidden        BOOLEAN NOT NULL,
    attempt       BIGINT NOT NULL,
    lease_owner   TEXT NOT NULL,
    lease_until   BIGINT NOT NULL,
    next_attempt  BIGINT NOT NULL,
    unknown       BOOLEAN NOT NULL,
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL,
    finished      BIGINT NOT NULL
);
CREATE UNIQUE INDEX reg_order_open ON reg_order (environment, object_kind, object_name) WHERE state IN ('sent', 'pending');
CREATE INDEX reg_order_due ON reg_order (next_attempt, number) WHERE state IN ('sent', 'pending');
CREATE INDEX reg_order_list ON reg_order (account_id, number);
CREATE INDEX reg_order_list_created ON reg_order (account_id, created, number);
CREATE INDEX reg_order_list_dialect ON reg_order (account_id, dialect, number);
CREATE INDEX reg_order_object ON reg_order (account_id, object_name, number);
CREATE INDEX reg_order_request ON reg_order (account_id, dialect, request);
CREATE INDEX reg_order_cltrid ON reg_order (account_id, cltrid) WHERE cltrid <> '';

CREATE TABLE order_key (
    account_id  BIGINT NOT NULL,
    idem_key    TEXT NOT NULL,
    hash        TEXT NOT NULL,
    order_no    BIGINT NOT NULL,
    PRIMARY KEY (account_id, idem_key)
);

CREATE TABLE history (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    object_kind TEXT NOT NULL,
    object_name TEXT NOT NULL,
    order_no    BIGINT NOT NULL,
    what        TEXT NOT NULL,
    happened    BIGINT NOT NULL
);
CREATE INDEX history_object ON history (account_id, object_kind, object_name, id);

-- Notices. acked is for a notice of one channel; notice_ack holds the channels that read one shown in all of them.
CREATE TABLE notice (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    channel     TEXT NOT NULL,
    order_no    BIGINT NOT NULL,
    object_kind TEXT NOT NULL,
    object_name TEXT NOT NULL,
    text        TEXT NOT NULL,
    data        TEXT NOT NULL,
    created     BIGINT NOT NULL,
    wall        BIGINT NOT NULL,
    acked       BOOLEAN NOT NULL
);
CREATE INDEX notice_open ON notice (account_id, id) WHERE NOT acked;

CREATE TABLE notice_ack (
    notice_id   BIGINT NOT NULL REFERENCES notice (id),
    channel     TEXT NOT NULL,
    PRIMARY KEY (notice_id, channel)
);

CREATE TABLE registry_message (
    registry    TEXT NOT NULL,
    id          TEXT NOT NULL,
    received    BIGINT NOT NULL,
    PRIMARY KEY (registry, id)
);

CREATE TABLE zone_text (
    origin      TEXT PRIMARY KEY,
    environment TEXT NOT NULL,
    account_id  BIGINT NOT NULL,
    virtual_ns  TEXT NOT NULL,
    text        TEXT NOT NULL
);
CREATE INDEX zone_text_list ON zone_text (account_id, origin);

-- The first number of each kind, less one.
INSERT INTO sqlite_sequence (name, seq) VALUES
    ('account', 100000),
    ('credential', 200000),
    ('contact', 9999999),
    ('domain', 310000),
    ('notice', 51000000);

-- +goose Down
DROP TABLE zone_text;
DROP TABLE registry_message;
DROP TABLE notice_ack;
DROP TABLE notice;
DROP TABLE history;
DROP TABLE order_key;
DROP TABLE reg_order;
DROP TABLE domain;
DROP TABLE host;
DROP TABLE nsset;
DROP TABLE contact_at_registry;
DROP TABLE contact_handle;
DROP TABLE contact;
DROP TABLE posting;
DROP TABLE entry;
DROP TABLE hold;
DROP TABLE balance;
DROP TABLE profile;
DROP TABLE account_setting;
DROP TABLE session;
DROP TABLE credential;
DROP TABLE account;
DROP TABLE meta;
DROP TABLE sequence;
