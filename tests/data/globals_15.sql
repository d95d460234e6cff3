-- More globals, of what came with PostgreSQL 15: privileges on the server's parameters, and tablespaces without a
-- place of their own.
grant set on parameter work_mem to g_plain;
grant set, alter system on parameter maintenance_work_mem to "g""double""", public;
grant alter system on parameter "custom.odd" to "Ünïcode 🎈" with grant option;
grant set on parameter shared_buffers to g_deputy with grant option;
set session authorization g_deputy;
grant set on parameter shared_buffers to "G Space";
reset session authorization;

set allow_in_place_tablespaces = on;
create tablespace "G place ""1""" owner g_login location '';
alter tablespace "G place ""1""" set (random_page_cost = 1.5, seq_page_cost = 2);
comment on tablespace "G place ""1""" is 'it''s in \ place';
grant create on tablespace "G place ""1""" to "g'single'" with grant option;
set session authorization "g'single'";
grant create on tablespace "G place ""1""" to "g\back\slash";
reset session authorization;
create tablespace g_bare location '';
revoke all on tablespace g_bare from postgres;
alter tablespace pg_default set (effective_io_concurrency = 7);
grant create on tablespace pg_default to g_plain;
