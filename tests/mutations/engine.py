# SPDX-License-Identifier: Apache-2.0
"""Connections, backup and restore of PostgreSQL."""
from . import broken, in_catalog, in_postgres

# ----------------------------------------------------------------------------------------------- engine: the connection

in_postgres("connect.c", "the password that was asked for stands in for all others",
            "asked ? password.data : NULL, context", 'asked ? password.data : "x", context',
            "test_errors.py::test_right_password")
in_postgres("connect.c", "what the server says to a refused login is lost",
            "split_verbose(PQerrorMessage(handle), text, sizeof text, sqlstate);", "text[0] = sqlstate[0] = '\\0';",
            "test_errors.py::test_wrong_password", "test_errors.py::test_no_password", "test_errors.py::test_no_server",
            "test_errors.py::test_no_such_database")
in_postgres("connection.c", "the server isn't asked to cancel",
            "        send_cancel(connection);\n", "        connection->cancel_sent = clock_monotonic();\n",
            "test_errors.py::test_interrupted_restore_of_a_script",
            "test_errors.py::test_interrupted_while_it_waits_for_a_lock")
in_postgres("connection.c", "a server that hangs is waited for when it is to cancel",
            "if (cancel != NULL && pthread_create(&thread, NULL, request_cancel, cancel) == 0) {",
            "if (request_cancel(cancel) == NULL) {\n        return;\n    }\n    if (false) {",
            "test_errors.py::test_interrupted_while_the_server_is_frozen")
in_postgres("connect.c", "Ctrl-C doesn't end the wait for a connection",
            "if (!cancel_check(cancel, err)) {", "if (false) {", "test_errors.py::test_interrupted_while_it_connects")
in_postgres("connect.c", "connect_timeout is ignored",
            "if (timeout > 0 && clock_monotonic() - start > timeout) {", "if (false) {",
            "test_errors.py::test_server_does_not_answer")
in_postgres("connect.c", "the password is shown with the connection",
            'PQparameterStatus(handle, "server_version"));', "PQpass(handle));", "test_cli.py::test_a_password_is_never_shown")
in_postgres("connect.c", "a name with = in it is taken for a connection string",
            "bool expand = server->uri != NULL || pg_uri_is(database);", "bool expand = true;",
            "test_cli.py::test_awkward_database_name[looks like=a string]",
            "test_restore.py::test_awkward_database_names[a=b]")

# --------------------------------------------------------------------------------------------------- engine: the backup

in_postgres("snapshot.c", "each query sees what is there when it runs",
            '"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"', '"BEGIN READ ONLY"',
            "test_roundtrip.py::test_one_snapshot")
in_postgres("snapshot.c", "tables aren't locked",
            "return check_relations(catalog, err) && lock_tables(catalog, err);",
            "return check_relations(catalog, err) && (true || lock_tables(catalog, err));",
            "test_roundtrip.py::test_one_snapshot")
in_postgres("snapshot.c", "a table that can't be read isn't known before",
            "return !relation->is_readable;", "return false;", "test_errors.py::test_no_privilege_on_one_table")
in_postgres("snapshot.c", "a table whose rows are hidden isn't known before",
            "return relation->is_readable && relation->is_filtered;", "return false;",
            "test_errors.py::test_row_security_does_not_hide_rows")
in_postgres("backup.c", "an error doesn't name the table",
            "if (!ok && err->code != ERR_CANCELLED) {", "if (false) {",
            "test_errors.py::test_backend_is_killed_during_backup",
            "test_errors.py::test_server_is_shut_down_during_backup")
in_postgres("script_start.c", "a script's functions are checked before what they need is there",
            "SET check_function_bodies = false;", "SET check_function_bodies = true;",
            "test_roundtrip.py::test_psql_loads_the_file[torture_objects]")
in_postgres("copy_out.c", "rows stay in memory", "PQfreemem(row);", "",
            "test_memory.py::test_memory_does_not_grow_with_rows")
