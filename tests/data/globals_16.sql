-- More globals, of what came with PostgreSQL 16: memberships with options, granted by several, in chains whose
-- members' names sort the wrong way round.
create role z_first;
create role y_second;
create role x_third;
create role a_role;
create role b_none;
grant a_role to z_first with admin option, inherit false, set false;
grant a_role to y_second with inherit true granted by z_first;
grant a_role to y_second with admin option, set false granted by z_first;
grant a_role to x_third with admin option granted by y_second;
grant a_role to b_none with inherit false, set true granted by x_third;
grant a_role to b_none with inherit true, set false;
grant g_noinherit to x_third with inherit true;
