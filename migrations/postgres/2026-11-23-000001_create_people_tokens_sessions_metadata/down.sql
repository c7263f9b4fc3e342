drop table metadata;
drop table sessions;
drop table tokens;
drop table people;