in_postgres("copy_out.c", "a chunk of a table's data has no end",
            "(!end_block(copy, err) || !entry_out_cut(out, err) ||", "(!entry_out_cut(out, err) ||",
            "test_parallel_backup.py::test_chunks_of_one_table")
broken("engine/entry_out.c", "a chunk's rows are counted in the next one, too",
            "    out->rows = 0;\n", "", "test_parallel_backup.py::test_chunks_of_one_table")
broken("engine/entry_out.c", "a table is one chunk, however long",
            "return out->size >= limit &&", "return false &&",
            "test_parallel_backup.py::test_chunks_of_one_table", "test_parallel_backup.py::test_large_objects_in_chunks")
in_postgres("copy_out.c", "rows at the border of two pieces are lost",
            "ctid >= '(%llu,0)'", "ctid > '(%llu,1)'", "test_parallel_backup.py::test_several_write_what_one_writes")
in_catalog("table_data", "a piece holds the rows of children",
           "FROM ONLY %s WHERE", "FROM %s WHERE", "test_parallel_backup.py::test_several_write_what_one_writes")
in_postgres("copy_out.c", "a worker waits behind whoever wants an exclusive lock",
            "IN ACCESS SHARE MODE NOWAIT;", "IN ACCESS SHARE MODE;",
            "test_parallel_backup.py::test_somebody_waits_for_an_exclusive_lock")
in_postgres("copy_out.c", "who is in the way isn't said",
            'if (strcmp(err->sqlstate, "55P03") != 0) {', "if (true) {",
            "test_parallel_backup.py::test_somebody_waits_for_an_exclusive_lock")
in_postgres("backup.c", "few connections left: no word of -j",
            'if (strcmp(err->sqlstate, "53300") == 0) {', "if (false) {",
            "test_parallel_backup.py::test_no_more_connections")
in_postgres("snapshot.c", "each worker sees a snapshot of its own",
            'pg_exec_format(connection, err, "SET TRANSACTION SNAPSHOT \'%s\'", toc->info.snapshot) &&', "",
            "test_parallel_backup.py::test_all_workers_see_one_snapshot")
broken("app/backup_entries.c", "data doesn't wait for the data that it refers to",
       "if (!need(run, i, err)) {", "if (false) {",
       "test_parallel_backup.py::test_data_alone_keeps_the_order_of_foreign_keys")
broken("app/backup_entries.c", "an entry of several pieces is done when its first job begins",
       "for (uint32_t piece = 1; is_last && piece <= n_pieces; piece++) {", "for (uint32_t piece = 1; false;) {",
       "test_parallel_backup.py::test_data_alone_keeps_the_order_of_foreign_keys")
broken("app/backup_entries.c", "there is but one worker",
       "return useful < run->request->jobs ? (size_t)useful : run->request->jobs;", "return 1;",
       "test_parallel_backup.py::test_one_worker_is_killed", "test_parallel_backup.py::test_interrupted")
broken("sched/jobs.c", "the last error is reported, not the first",
       "if (!run->failed) {", "{", "test_parallel_backup.py::test_a_row_that_cannot_be_read")
in_postgres("catalog.c", "security labels are left out",
            'read_texts(catalog, "security_label", TEXT_LABEL, err);', "true;",
            "test_security_labels.py::test_labels_come_back")
in_postgres("catalog_query.c", "a line for 14 and later is left out on 14",
            "if (server >= version) {", "if (server > version) {", "catalog::test_version_markers")
in_postgres("catalog_kinds.c", "a catalog file isn't known",
            '    {"schema", PRE, 0, STAND_IN_NONE, false},\n', "", "catalog::test_every_file_is_known")
in_postgres("catalog_kinds.c", "a kind has no file", '{"policy",', '{"policies",',
            "catalog::test_every_kind_has_a_file")
in_postgres("catalog_kinds.c", "the sections are out of order",
            '{"fk_constraint", POST,', '{"fk_constraint", PRE,', "catalog::test_kinds_stand_in_order")
