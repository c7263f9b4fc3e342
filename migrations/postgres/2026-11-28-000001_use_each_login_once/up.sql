-- The same table and columns as in SQLite, in the same order.

create table finished_logins (
    state_hash bytea not null primary key,       -- SHA-256 of the state, which only the browser had
    expires_at bigint not null                   -- when it would be refused without this
);

create index finished_logins_expires_at on finished_logins (expires_at);
