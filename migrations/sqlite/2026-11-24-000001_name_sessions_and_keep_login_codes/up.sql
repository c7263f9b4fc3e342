-- SQLite adds no column that must have a value without one for all rows, so the table is made anew.
create table named_sessions (
    person_id    text not null references people (person_id) on delete cascade,
    secret_hash  blob not null,                  -- SHA-256 of the secret, which only the client has
    created_at   bigint not null,
    expires_at   bigint not null,
    id           text not null,                  -- what clients call this session; it opens nothing
    device_name  text,                           -- for the person, to tell it from others
    last_used_at bigint not null,                -- to within minutes
    primary key (person_id, secret_hash),
    unique (person_id, id)
) without rowid;

insert into named_sessions
select person_id, secret_hash, created_at, expires_at, lower(hex(randomblob(16))), null, created_at
from sessions;

drop table sessions;
alter table named_sessions rename to sessions;
create index sessions_expires_at on sessions (expires_at);

create table login_codes (
    person_id    text not null references people (person_id) on delete cascade,
    code_hash    blob not null,                  -- SHA-256 of the code, which only the app has
    challenge    text not null,                  -- PKCE, S256: what the verifier must hash to
    redirect_uri text not null,                  -- where the code was sent
    created_at   bigint not null,
    expires_at   bigint not null,
    used_at      bigint,                         -- kept after that: a second use ends what the first gave
    session_id   text,                           -- what it gave
    primary key (person_id, code_hash)
) without rowid;

create index login_codes_expires_at on login_codes (expires_at);
