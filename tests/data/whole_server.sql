-- SPDX-License-Identifier: Apache-2.0
-- Databases of every sort, on top of globals.sql and globals_15.sql. Each statement is run alone.
create database shop encoding 'UTF8' owner g_login template template0;
create database western encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' owner "Ünïcode 🎈" template template0;
create database bytes encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0;
create database japan encoding 'EUC_JP' lc_collate 'C' lc_ctype 'C' owner "select" template template0;
create database icu locale_provider icu icu_locale 'de-DE' template template0 connection limit 5;
create database collated lc_collate 'POSIX' lc_ctype 'C.UTF-8' template template0;
create database empty template template0;
create database many template template0;
create database closed template template0;
create database model is_template true owner g_login tablespace g_bare template template0;
create database "With space, 'single', ""double"" \back %s %percent" template template0 owner "g%percent %s %I";
create database "new
line \connect" template template0;
comment on database shop is 'it''s the \ shop; "all" of it';
comment on database "With space, 'single', ""double"" \back %s %percent" is 'odd';
grant connect on database shop to g_plain with grant option;
revoke all on database shop from public;
grant create, temporary on database icu to "G Space";
grant all on database "With space, 'single', ""double"" \back %s %percent" to "g;semi--dash/*";
alter database shop set work_mem = '11MB';
alter database shop set search_path = 'a b', public;
alter database icu set default_transaction_read_only = on;
alter database japan set client_min_messages = error;
alter database "With space, 'single', ""double"" \back %s %percent" set custom.value = 'it''s';
alter role g_app in database shop set statement_timeout = '7s';
alter role "Ünïcode 🎈" in database icu set custom.value = 'it''s';
alter role all in database western set lock_timeout = 1000;
alter database empty connection limit 0;