in_postgres("definition.c", "a view's owner and comments are given twice",
            "return item->part != CATALOG_DEFINITION;", "return true;", "catalog::test_text_of_parts")
in_postgres("definition.c", "an owner is part of what stands before",
            "definition_end_part(parts, TEXT_OWNER, out);", "", "catalog::test_what_a_text_is_made_of")
in_postgres("definition.c", "nobody's owner makes an entry",
            "return item->owner != NULL && item->target != NULL &&", "return item->owner != NULL &&",
            "catalog::test_empty_definitions")
in_postgres("definition.c", "a name's second line stands outside of the comment",
            "sql_comment_text(out, item->name);", "buffer_puts(out, item->name);",
            "catalog::test_heading_holds_newlines")
in_postgres("definition.c", "a definition may hold commands for psql",
            "if (token.kind == SQL_END) {", "if (true) {", "catalog::test_what_psql_would_run")

in_postgres("depend.c", "sort_key doesn't count",
            "order = order != 0 ? order : compare_texts(a->sort_key, b->sort_key);", "", "depend::test_rank_and_name")
in_postgres("depend.c", "what has waited isn't the next",
            "while (i > 0 && heap[(i - 1) / 2] > place) {", "while (false) {", "depend::test_needs_before_rank")
in_postgres("depend.c", "passes don't count",
            "int order = compare_numbers(a->pass, b->pass);", "int order = 0;", "depend::test_passes")
in_postgres("depend.c", "a view that needs a key moves as a whole",
            "if (from->stand_in == STAND_IN_FOR_ALL && edge.of_body) {", "if (false) {",
            "depend::test_view_needs_constraint")
in_postgres("depend.c", "a dummy is made where none can help",
            "if (from->stand_in == STAND_IN_FOR_ALL && edge.of_body) {", "if (from->stand_in == STAND_IN_FOR_ALL) {",
            "depend::test_view_columns_need_later_section")
in_postgres("depend.c", "what needs something that moved stays where it is",
            "} while (!settled);", "} while (false);", "depend::test_move_to_post_data")
in_postgres("depend.c", "the real view comes before the data",
            "copy.section = SECTION_POST_DATA;", "", "depend::test_view_loops")
in_postgres("depend.c", "a view is replaced by a dummy that doesn't open the loop",
            "if (edge->of_body && search->loop[edge->to] == loop) {", "if (search->loop[edge->to] == loop) {",
            "depend::test_choice_of_stand_in")
in_postgres("depend.c", "only one loop of those that share a view is opened",
            "} while (found);", "} while (false);", "depend::test_several_loops")
in_postgres("depend.c", "a table is made of a type that is still a shell",
            "edge->to == node && kind == STAND_IN_FOR_LOOP &&", "false &&", "depend::test_shell_types")
in_postgres("depend.c", "a loop's message names what isn't in it",
            "if (search->loop[ranked[i]] == loop) {", "if (true) {", "depend::test_hopeless_loop")
in_postgres("depend.c", "no needs at all are as good as some",
            "if (graph->edges.len == 0) {", "if (false) {", "depend::test_empty")
in_postgres("depend.c", "places have sixteen bits",
            "uint32_t node = ranked[heap_pop(heap, &heap_len)];",
            "uint32_t node = ranked[(uint16_t)heap_pop(heap, &heap_len)];", "depend::test_long_chain")

in_postgres("snapshot.c", "text is read in another encoding than the file says",
            "set_config('client_encoding', pg_catalog.getdatabaseencoding(), false)",
            "set_config('client_encoding', 'UTF8', false)",
            "test_roundtrip.py::test_other_encodings[LATIN1]")
in_postgres("snapshot.c", "dates are written as the user likes them",
            '"SET datestyle = ISO;"\n', '""\n',
            "test_roundtrip.py::test_settings_of_the_user_change_nothing")

# -------------------------------------------------------------------------------------------------- engine: the restore

in_postgres("target.c", "a database that exists isn't seen",
            "if (exists && !session->target.clean) {", "if (false) {",
            "test_errors.py::test_target_exists", "test_cli.py::test_restore_twice_is_refused")
