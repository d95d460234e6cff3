-- SPDX-License-Identifier: Apache-2.0
-- Event triggers and whether they fire. They come last: none may fire on the restore itself.
select 'pg_event_trigger'::regclass::oid as classid,
       e.oid as objid,
       'EVENT TRIGGER' as kind,
       null::text as schema,
       e.evtname::text as name,
       pg_get_userbyid(e.evtowner)::text as owner,
       format('EVENT TRIGGER %I', e.evtname) as target,
       concat(format(E'CREATE EVENT TRIGGER %I\n    ON %I', e.evtname, e.evtevent),
              E'\n    WHEN TAG IN (' || (select string_agg(quote_literal(tag), ', ' order by ord)
                                         from unnest(e.evttags) with ordinality as u(tag, ord))
                                     || ')',
              format(E'\n    EXECUTE FUNCTION %s();', e.evtfoid::regproc),
              case when e.evtenabled <> 'O'
                   then format(E'\nALTER EVENT TRIGGER %I %s;', e.evtname,
                               case e.evtenabled when 'D' then 'DISABLE'
                                                 when 'R' then 'ENABLE REPLICA'
                                                 else 'ENABLE ALWAYS' end) end) as create_sql
  from pg_event_trigger e
 where not exists (select from pg_depend d
                    where (d.classid, d.objid) = ('pg_event_trigger'::regclass, e.oid)
                      and d.deptype = 'e')
 order by e.evtname;
