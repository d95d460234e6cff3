# SPDX-License-Identifier: Apache-2.0
"""A whole server, or one database, out of a cluster archive."""
from . import broken, in_postgres

TEST = "test_restore_cluster.py::test_"
ROUND = TEST + "round_trip[4]"
PLAN = TEST + "plan"
CLEAN = TEST + "clean_drops_nothing_else"
FAILS = TEST + "a_database_that_fails[4]"
LACKS = TEST + "what_the_archive_lacks"
SOME = TEST + "some_databases"
DAMAGE = TEST + "damage"
CUT = TEST + "a_pipe_that_is_cut"
SINGLE = TEST + "single"

broken("app/restore_cluster.c", "damage is found when a database is there already",
       "cluster_archive_check(archive, context->events, context->cancel, NULL, err) &&\n           ", "", DAMAGE)
broken("app/restore_cluster.c", "a database's index is read when it is its turn", "check_members(restore, archive, err) &&", "",
       DAMAGE)
broken("app/restore_cluster.c", "databases that failed are passed over in silence", "if (database->state == state &&",
       "if (state != CLUSTER_FAILED && database->state == state &&", FAILS)
broken("app/restore_cluster.c", "what the archive lacks is passed over in silence",
       "if (result->databases.items[i].fate == CLUSTER_LACKING) {\n            name_list_add(&lacking",
       "if (false) {\n            name_list_add(&lacking", LACKS)
broken("app/restore_cluster.c", "nobody hears what was restored before the end", "if (done.n + begun.n + failed.n > 0) {",
       "if (false) {", CUT, TEST + "interrupted")
broken("app/restore_cluster_plan.c", "it is done without being confirmed",
       "if (!restore->request->confirm && !restore->request->dry_run) {", "if (false) {", PLAN)
broken("app/restore_cluster_plan.c", "what exists isn't refused ahead", "if (refused) {", "if (false) {", PLAN, CLEAN)
broken("app/restore_cluster_plan.c", "nobody looks whether the server's own databases are empty",
       "if (look_at(restore, database, err)) {", "if (true) {", PLAN, TEST + "own_databases")
broken("app/restore_cluster_plan.c", "the server's own databases are taken for others",
       "database->is_there && is_own(request->engine, database->name)", "false", ROUND, TEST + "own_databases")
broken("app/restore_cluster_plan.c", "one that is gone isn't made", "if (database->is_there && is_own(", "if (is_own(",
       TEST + "own_databases")
broken("app/restore_cluster_plan.c", "names that the archive doesn't know are passed over", "unknown.n == 0 ||", "true ||", SOME)
broken("app/restore_cluster_plan.c", "all databases are taken, whatever was asked for", "return request->n_databases == 0;",
       "return true;", SOME)
broken("app/restore_cluster_plan.c", "the globals come though they aren't wanted",
       "member->kind == CLUSTER_GLOBALS && !restore->request->no_globals", "member->kind == CLUSTER_GLOBALS", SOME)
broken("app/restore_cluster_plan.c", "any server's backup goes into any server", "info->dbms == NULL || engine->reads(info->dbms)",
       "true", TEST + "the_wrong_server")
broken("app/restore_cluster_crew.c", "the first that fails ends all", "set_state(crew, number, CLUSTER_FAILED);",
       "set_state(crew, number, CLUSTER_FAILED);\n        end_all(crew, &why);", FAILS)
broken("app/restore_cluster_crew.c", "a server that is gone is asked once for each database",
       "return strcmp(why->sqlstate, ENGINE_NO_CONNECTION) != 0 &&", "return false &&", TEST + "the_server_goes")
broken("app/restore_cluster_crew.c", "a session that somebody ends ends all",
       "return strcmp(why->sqlstate, ENGINE_NO_CONNECTION) != 0 &&", "return true ||", TEST + "a_session_that_is_ended")