in_postgres("target.c", "a database that isn't empty is taken",
            "(contents.len == 0 || refuse_filled(session, contents.data, err));", "true;",
            "test_errors.py::test_target_is_not_empty", "test_cli.py::test_restore_twice_is_refused")
in_postgres("target.c", "a function in a database isn't seen", "or exists (select from pg_proc where oid >= 16384)", "",
            "test_errors.py::test_whatever_a_target_holds_is_seen[function]")
in_postgres("target.c", "an operator in a database isn't seen", "or exists (select from pg_operator where oid >= 16384)", "",
            "test_errors.py::test_whatever_a_target_holds_is_seen[operator]")
in_postgres("target.c", "a schema in a database isn't seen", "or exists (select from pg_namespace where oid >= 16384)", "",
            "test_errors.py::test_whatever_a_target_holds_is_seen[schema]")
in_postgres("target.c", "a large object in a database isn't seen", "or exists (select from pg_largeobject_metadata)", "",
            "test_errors.py::test_whatever_a_target_holds_is_seen[large-object]")
in_postgres("target.c", "nobody says that --create makes a database",
            '"Add --create to have it made, or name another with --target."', '"Sorry."',
            "test_errors.py::test_no_such_database_to_restore_into")
in_postgres("target.c", "the right to make a database isn't looked at before",
            '"select rolsuper or rolcreatedb from pg_roles where rolname = current_user"', '"select true"',
            "test_errors.py::test_not_allowed_to_create_a_database")
in_postgres("create_database.c", "the connection limit doesn't come back",
            "if (json_is_integer(limit) && json_integer_value(limit) != -1) {", "if (false) {",
            "test_roundtrip.py::test_create_brings_the_database_own_settings")
in_postgres("target.c", "a database is made only where sessions may write by default",
            'pg_exec(session->connection, "SET default_transaction_read_only = off", err) &&', "true &&",
            "test_errors.py::test_create_where_sessions_only_read_by_default")
in_postgres("uri.c", "a URI is taken for a database's name",
            'return database != NULL && (', "return false && (",
            "test_cli.py::test_connection_uri")
in_postgres("restore.c", "roles aren't looked for before",
            "if (ok && asks && PQntuples(rows) > 0 && !PQgetisnull(rows, 0, 0)) {", "if (false) {",
            "test_errors.py::test_a_role_is_missing",
            "test_restore.py::test_missing_roles_are_named_before_anything_is_changed")
in_postgres("restore.c", "--single-transaction begins none",
            "if (session->target.single_transaction) {", "if (false) {",
            "test_errors.py::test_single_transaction_leaves_nothing")
in_postgres("restore.c", "--single-transaction never commits",
            '"SET LOCAL synchronous_commit = on; COMMIT"', '"ROLLBACK"', "test_cli.py::test_single_transaction")
in_postgres("restore.c", "failed statements are no failure in the end",
            "if (session->stats.errors > 0) {", "if (false) {", "test_cli.py::test_continue_on_error")
in_postgres("restore.c", "--clean drops nothing",
            "if (session->target.clean && !session->created && !session->resumed", "if (false && !session->resumed",
            "test_cli.py::test_clean", "test_restore.py::test_clean")
in_postgres("run_script.c", "a restore goes on after an error",
            "if (!session->target.continue_on_error || err->code != ERR_SERVER ||", "if (err->code != ERR_SERVER ||",
            "test_errors.py::test_bad_row_in_a_script")
in_postgres("run_copy.c", "a table's data has no transaction of its own",
            "    if (begin) {\n", "    if (false) {\n",
            "test_errors.py::test_each_table_in_one_transaction")
in_postgres("run_copy.c", "a new table isn't emptied in the transaction that loads it",
            "if (run->fresh && !run->begun) {", "if (false) {",
            "test_errors.py::test_each_table_in_one_transaction")
in_postgres("run_copy.c", "rows that the server didn't take aren't missed",
            "if (run->rows != expected) {", "if (false) {", "test_errors.py::test_rows_that_the_server_swallows")
