-- SPDX-License-Identifier: Apache-2.0
-- Objects of kinds that no other file here knows yet. A backup without them would not be whole, so there
-- is none. Who adds a kind takes its line away.
with object as (
    select 'pg_foreign_data_wrapper'::regclass as classid, oid as objid from pg_foreign_data_wrapper
    union all
    select 'pg_foreign_server'::regclass, oid from pg_foreign_server
    union all
    select 'pg_user_mapping'::regclass, umid from pg_user_mappings
    union all
    select 'pg_class'::regclass, oid from pg_class where relkind = 'f'
    union all
    select 'pg_event_trigger'::regclass, oid from pg_event_trigger
    union all
    select 'pg_publication'::regclass, oid from pg_publication
    union all
    select 'pg_subscription'::regclass, s.oid
      from pg_subscription s
      join pg_database d on d.oid = s.subdbid and d.datname = current_database()
)
select i.type, i.identity
  from object o
 cross join lateral pg_identify_object(o.classid, o.objid, 0) i
 where o.objid >= 16384
   and coalesce(i.schema, '') !~ '^pg_'
   and not exists (select from pg_depend e -- an extension's, or a part of something (a range's cast)
                    where (e.classid, e.objid) = (o.classid, o.objid) and e.deptype in ('e', 'i'))
 order by i.type, i.identity;
