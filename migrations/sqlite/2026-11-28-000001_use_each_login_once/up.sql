-- Its key leads with nobody: a login that comes back again must not serve another person either.
create table finished_logins (
    state_hash blob not null primary key,        -- SHA-256 of the state, which only the browser had
    expires_at bigint not null                   -- when it would be refused without this
) without rowid;

create index finished_logins_expires_at on finished_logins (expires_at);