in_postgres("restore_error.c", "nobody says what a failed restore leaves behind",
            "if (err->code == ERR_NONE || session->completed || session->target.is_scratch) {", "if (true) {",
            "test_errors.py::test_bad_statement_in_a_script",
            "test_errors.py::test_backend_is_terminated_during_restore",
            "test_errors.py::test_backend_is_killed_during_restore",
            "test_errors.py::test_server_is_shut_down_during_restore", "test_errors.py::test_truncated_pipe")
in_postgres("script_session.c", "the script's own database is a strange one",
            "return strcmp(session->script_database, database) == 0;", "return false;",
            "test_roundtrip.py::test_restore_a_script_that_connects")
in_postgres("script_session.c", "a script changes the database whose name it holds, not the target",
            "sql_quote_identifier(scratch, session->database);",
            "buffer_append(scratch, token->text + found.start, found.len);",
            "test_roundtrip.py::test_restore_a_script_that_connects", "test_restore.py::test_script_names_its_database")

in_postgres("restore.c", "what something else needs isn't tried again",
            "*later = err->code == ERR_SERVER && is_one_of(err->sqlstate, needed);", "",
            "test_roundtrip.py::test_clean_restore_over_what_is_there[torture_relations]")
in_postgres("restore.c", "what can't be dropped is passed over",
            "    list->len = kept;", "    list->len = 0;",
            "test_restore.py::test_clean_does_not_take_what_is_not_in_the_backup")
in_postgres("parallel_script.c", "one connection cuts tables, too",
            "if (target->jobs < 2 || ", "if (", "test_parallel_script.py::test_one_connection_is_one")
in_postgres("parallel_script.c", "statements don't wait for data", "    if (!parallel_script_settle(script, err)) {\n"
            "        return false;\n    }\n    script->follows = false;\n    if (sql_sets",
            "    script->follows = false;\n    if (sql_sets",
            "test_parallel_script.py::test_statement_waits_for_the_data")
in_postgres("parallel_script.c", "workers' sessions don't follow the leader's",
            "*ready = false;\n    if (script->alone || (script->crew != NULL && script->follows)) {",
            "*ready = false;\n    if (script->alone || script->crew != NULL) {",
            "test_parallel_script.py::test_search_path_between_blocks",
            "test_parallel_script.py::test_settings_of_the_session")
in_postgres("parallel_script.c", "a new session of the leader's has old workers",
            "script->crew = NULL;\n        script->alone", "script->alone",
            "test_parallel_script.py::test_connects_anew")
in_postgres("parallel_script.c", "parameters of the script's own stay with the leader",
            "if (sql_sets_own_parameter(token->text, token->len)) {", "if (false) {",
            "test_parallel_script.py::test_alone[parameter]")
for what, old, new in (
        ("trigger", " and not relhastriggers", ""), ("index", " and not relhasindex", ""),
        ("row security", "   and not relrowsecurity", ""), ("partitioned", "relkind = 'r' and", "true and"),
        ("temporary", " and relpersistence <> 't'", ""),
        ("check", "   and not exists (select from checks where relid = w.oid)", ""),
        ("operator", "'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid", "0, o.oid"),
        ("generated", "attgenerated <> '' and exists", "false and exists"),
        ("domain", "kind not in ('b', 'e')", "kind not in ('b', 'd')"),
        ("array of a domain", "coalesce(e.typtype, t.typtype) as kind", "t.typtype as kind"),
        ("default", "facts->n_columns == strtoull(PQgetvalue(rows, 0, 1), NULL, 10)", "true")):
    in_postgres("parallel_script.c", f"what only one may copy in is cut: {what}", old, new,
                f"test_parallel_script.py::test_alone[{what}]")
in_postgres("script_crew.c", "a script takes as many connections as it likes, and says nothing", "wanted + 1, crew->count + 1",
            "wanted, crew->count", "test_parallel_script.py::test_no_room_for_workers")
