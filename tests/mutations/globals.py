# SPDX-License-Identifier: Apache-2.0
"""A server's globals: the script, its restore, and which databases there are."""
from . import broken, in_catalog, in_postgres

ROUND = "test_globals.py::test_round_trip"
OWN = "test_globals.py::test_only_our_scripts"
PLAIN = "test_globals.py::test_restore_without_superuser"

in_catalog("globals_role", "roles: BYPASSRLS is lost", "when r.rolbypassrls then", "when r.rolsuper then", ROUND)
in_catalog("globals_role", "roles: INHERIT is lost", "when r.rolinherit then", "when true then", ROUND)
in_catalog("globals_role", "roles: no VALID UNTIL", "' VALID UNTIL ' || quote_literal(r.rolvaliduntil)", "null", ROUND)
in_catalog("globals_role", "roles: one connection limit for all", "r.rolconnlimit,", "-1,", ROUND)
in_catalog("globals_setting", "settings: a list is one name", "'local_preload_libraries', 'search_path'",
           "'local_preload_libraries'", ROUND)
in_catalog("globals_setting", "settings: none for all roles", "and (s.setrole = 0 or r.oid is not null)",
           "and r.oid is not null", ROUND)
in_catalog("globals_setting", "settings: in no order", "order by r.rolname nulls first, u.ord",
           "order by r.rolname nulls first, u.ord desc", ROUND)
in_catalog("globals_membership", "memberships: no grantors", "case when m.grantor <> 10 then g.rolname end",
           "null::name", ROUND)
in_catalog("globals_membership", "memberships: no ADMIN OPTION", "case when m.admin_option then 'ADMIN OPTION' end",
           "null", ROUND)
in_catalog("globals_membership", "memberships: none of the server's own roles", "r.rolname !~ '^pg_' or u.rolname",
           "r.rolname !~ '^pg_' and u.rolname", ROUND)
in_catalog("globals_tablespace", "tablespaces: no owner",
           "when t.is_made\n                                then format('ALTER",
           "when false\n                                then format('ALTER", ROUND,
           "test_globals.py::test_tablespaces_in_folders")
in_catalog("globals_tablespace", "tablespaces: no options", "(s.step <> 4 or t.spcoptions is not null)", "s.step <> 4",
           ROUND)
in_catalog("globals_tablespace", "tablespaces: all in the server's folder", "~ '^(/|[A-Za-z]:)'", "~ '^x'",
           "test_globals.py::test_tablespaces_in_folders")
in_catalog("globals_acl", "globals' privileges: nothing is revoked", "where not u.item = any (o.acl)", "where false",
           ROUND)
in_catalog("globals_acl", "globals' privileges: whoever restores grants",
           "case when a.grantor <> i.owner and not i.is_revoke", "case when false", ROUND)
in_catalog("globals_acl", "globals' privileges: without GRANT OPTION",
           "a.is_grantable and not i.is_revoke as grantable", "false as grantable", ROUND)
in_catalog("globals_text", "globals: comments of roles are lost", "where rolname !~ '^pg_'", "where false", ROUND,
           "test_security_labels.py::test_labels_of_roles_and_tablespaces")
in_catalog("databases", "a database whose DROP broke off is backed up",
           "d.datallowconn and d.datconnlimit <> -2 as allows", "d.datallowconn as allows",
           "test_globals.py::test_which_databases")
in_catalog("databases", "sizes of databases that the user may not look into",
           "and (has_database_privilege(d.oid, 'CONNECT')", "and (true", "test_globals.py::test_which_databases")
broken("app/databases.c", "a database that allows no connections is taken", "if (info.allows_connections) {",
       "if (true) {", "test_globals.py::test_which_databases")
broken("app/databases.c", "excluded databases are taken", "if (excluded[i] || (choice", "if ((choice",
       "test_globals.py::test_which_databases")
broken("app/databases.c", "a pattern for databases may match nothing", "if (!any) {", "if (false) {",
       "test_globals.py::test_which_databases")
