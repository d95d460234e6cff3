-- SPDX-License-Identifier: Apache-2.0
-- What needs what, as pg_depend knows it. Membership of an extension isn't a need: alias.sql has
-- it. What initdb made (oids below 16384) is always there.
select distinct d.classid, d.objid, d.refclassid, d.refobjid, d.deptype
  from pg_depend d
 where d.objid >= 16384
   and d.refobjid >= 16384
   and d.deptype not in ('e', 'p')
   and (d.classid, d.objid) <> (d.refclassid, d.refobjid)
 order by d.classid, d.objid, d.refclassid, d.refobjid, d.deptype;