in_postgres("script_crew.c", "a piece's lines are told as if they were the block's",
            ".rows_above = piece->rows_above", "", "test_parallel_script.py::test_bad_row")
in_postgres("session_settings.c", "sessions with other defaults pass for equal",
            "*same = strcmp(settings->number, got.number) == 0;", "*same = true;",
            "test_parallel_script.py::test_other_defaults_that_a_user_may_not_change")
in_postgres("script_crew.c", "a server without room for all workers is given up",
            "if (err->code != ERR_CONNECT) {", "if (true) {", "test_parallel_script.py::test_no_room_for_workers")
in_postgres("script_jobs.c", "keys and foreign keys lock each other's tables",
            "default:\n        return share_a_table(later, earlier);", "default:\n        return false;",
            "test_parallel_script.py::test_foreign_keys_in_circles")
in_postgres("script_jobs.c", "a comment doesn't wait for what it is about",
            "case CLASS_COMMENT:\n        return true;", "case CLASS_COMMENT:\n        return false;",
            "test_parallel_script.py::test_large_table_in_pieces[plain]")
in_postgres("run_script.c", "a script's line isn't told",
            '"%s:%" PRIu64, run->name, run->line);', '"%s", run->name);',
            "test_restore.py::test_continue_on_error")
in_postgres("run_script.c", "a script from a pipe may end anywhere",
            "return script_edges_check(edges, run->name, err);", "return true;",
            "test_restore.py::test_cut_script")
in_postgres("run_script.c", "a SELECT's result is gathered in memory",
            "if (!pg_send(session->connection, text, true, err) ||",
            "if (!pg_send(session->connection, text, false, err) ||",
            "test_restore.py::test_large_result_needs_no_memory")
in_postgres("create_database.c", "the usual tablespace is named",
            'strcmp(tablespace, "pg_default") != 0', "true",
            "test_restore.py::test_ordinary_user")
in_postgres("script_session.c", "a script's DROP DATABASE is passed over, and its tables come on top",
            "if (!session->created && !session->target.clean) {", "if (false) {",
            "test_restore.py::test_script_drops_its_database")
in_postgres("script_session.c", "a script ends our transaction",
            "if (session->open && is_transaction_command(token)) {", "if (false) {",
            "test_restore.py::test_script_with_transactions_of_its_own")
in_postgres("restore.c", "a transaction that the script doesn't end is lost",
            "if (!session->open && pg_transaction_status(session->connection) != PQTRANS_IDLE) {", "if (false) {",
            "test_restore.py::test_script_without_a_transaction_end")
broken("cli/main.c", "a file's limit ends the program", "    (void)signal(SIGXFSZ, SIG_IGN);\n", "", "test_errors.py::test_limit_of_a_file")

# ------------------------------------------------------------------------------------------------------- native-debug

broken("sql/statement_label.c", "statement classes: a word of the statement is shown",
       "const char *separator = scan->used == 0 ? \"\" : \"; \";",
       "const char *separator = scan->used == 0 ? \"\" : \"; \";\n    put(scan, \"\", scan->text + word.start, word.len);",
       "statement_label::test_postgres", "statement_label::test_mysql")
broken("sql/statement_label.c", "statement classes: columns are taken for keywords", "scan->depth++;", ";",
       "statement_label::test_postgres")
broken("sql/statement_label.c", "statement classes: MySQL's text is cut at semicolons in strings",
       "dialect == SQL_MYSQL ? 1 : STATEMENTS_MAX", "STATEMENTS_MAX", "statement_label::test_mysql")
broken("sql/statement_label.c", "statement classes: half a word is shown", "(size_t)n >= room", "false",
       "statement_label::test_room")
broken("engine/trace.c", "trace: it shows the statement",
       "sql_statement_label(trace->dialect, sql, len, statement.label);",
       "(void)snprintf(statement.label, sizeof statement.label, \"%s\", sql);",
       "test_debug.py::test_backup_and_restore", "test_debug.py::test_globals", "test_debug.py::test_mariadb")
