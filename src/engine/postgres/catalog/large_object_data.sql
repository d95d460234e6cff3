-- SPDX-License-Identifier: Apache-2.0
-- The bytes of large objects, a row for each stored page: `data` begins at byte pageno * 2048.
-- Between rows there may be gaps (of zeros). Only a superuser may read this catalog as a rule;
-- others use large_object_data_user.sql.
select loid, pageno, data
  from pg_largeobject
 order by loid, pageno;
