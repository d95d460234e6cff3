-- SPDX-License-Identifier: Apache-2.0
-- Range types, with their multirange types. A canonical function takes and returns the range type:
-- such a type must stand as a shell before its function can be made (dummy_sql).
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'TYPE' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       format('TYPE %I.%I', n.nspname, t.typname) as target,
       format(E'CREATE TYPE %I.%I AS RANGE (\n    %s\n);', n.nspname, t.typname,
              concat_ws(E',\n    ',
                  'subtype = ' || format_type(r.rngsubtype, null),
                  'multirange_type_name = ' || format_type(r.rngmultitypid, null), -- >=14
                  case when not oc.opcdefault
                       then format('subtype_opclass = %I.%I', ocn.nspname, oc.opcname) end,
                  case when co.oid is not null
                       then format('collation = %I.%I', con.nspname, co.collname) end,
                  'canonical = ' || nullif(r.rngcanonical::text, '-'),
                  'subtype_diff = ' || nullif(r.rngsubdiff::text, '-'))) as create_sql,
       case when r.rngcanonical <> 0 then format('CREATE TYPE %I.%I;', n.nspname, t.typname) end
           as dummy_sql,
       -- type and canonical function need each other: as in type_base.sql
       case when r.rngcanonical <> 0 then format('DO %L;', format($do$
BEGIN
    IF EXISTS (
        WITH RECURSIVE part AS (
            SELECT 'pg_type'::regclass::oid AS classid, to_regtype(%1$L)::oid AS objid
            UNION
            SELECT d.classid, d.objid FROM part p JOIN pg_depend d
                ON (d.refclassid, d.refobjid, d.deptype) = (p.classid, p.objid, 'i')
        ), loop AS (
            SELECT * FROM part
            UNION
            SELECT d.refclassid, d.refobjid FROM part JOIN pg_depend d USING (classid, objid)
            WHERE EXISTS (SELECT FROM pg_depend b
                          WHERE (b.classid, b.objid) = (d.refclassid, d.refobjid)
                            AND (b.refclassid, b.refobjid) IN (SELECT * FROM part))
        )
        SELECT FROM loop l JOIN pg_depend d ON (d.refclassid, d.refobjid) = (l.classid, l.objid)
        WHERE (d.classid, d.objid) NOT IN (SELECT * FROM loop)
    ) THEN
        RAISE SQLSTATE '2BP01' USING MESSAGE = 'other objects depend on type ' || %1$L;
    END IF;
    DROP TYPE %1$s CASCADE;
END$do$, format('%I.%I', n.nspname, t.typname))) end
           as drop_sql
  from pg_range r
  join pg_type t on t.oid = r.rngtypid
  join pg_namespace n on n.oid = t.typnamespace
  join pg_type st on st.oid = r.rngsubtype
  join pg_opclass oc on oc.oid = r.rngsubopc
  join pg_namespace ocn on ocn.oid = oc.opcnamespace
  left join pg_collation co on co.oid = r.rngcollation and r.rngcollation <> st.typcollation
  left join pg_namespace con on con.oid = co.collnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
