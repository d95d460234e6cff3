-- SPDX-License-Identifier: Apache-2.0
-- The bytes of large objects for who may not read pg_largeobject: as in large_object_data.sql, but
-- 128 pages at a time and without gaps. It fails at the first one that the user may not read. Each
-- object is opened (262144 is INV_READ) to learn its size, and closed at once: so all have the same
-- `fd`, and m.oid stands in each step to keep the server from taking the result for another's.
select c.loid,
       c.pageno,
       lo_get(c.loid, c.pageno::bigint * 2048, 128 * 2048) as data
  from (select m.oid as loid, p.pageno::int as pageno
          from pg_largeobject_metadata m
         cross join lateral (select lo_open(m.oid, 262144) as fd offset 0) o
         cross join lateral (select m.oid, lo_lseek64(o.fd, 0, 2) as size offset 0) s
         cross join lateral (
               select s.oid, lo_close(case when s.size >= 0 then o.fd end) as status offset 0) c
         cross join lateral generate_series(0, (s.size + 2047) / 2048 - 1, 128) as p(pageno)
         where c.status = 0
         order by m.oid, p.pageno) c;
