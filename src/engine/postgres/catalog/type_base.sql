-- SPDX-License-Identifier: Apache-2.0
-- Base types. The functions that read and write a type's values take or return it, so the type
-- stands as a shell (dummy_sql) before they can be made.
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'TYPE' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       w.target,
       format(E'CREATE %s (\n    %s\n);', w.target, concat_ws(E',\n    ',
           'INTERNALLENGTH = ' || coalesce(nullif(t.typlen, -1)::text, 'VARIABLE'),
           'INPUT = ' || t.typinput,
           'OUTPUT = ' || t.typoutput,
           'RECEIVE = ' || nullif(t.typreceive::text, '-'),
           'SEND = ' || nullif(t.typsend::text, '-'),
           'TYPMOD_IN = ' || nullif(t.typmodin::text, '-'),
           'TYPMOD_OUT = ' || nullif(t.typmodout::text, '-'),
           'ANALYZE = ' || nullif(t.typanalyze::text, '-'),
           'SUBSCRIPT = ' || nullif(t.typsubscript::text, '-'), -- >=14
           'DEFAULT = ' || quote_literal(t.typdefault),
           'ELEMENT = ' || format_type(nullif(t.typelem, 0), null),
           'CATEGORY = ' || quote_literal(nullif(t.typcategory, 'U')::text),
           case when t.typispreferred then 'PREFERRED = true' end,
           'DELIMITER = ' || quote_literal(nullif(t.typdelim, ',')::text),
           'ALIGNMENT = ' || case t.typalign when 'c' then 'char' when 's' then 'int2'
                                             when 'i' then 'int4' else 'double' end,
           'STORAGE = ' || case t.typstorage when 'p' then 'plain' when 'e' then 'external'
                                             when 'm' then 'main' else 'extended' end,
           case when t.typbyval then 'PASSEDBYVALUE' end,
           case when t.typcollation <> 0 then 'COLLATABLE = true' end)) as create_sql,
       format('CREATE %s;', w.target) as dummy_sql,
       -- the loop can be dropped as a whole only: with CASCADE, if nothing else hangs on it
       format('DO %L;', format($do$
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
END$do$, w.name)) as drop_sql
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 cross join lateral (
       select format('%I.%I', n.nspname, t.typname) as name,
              format('TYPE %I.%I', n.nspname, t.typname) as target) w
 where t.typtype = 'b'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and t.typinput <> 'array_in'::regproc -- an array type comes with that of its elements
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
