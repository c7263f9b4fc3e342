drop table finished_logins;
