-- SPDX-License-Identifier: Apache-2.0
-- Subscriptions, not connected: whoever restores one must enable and refresh it when its publisher
-- is to send to the copy. Connection strings are for superusers' eyes. ts_stat() runs a query given
-- as text, so they are read only where there are any; then, without the privilege, the backup
-- fails. The words that it returns have at most 2046 bytes: each row of pg_subscription comes in
-- numbered pieces of JSON (which also forgives the columns that came between 12 and 18).
-- Newer servers have options whose default isn't what an older one did: they are set where known.
with piece as (
    select s.subname, w.word
      from pg_subscription s
      join pg_database d on d.oid = s.subdbid
     cross join lateral ts_stat(format($$
           select array_to_tsvector(array_agg(to_char(p.i, 'FM00000')
                                              || substr(r.text, p.i * 500 + 1, 500)))
             from pg_subscription s
            cross join lateral (select to_jsonb(s)::text as text) r
            cross join lateral generate_series(0, length(r.text) / 500) as p(i)
            where s.subdbid = %s and s.subname = %L$$, d.oid, s.subname)) w
     where d.datname = current_database()
),
subscription as (
    select subname as name,
           string_agg(substr(word, 6), '' order by substr(word, 1, 5))::jsonb as row
      from piece
     group by subname
)
select 'pg_subscription'::regclass::oid as classid,
       (s.row ->> 'oid')::oid as objid,
       'SUBSCRIPTION' as kind,
       null::text as schema,
       s.name::text as name,
       pg_get_userbyid((s.row ->> 'subowner')::oid)::text as owner,
       format('SUBSCRIPTION %I', s.name) as target,
       format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %s WITH (%s);%s',
              s.name, s.row ->> 'subconninfo', p.list,
              concat_ws(', ', 'connect = false',
                        'slot_name = ' || coalesce(quote_literal(s.row ->> 'subslotname'), 'NONE'),
                        case when s.row ->> 'subbinary' = 'true' then 'binary = true' end,
                        'streaming = ' || case s.row ->> 'substream'
                                          when 'p' then 'parallel'
                                          when 't' then 'on' when 'true' then 'on'
                                          when 'f' then 'off' when 'false' then 'off' end,
                        case when s.row ->> 'subtwophasestate' <> 'd' then 'two_phase = on' end,
                        case when s.row ->> 'subdisableonerr' = 'true'
                             then 'disable_on_error = true' end,
                        case when s.row ->> 'subpasswordrequired' = 'false'
                             then 'password_required = false' end,
                        case when s.row ->> 'subrunasowner' = 'true' then 'run_as_owner = true' end,
                        case when s.row ->> 'subfailover' = 'true' then 'failover = true' end,
                        'synchronous_commit = '
                        || nullif(quote_literal(s.row ->> 'subsynccommit'), '''off'''),
                        'origin = ' || nullif(quote_literal(s.row ->> 'suborigin'), '''any''')),
              (select string_agg(format(E'\nDO %L;', format($$
BEGIN
    IF current_setting('server_version_num')::integer >= %s0000 THEN
        ALTER SUBSCRIPTION %I SET (%s);
    END IF;
END$$, o.since, s.name, o.setting)), '')
                 from (values ('substream', 18, 'streaming = off'),
                              ('subrunasowner', 16, 'run_as_owner = true'))
                      as o(name, since, setting)
                where not s.row ? o.name)) as create_sql,
       -- the slot stays at the publisher: what comes back needs it
       format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE);'
              ' DROP SUBSCRIPTION %1$I;', s.name) as drop_sql
  from subscription s
 cross join lateral (
       select string_agg(quote_ident(name), ', ' order by ord) as list
         from jsonb_array_elements_text(s.row -> 'subpublications')
              with ordinality as u(name, ord)) p
 order by s.name;
