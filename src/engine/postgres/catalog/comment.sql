-- SPDX-License-Identifier: Apache-2.0
-- COMMENT ON for everything that pg_description speaks of; a column's belongs to its table. A row
-- whose object has no entry (a partition's copy of a trigger, for one) is of no use and is passed
-- over. Large objects and the database bring their own.
with comment as (
    select d.classoid, d.objoid, d.objsubid, d.description,
           case when i.type like '% column' then 'COLUMN ' || i.identity
                when i.type = 'table constraint' then 'CONSTRAINT ' || i.identity
                when i.type = 'domain constraint'
                then format('CONSTRAINT %I ON DOMAIN %s', k.conname, format_type(k.contypid, null))
                when i.type = 'procedure' -- two could answer to a name without the arguments' modes
                then format('PROCEDURE %I.%I(%s)', n.nspname, p.proname,
                            pg_get_function_identity_arguments(p.oid))
                when i.type = 'aggregate' and p.pronargs = 0
                then format('AGGREGATE %I.%I(*)', n.nspname, p.proname)
                when i.type = 'foreign-data wrapper' then 'FOREIGN DATA WRAPPER ' || i.identity
                when i.type = 'transform' -- identity: for TYPE on language NAME
                then format('TRANSFORM FOR %s LANGUAGE %I', format_type(tf.trftype, null),
                            l.lanname)
                when i.type = 'statistics object' then 'STATISTICS ' || i.identity
                else upper(i.type) || ' ' || i.identity end as target
      from pg_description d
     cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
      left join pg_constraint k on (d.classoid, d.objoid) = ('pg_constraint'::regclass, k.oid)
      left join pg_proc p on (d.classoid, d.objoid) = ('pg_proc'::regclass, p.oid)
      left join pg_namespace n on n.oid = p.pronamespace
      left join pg_transform tf on (d.classoid, d.objoid) = ('pg_transform'::regclass, tf.oid)
      left join pg_language l on l.oid = tf.trflang
      left join pg_rewrite r on (d.classoid, d.objoid) = ('pg_rewrite'::regclass, r.oid)
     where d.objoid >= 16384
       and d.classoid <> 'pg_largeobject'::regclass
       and i.identity is not null -- a dropped subscription leaves its comment behind
       and k.contype is distinct from 't' -- a constraint trigger is spoken of as a trigger
       and r.ev_type is distinct from '1' -- a view's own rule can't be
       and not (d.classoid = 'pg_namespace'::regclass and i.name = 'public')
       and not exists (select from pg_depend e
                        where (e.classid, e.objid, e.deptype) = (d.classoid, d.objoid, 'e'))
       -- CREATE EXTENSION brings its own; where somebody else owns it, there is nothing to be set
       and (d.classoid, i.name, d.description) not in
           (select 'pg_extension'::regclass, quote_ident(x.name), x.comment
              from pg_available_extensions x
             where x.comment is not null)
    union all -- initdb's comment on `public` is in every new database; that it's gone is a change
    select 'pg_namespace'::regclass, n.oid, 0,
           coalesce(obj_description(n.oid, 'pg_namespace'), ''), 'SCHEMA public'
      from pg_namespace n
     where n.nspname = 'public'
       and obj_description(n.oid, 'pg_namespace') is distinct from 'standard public schema'
)
select classoid as classid,
       objoid as objid,
       concat('COMMENT ON ', target, ' IS ''', replace(description, '''', ''''''), ''';') as sql
  from comment
 order by classoid, objoid, objsubid;
