-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL 13 brought.
create schema v13;
create table v13.parted (id integer not null, v text) partition by range (id);
create table v13.parted_1 partition of v13.parted for values from (0) to (10);
create publication v13_via_root for table v13.parted with (publish_via_partition_root = true);
create function v13.note() returns trigger language plpgsql as 'begin return new; end';
create trigger before_row before insert on v13.parted for each row execute function v13.note(); -- only after, before
create statistics v13.target on id, v from v13.parted_1;
alter statistics v13.target set statistics 42;
create index deduplicates on v13.parted_1 (v) with (deduplicate_items = off);
alter index v13.deduplicates depends on extension hstore;
create table v13.vacuumed (a integer) with (autovacuum_vacuum_insert_threshold = 7, autovacuum_vacuum_insert_scale_factor = 0.3);
create function v13.poly(anycompatible, anycompatiblearray) returns anycompatible language sql as 'select $1';
create function v13.unit(xid8, u text default U&'\00E9' is nfc normalized) returns xid8 language sql as 'select $1';
create view v13.ties as select id from v13.parted order by id fetch first 3 rows with ties;
