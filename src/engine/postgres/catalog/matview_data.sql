-- SPDX-License-Identifier: Apache-2.0
-- The rows of materialized views: computed again when all data is in, each after those that it
-- reads, straight or through views. One that reads an empty (not populated) one can't be filled,
-- and stays empty. classid is pg_matviews', so that the definition and the data are told apart.
with recursive reads as ( -- matview oid -> what it reads
    select c.oid, d.refobjid
      from pg_class c
      join pg_rewrite r on r.ev_class = c.oid
      join pg_depend d on (d.classid, d.objid) = ('pg_rewrite'::regclass, r.oid)
     where c.relkind = 'm'
       and d.refclassid = 'pg_class'::regclass
       and d.refobjid <> c.oid
    union
    select reads.oid, d.refobjid
      from reads
      join pg_rewrite r on r.ev_class = reads.refobjid
      join pg_class v on v.oid = r.ev_class
      join pg_depend d on (d.classid, d.objid) = ('pg_rewrite'::regclass, r.oid)
     where v.relkind in ('v', 'm')
       and d.refclassid = 'pg_class'::regclass
       and d.refobjid <> r.ev_class
)
select 'pg_matviews'::regclass::oid as classid,
       c.oid as objid,
       'MATERIALIZED VIEW DATA' as kind,
       n.nspname::text as schema,
       c.relname::text as name,
       null::text as owner,
       null::text as target,
       c.oid as table_oid,
       format('REFRESH MATERIALIZED VIEW %I.%I;', n.nspname, c.relname) as create_sql,
       ''::text as drop_sql,
       array['pg_class'::regclass::oid, c.oid] || s.deps as deps
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join (select reads.oid,
                    array_agg(d.oid order by m.oid, d.ord) as deps,
                    bool_and(m.relispopulated) as readable
               from reads
               join pg_class m on m.oid = reads.refobjid and m.relkind = 'm'
              cross join lateral unnest(array['pg_matviews'::regclass::oid, m.oid])
                                 with ordinality as d(oid, ord)
              group by reads.oid) s on s.oid = c.oid
 where c.relkind = 'm'
   and c.relispopulated
   and s.readable is distinct from false
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e'))
 order by n.nspname, c.relname;
