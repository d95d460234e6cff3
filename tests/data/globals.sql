-- Roles, memberships, settings, privileges and tablespaces of every kind that PostgreSQL 12 knows. 40 roles.
-- Tablespaces are the test's affair: they need folders.
create role g_plain;
create role g_login login;
create role g_super superuser;
create role g_repl login replication;
create role g_bypass bypassrls;
create role g_creator createrole createdb;
create role g_noinherit noinherit;
create role g_limit login connection limit 7;
create role g_none login connection limit 0;
create role g_until login valid until '2031-02-03 04:05:06.789+02';
create role g_forever login valid until 'infinity';
create role g_ancient login valid until '0044-03-15 12:00:00 BC';
set password_encryption = 'scram-sha-256';
create role g_scram login password 'correct horse battery staple';
create role g_all login superuser createrole createdb replication bypassrls noinherit connection limit 3
    password 'it''s "all" of \ it' valid until '2040-01-01 00:00:00+00';
set password_encryption = 'md5';
create role g_md5 login password 'old times';
create role "G Space";
create role "g""double""";
create role "g'single'";
create role "g\back\slash";
create role "g$dollar$$";
create role "g;semi--dash/*";
create role "g:colon :'x'";
create role "g%percent %s %I";
create role "Ünïcode 🎈";
create role "g
newline \connect";
create role "select";
create role "g.dot";
create role "G_UPPER";
create role g_group;
create role g_admin;
create role g_deputy;
create role g_member;
create role g_chain_1;
create role g_chain_2;
create role g_chain_3;
create role "g odd ""grantor""" createrole;
create role g_audit;
create role g_app login;
create role g_settings login;
create role "g settings ""2""";

comment on role g_plain is 'plain';
comment on role "g\back\slash" is 'it''s \ here; -- "no" end
second line $$';
comment on role "Ünïcode 🎈" is 'ünï 🎈';

grant g_group to g_member;
grant g_group to g_admin with admin option;
grant pg_read_all_settings to g_audit with admin option;
grant pg_monitor to "G Space";
grant "G Space" to "g""double""", "Ünïcode 🎈";
grant "g$dollar$$" to "g
newline \connect";
grant g_chain_1 to g_chain_2;
grant g_chain_2 to g_chain_3;
-- Names that sort before those who granted to them.
grant g_plain to "g odd ""grantor""" with admin option;
set session authorization "g odd ""grantor""";
grant g_plain to g_deputy with admin option;
grant g_plain to "Ünïcode 🎈";
set session authorization g_deputy;
grant g_plain to g_admin with admin option;
set session authorization g_admin;
grant g_plain to "G Space";
grant g_group to g_deputy;
reset session authorization;

alter role g_settings set work_mem = '17MB';
alter role g_settings set search_path = '$user', "odd, ""schema""", public, 'Ünï';
alter role g_settings set datestyle = 'SQL, DMY';
alter role g_settings set custom.value = 'it''s \ "here" = 1';
alter role g_settings set "Custom.Odd" = '';
alter role "g settings ""2""" set temp_tablespaces = '';
alter role "g settings ""2""" set statement_timeout = 60000;
alter role "g settings ""2""" set session_preload_libraries = '';
alter role all set custom.everyone = 'yes';
