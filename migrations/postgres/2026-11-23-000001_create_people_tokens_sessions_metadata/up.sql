-- Every key leads with the person, so that the data can be divided by person.
-- Times are milliseconds since the epoch, UTC: the same number in every database.
-- The same tables and columns as in SQLite, in the same order.

create table people (
    person_id       text not null primary key,   -- ours; a Spotify user id can change hands
    account_id      text unique,                 -- Spotify's lasting id; null until Spotify has told it
    spotify_user_id text unique,                 -- null once another account has taken it over
    display_name    text,
    uri             text,
    external_url    text,
    images          text,                        -- JSON: the pictures as Spotify listed them
    created_at      bigint not null,
    updated_at      bigint not null              -- when Spotify last told the profile
);

create table tokens (
    person_id      text not null primary key references people (person_id) on delete cascade,
    sealed_access  bytea not null,               -- encrypted: what opens it is not in the database
    sealed_refresh bytea not null,
    key_id         text not null,                -- which secret sealed them, so that secrets can rotate
    token_type     text not null,
    scope          text,
    expires_at     bigint not null,              -- of the access token
    granted_at     bigint not null,              -- of the login; a refresh leaves it
    refused_at     bigint,                       -- when Spotify last refused the refresh token
    updated_at     bigint not null,
    version        bigint not null,              -- one more with every replacement; what a refresh compares
    lease_holder   text,                         -- the instance that refreshes now
    lease_until    bigint                        -- when another one may take over
);

create table sessions (
    person_id   text not null references people (person_id) on delete cascade,
    secret_hash bytea not null,                  -- SHA-256 of the secret, which only the client has
    created_at  bigint not null,
    expires_at  bigint not null,
    primary key (person_id, secret_hash)
);

create index sessions_expires_at on sessions (expires_at);

create table metadata (
    person_id  text not null references people (person_id) on delete cascade,
    track_id   text not null,                    -- Spotify's track id, or the URI where there is none
    kind       text not null,                    -- the API's `type`, e.g. beats
    seq        bigint not null,                  -- 1, 2, 3 … in the order of commit; the highest is the newest
    id         text not null,                    -- what clients call this record
    version    integer not null,                 -- the client's own, not ordered
    size_bytes bigint not null,                  -- of the JSON text
    sha256     bytea not null,                   -- of the JSON text
    created_at bigint not null,
    content    bytea not null,                   -- the JSON text, zstd
    primary key (person_id, track_id, kind, seq),
    unique (person_id, id)
);
