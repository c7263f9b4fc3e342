-- The same tables and columns as in SQLite, in the same order.

alter table sessions
    add column id           text,                -- what clients call this session; it opens nothing
    add column device_name  text,                -- for the person, to tell it from others
    add column last_used_at bigint;              -- to within minutes

-- A digest of a secret's digest names the session, and leads back to neither.
update sessions
set id = substr(encode(sha256(secret_hash), 'hex'), 1, 32), last_used_at = created_at;

alter table sessions
    alter column id set not null,
    alter column last_used_at set not null,
    add constraint sessions_person_id_id_key unique (person_id, id);

create table login_codes (
    person_id    text not null references people (person_id) on delete cascade,
    code_hash    bytea not null,                 -- SHA-256 of the code, which only the app has
    challenge    text not null,                  -- PKCE, S256: what the verifier must hash to
    redirect_uri text not null,                  -- where the code was sent
    created_at   bigint not null,
    expires_at   bigint not null,
    used_at      bigint,                         -- kept after that: a second use ends what the first gave
    session_id   text,                           -- what it gave
    primary key (person_id, code_hash)
);

create index login_codes_expires_at on login_codes (expires_at);
