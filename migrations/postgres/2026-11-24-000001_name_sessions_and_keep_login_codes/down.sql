drop table login_codes;

alter table sessions
    drop column id,
    drop column device_name,
    drop column last_used_at;
