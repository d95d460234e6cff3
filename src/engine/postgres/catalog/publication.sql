-- SPDX-License-Identifier: Apache-2.0
-- Publications. What they publish joins them in publication_table.sql and publication_schema.sql.
select 'pg_publication'::regclass::oid as classid,
       p.oid as objid,
       'PUBLICATION' as kind,
       null::text as schema,
       p.pubname::text as name,
       pg_get_userbyid(p.pubowner)::text as owner,
       format('PUBLICATION %I', p.pubname) as target,
       concat(format('CREATE PUBLICATION %I', p.pubname),
              case when p.puballtables then ' FOR ALL TABLES' end,
              format(' WITH (publish = %L',
                     concat_ws(', ', case when p.pubinsert then 'insert' end,
                                     case when p.pubupdate then 'update' end,
                                     case when p.pubdelete then 'delete' end,
                                     case when p.pubtruncate then 'truncate' end)),
              case when p.pubviaroot then ', publish_via_partition_root = true' end,        -- >=13
              case when p.pubgencols = 's' then ', publish_generated_columns = stored' end, -- >=18
              ');') as create_sql
  from pg_publication p
 where not exists (select from pg_depend e
                    where (e.classid, e.objid) = ('pg_publication'::regclass, p.oid)
                      and e.deptype = 'e')
 order by p.pubname;
