-- SPDX-License-Identifier: Apache-2.0
-- What needs what, as pg_depend knows it; doubles are no harm. Membership of an extension isn't a
-- need, and that a part needs its whole says nothing: alias.sql has both. What initdb made (oids
-- below 16384) is always there.
select d.classid, d.objid, d.refclassid, d.refobjid
  from pg_depend d
 where d.objid >= 16384
   and d.refobjid >= 16384
   and d.deptype not in ('e', 'i', 'p');
