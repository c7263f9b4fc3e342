drop table login_codes;

create table nameless_sessions (
    person_id   text not null references people (person_id) on delete cascade,
    secret_hash blob not null,                   -- SHA-256 of the secret, which only the client has
    created_at  bigint not null,
    expires_at  bigint not null,
    primary key (person_id, secret_hash)
) without rowid;

insert into nameless_sessions
select person_id, secret_hash, created_at, expires_at from sessions;

drop table sessions;
alter table nameless_sessions rename to sessions;
create index sessions_expires_at on sessions (expires_at);