broken("engine/trace.c", "trace: what failed looks like the others", "if (err != NULL) {", "if (false) {",
       "test_debug.py::test_failures_are_told_without_their_text",
       "test_debug.py::test_mariadb_failures_are_told_without_their_text")
broken("engine/trace.c", "trace: a job is told before its statements are done", "!job->ended || job->unanswered > 0",
       "!job->ended", "test_debug.py::test_backup_and_restore")
in_postgres("connection.c", "trace: rows aren't counted",
            "connection->trace.data_rows += strtoull(PQcmdTuples(result), NULL, 10);", ";",
            "test_debug.py::test_backup_and_restore")
in_postgres("connection.c", "trace: the end of a connection isn't told", "trace_close(&connection->trace);", ";",
            "test_debug.py::test_backup_and_restore")
broken("engine/mysql/connection.c", "trace: rows that come one by one aren't counted", "trace->data_rows++;", ";",
       "test_debug.py::test_mariadb")
broken("engine/mysql/load.c", "trace: it isn't told that rows come once more", '"session %u: by INSERT instead",',
       '"session %u: it goes on",', "test_debug.py::test_mariadb_by_insert")
broken("ui/ui.c", "trace: it is shown to all", "if (options->debug) {", "if (true) {", "test_debug.py::test_only_when_asked")

in_postgres("stall.c", "a server at work is taken for lost", "return !waits || poll(", "return poll(",
            "test_stall.py::test_slow_server_is_no_stall")
in_postgres("stall.c", "a silent connection is waited for for ever", "connection->silent += PG_POLL_MILLISECONDS;", "",
            "test_stall.py::test_stall")
broken("engine/mysql/stall.c", "a server at work is taken for lost", "return !waits || poll(", "return poll(",
       "test_stall.py::test_slow_server_is_no_stall")
broken("engine/mysql/stall.c", "a silent connection is waited for for ever", "connection->silent += milliseconds;",
       "(void)milliseconds;", "test_stall.py::test_stall")

# ------------------------------------------------------------------------------ engine: what is rare of servers, scripts

in_postgres("script_session.c", "a script may connect as anybody",
            "if (names_one(user) && strcmp(user->data, pg_user(session->connection)) != 0) {", "if (false) {",
            "test_restore.py::test_what_a_script_may_not_do")
in_postgres("script_session.c", "what was set holds in a session that the script begins anew",
            '"RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"', '"SELECT"',
            "test_restore.py::test_connect_begins_a_new_session")
in_postgres("target.c", "a standby is restored to", "    if (standby) {", "    if (false) {",
            "test_standby.py::test_backup_and_restore")
in_catalog("table", "rows that a standby can't read lack without a word",
           "case when unread.oid is not null", "case when false", "test_standby.py::test_backup_and_restore")
in_postgres("large_objects.c", "a large object that ends in a gap is restored shorter",
            "if (data->size > gathered_end(data)) {", "if (false) {", "test_roundtrip.py::test_restore[torture_values]")
in_postgres("large_objects.c", "a page of zeros isn't the same as none, for the proof",
            "if (!is_zeros(digits + at, n)) {", "if (true) {",
            "test_proof.py::test_large_objects_as_each_user_reads_them")
in_postgres("large_objects.c", "a page that ends early isn't the same as a whole one, for the proof",
            "gather_zeros(data, (gathered_end(data) + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);", "",
            "test_proof.py::test_large_objects_as_each_user_reads_them")
in_postgres("batch.c", "a commit that fails isn't named", 'failure->label = "the commit of definitions";', "",
            "test_restore.py::test_what_the_target_runs_by_itself")
in_postgres("connect.c", "of a list of servers the other connections try all, too",
            "return PQhostaddr(handle);", "return option->val;", "test_errors.py::test_list_of_servers")
in_postgres("drop_database.c", "a scratch database that is a template stays",
            "ok = PQntuples(rows) == 0 ||", "ok = true ||", "test_proof.py::test_columns_in_another_order")