broken("app/restore_cluster_pipe.c", "what the index says of a piped database comes too late",
       "kind != FILE_SCRIPT_ARCHIVE && database->fate != CLUSTER_FILL", "false",
       "test_whole_server.py::test_from_a_pipe[default]")
broken("app/restore_cluster_crew.c", "--clean doesn't reach the databases", ".clean = request->clean ||", ".clean =", CLEAN)
broken("app/restore_cluster_pipe.c", "a member is used before its checksum came",
       "&kept->content, err);", "&kept->content, err) && use(piped, kept, err);", CUT)
broken("io/spool_file.c", "what was used takes room until the end", "if (kept->offset + self->size == kept->file->size) {", "if (false) {",
       "streams::test_spool_file")
broken("app/restore_cluster_pipe.c", "what a pipe lacks is passed over", "if (database->state == CLUSTER_AHEAD) {", "if (false) {",
       LACKS)
broken("app/restore_member.c", "a script's bytes aren't compared", "return kind == FILE_SCRIPT_ARCHIVE ||",
       "return kind != FILE_UNKNOWN ||", SINGLE)
broken("app/restore_member.c", "any name is taken for one in the archive", "if (found->failure != NULL) {", "if (false) {", SINGLE)
broken("app/restore.c", "two names for one database", "request->database != NULL && request->member != NULL &&", "false &&", SINGLE)
broken("cli/database_option.c", "a comma within quotes divides", 'bool quoted = *text == \'"\';', "bool quoted = false;", SOME)
broken("cli/database_option.c", "no name is a name", "|| name.len == 0) {", ") {", SOME)
in_postgres("target.c", "--clean doesn't drop the database", 'pg_exec_format(session->connection, err, "DROP DATABASE %s", name)',
            "true", CLEAN)
in_postgres("target.c", "a template can't be dropped", "    if (is_template &&\n", "    if (false &&\n", CLEAN)
in_postgres("target.c", "a template that can't be dropped is none any more", "    if (is_template) {\n", "    if (false) {\n",
            TEST + "clean_of_what_others_use")
broken("app/restore_cluster_crew.c", "a database that needs another isn't tried again",
       "crew->tries_again = crew->restore->request->engine->mixes_databases;", "crew->tries_again = false;",
       "test_mysql_restore_cluster.py::test_round_trip[1]")
broken("app/restore_cluster_crew.c", "a database that can't be restored is tried for ever",
       "crew->tries_again && result->restored > restored;", "crew->tries_again;", "test_mysql_restore_cluster.py::test_round_trip[1]")
broken("engine/mysql/restore.c", "mysql: --clean doesn't drop the database", 'buffer_puts(&sql, "DROP DATABASE IF EXISTS ");',
       'buffer_puts(&sql, "CREATE DATABASE IF NOT EXISTS ");', "test_mysql_restore_cluster.py::test_round_trip[1]")
broken("app/restore_cluster.c", "what failed of the globals is a success", "result->globals.errors == 0) {", "true) {",
       TEST + "globals_that_fail")
broken("app/restore_cluster.c", "whatever came from a pipe is a script of globals", "(facts.is_globals || script->size == 0 ||", "(true ||",
       TEST + "globals_that_fail")
broken("app/restore_cluster.c", "nobody hears what to do about globals that fail", "if (!ok && !dry_run && err->code == ERR_SERVER) {",
       "if (false) {", TEST + "globals_that_fail")
broken("app/file_refusal.c", "a whole server is taken for a database", "case FILE_CLUSTER:\n", "case FILE_CLUSTER:\n        return true;\n", LACKS)
broken("cli/cmd_restore_cluster.c", "the plan says nothing of globals that aren't wanted", 'puts("Globals: none (--no-globals)");', "", PLAN)
broken("cli/info_cluster.c", "info counts none that is missing", "if (facts->failed > 0) {", "if (false) {", LACKS)
broken("app/restore_cluster_pipe.c", "a pipe is read to no end", "cluster_crew_restore(piped->crew, kept->number, kept->content, NULL, err);",
       "true;", TEST + "pipe")