broken("app/restore_globals.c", "globals: roles that are there are overwritten unasked",
       "if (stats->existing > 0 && !request->confirm) {", "if (false) {", ROUND,
       "test_globals.py::test_existing_roles_are_changed")
broken("app/restore_globals.c", "globals: a dry run changes something", "GlobalsTarget target = {.dry_run = true,",
       "GlobalsTarget target = {.dry_run = false,", "test_globals.py::test_existing_roles_are_changed")
broken("app/restore_globals.c", "globals: statements that failed are no failure", "return stats->errors == 0 ||",
       "return true ||", "test_globals.py::test_what_fails_leaves_nothing")
broken("sql/script_edges.c", "globals: a script that was cut passes", "{GLOBALS_FIRST, GLOBALS_LAST,",
       '{GLOBALS_FIRST, "",', OWN)
in_postgres("globals.c", "globals: passwords are asked of pg_authid in any case", "*takes = may;", "*takes = true;",
            "test_globals.py::test_without_superuser")
in_postgres("globals.c", "globals: passwords are left out unsaid", "if (!may) {", "if (false) {",
            "test_globals.py::test_without_superuser")
in_postgres("globals.c", "globals: all parts are written", "return (globals->scope->leave_out & row) != 0;",
            "return row == 0;", "test_globals.py::test_parts_that_are_left_out")
in_postgres("globals_restore.c", "globals: whatever is in the script is run",
            "token->copy_from_stdin || !is_known(token->text)", "token->copy_from_stdin", OWN)
in_postgres("globals_restore.c", "globals: a role that is there is a failure",
            "        if (order == 0) {\n            return true;",
            "        if (order == 0) {\n            return false;", ROUND)
in_postgres("globals_restore.c", "globals: what is so already is a failure", "    if (holds) {\n        notice(",
            "    if (false) {\n        notice(", PLAIN)
in_postgres("globals_restore.c", "globals: whatever fails is passed over", "    if (holds) {\n        notice(",
            "    if (true) {\n        notice(", PLAIN, "test_globals.py::test_what_fails_leaves_nothing")
in_postgres("globals_restore.c", "globals: a failure shows the password", "word.kind == SQL_WORD_STRING ||", "", PLAIN,
            "test_globals.py::test_what_fails_leaves_nothing")
in_postgres("globals_restore.c", "globals: each statement is committed", "COMMIT_AFTER = 1000,", "COMMIT_AFTER = 1,",
            "test_globals.py::test_what_fails_leaves_nothing", PLAIN)
in_postgres("globals_restore.c", "globals: one transaction for all", "restore->uncommitted >= COMMIT_AFTER &&",
            "false &&", "test_globals.py::test_many_statements")
in_postgres("globals_restore.c", "globals: the last ones aren't committed", "err) && commit(restore, err);", "err);",
            ROUND)
in_postgres("globals_restore.c", "globals: we take SUPERUSER from ourselves",
            "if (is_of_us(restore, statement, SELF_NOSUPERUSER) ||", "if (false ||",
            "test_globals.py::test_our_own_role")
in_postgres("globals_restore.c", "globals: our own new password isn't told",
            "if (is_of_us(restore, statement, SELF_PASSWORD)) {", "if (false) {", "test_globals.py::test_our_own_role")
in_postgres("globals_restore.c", "globals: a tablespace elsewhere passes for the same", "bool same = !is_tablespace;",
            "bool same = true;", "test_globals.py::test_tablespaces_in_folders")
in_postgres("globals_restore.c", "globals: a role that somebody makes meanwhile is a failure",
            'strcmp(failure.sqlstate, "42710") == 0', "false",
            "test_globals.py::test_a_role_that_somebody_makes_meanwhile")
in_postgres("globals.c", "globals: no other database than postgres is tried", '{"postgres", "template1"}', '{"postgres"}',
            "test_globals.py::test_a_server_without_postgres")
