# SPDX-License-Identifier: Apache-2.0
"""The engine for MySQL and MariaDB, and what it needs of sql/ and archive/."""
from . import broken, in_postgres


def in_mysql(file, *rest):
    broken(f"engine/mysql/{file}", *rest)


broken("sql/lexer_mysql.c", "mysql lexer: a delimiter of one letter is enough", "memcmp(text, lexer->delimiter, lexer->delimiter_len)",
       "memcmp(text, lexer->delimiter, 1)", "lexer_mysql::test_corpus")
broken("sql/lexer_mysql.c", "mysql lexer: a delimiter ends what stands in a server's comment",
       "if (!lexer->in_server_comment && lexer->end", "if (lexer->end", "lexer_mysql::test_corpus")
broken("sql/lexer_mysql.c", "mysql lexer: sql_mode says nothing about backslashes",
       'lexer->no_backslashes = strcasestr(value, "NO_BACKSLASH_ESCAPES") != NULL;', "lexer->no_backslashes = false;",
       "lexer_mysql::test_corpus")
broken("sql/lexer_mysql.c", "mysql lexer: backslashes in backquotes", "quote != '`' && !lexer->no_backslashes",
       "!lexer->no_backslashes", "lexer_mysql::test_corpus")
broken("sql/lexer_mysql.c", "mysql lexer: two dashes are always a comment",
       "(text[2] == '\\0' || sql_is_space(text[2]))", "true", "lexer_mysql::test_corpus")
broken("sql/lexer.c", "mysql lexer: all scripts are PostgreSQL's", "found ? SQL_MYSQL : SQL_POSTGRES", "SQL_POSTGRES",
       "lexer_mysql::test_guess", "test_mysql.py::test_scripts_of_mariadb_dump")
broken("sql/mysql_statement.c", "mysql: a database's name may not have quotes",
       "if (*p == '`' && (++p == scan->end || *p != '`')) {", "if (*p == '`') {", "mysql_statement::test_databases")
broken("sql/mysql_statement.c", "mysql: whatever a statement begins with is SQL", "return is_command(word) ? MYSQL_OTHER : MYSQL_UNKNOWN;",
       "return MYSQL_OTHER;", "mysql_statement::test_statements", "script_check::test_mysql")
broken("sql/mysql_statement.c", "mysql: a user's doubled quotes end its name",
       "while (scan->at < scan->end && *scan->at == quote) {", "if (scan->at < scan->end && *scan->at == quote) {",
       "mysql_statement::test_definers")
broken("sql/mysql_quote.c", "mysql: newlines stay in values", "case '\\n':\n        return 'n';", "case '\\n':\n        return 0;",
       "mysql_statement::test_quoting", "test_mysql.py::test_verify_counts_the_rows")
broken("sql/script_edges.c", "a mariadb-dump that was cut passes", '{"-- MariaDB dump ",', '{"-- MariaDB dump x",',
       "test_mysql.py::test_a_script_that_was_cut")
broken("archive/row_counter.c", "rows of INSERTs: the last one isn't counted",
       "    counter->rows++;\n    if (counter->last == ',') {", "    counter->rows += counter->last == ',';\n    if (counter->last == ',') {",
       "row_counter::test_counts")
broken("app/restore_archive.c", "a backup of another kind of server is restored", "if (dbms == NULL || engine->reads(dbms)) {",
       "if (true) {", "test_mysql.py::test_refusals")
in_mysql("place.c", "a URI's password isn't decoded", "(password != NULL && !decode(password))", "false",
         "mysql_place::test_places")
in_mysql("table_text.c", "keys that AUTO_INCREMENT needs come later", "kind == LINE_KEY && i >= stay", "kind == LINE_KEY",
         "mysql_table_text::test_split", "test_mysql.py::test_round_trip")
in_mysql("table_text.c", "a sequence is looked for in the old database", "sql += prefix.len - 1;", "sql += 0;",
         "mysql_table_text::test_split", "test_mysql.py::test_round_trip")
in_mysql("rows.c", "FLOAT shows six digits", 'column->value == MY_REAL ? " * 1e0"', 'false ? " * 1e0"',
         "test_mysql.py::test_round_trip")
in_mysql("rows.c", "text of other character sets is taken for UTF-8", "mysql_charset_holds_ascii(column->charset) && is_ascii(value, len)",
         "true", "test_mysql.py::test_round_trip")
in_mysql("rows.c", "the minus of zero is lost", "value[0] == '-' && value[1] == '0'", "false", "test_mysql.py::test_negative_zero")
in_mysql("catalog.c", "generated columns are written", 'strcmp(row[5], "1") == 0) {', 'strcmp(row[5], "2") == 0) {',
         "test_mysql.py::test_round_trip")
in_mysql("definition.c", "routines lose their sql_mode", "shown->sql_mode == NULL ?", "true ?",
         "test_mysql.py::test_round_trip")
in_mysql("definition.h", "dates that no calendar knows become zero", ",ALLOW_INVALID_DATES", "", "test_mysql.py::test_round_trip")
in_mysql("snapshot.c", "each query sees what is there when it runs", '"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"',
         '"DO 1"', "test_mysql.py::test_snapshot", "test_mysql.py::test_several_connections_see_one_moment")
in_mysql("snapshot.c", "tables without transactions aren't locked", "relation->kind == MY_TABLE && !relation->is_transactional",
         "false", "test_mysql.py::test_snapshot")
in_mysql("snapshot.c", "others commit while the snapshots are opened", 'my_exec_text(barrier, "BACKUP STAGE BLOCK_COMMIT", err)',
         "true", "test_mysql.py::test_nobody_commits_while_snapshots_are_opened")
in_mysql("snapshot.c", "others commit before the last snapshot is opened", "             (blocked ? open_blocked(snapshot",
         "             (my_disconnect(barrier), barrier = NULL, blocked) && (blocked ? open_blocked(snapshot",
         "test_mysql.py::test_nobody_commits_while_snapshots_are_opened")
in_mysql("snapshot.c", "snapshots of different moments are taken for the same", "*same = strcmp(first.data, other.data) == 0;", "",
         "test_mysql.py::test_one_moment_without_a_lock[not allowed]")
in_mysql("snapshot.c", "who may not keep others from committing gets no backup", "(why != MY_ER_SPECIFIC_ACCESS_DENIED &&",
         "(true &&", "test_mysql.py::test_one_moment_without_a_lock[not allowed]")
in_mysql("snapshot.c", "whoever works for long stands in the way", "&& why != MY_ER_LOCK_WAIT_TIMEOUT)", ")",
         "test_mysql.py::test_one_moment_without_a_lock[blocked]")
in_mysql("snapshot.c", "too few connections are no backup", "strcmp(err->sqlstate, ENGINE_NO_CONNECTION) == 0", "false",
         "test_mysql.py::test_too_few_connections")
in_mysql("ranges.c", "the rows of one key between two pieces are lost", '" < ", " <= "', '" < ", " < "',
         "test_mysql.py::test_large_tables_are_read_in_pieces")
in_mysql("ranges.c", "rows of one first column are in two pieces", '" > ", " > "', '" >= ", " > "',
         "test_mysql.py::test_large_tables_are_read_in_pieces")
in_mysql("ranges.c", "pieces are unevenly long", "ranges->rows - 1)", "ranges->rows / 9)",
         "test_mysql.py::test_large_tables_are_read_in_pieces")
in_mysql("ranges.c", "the last piece has an end", "table->n_ranges ? piece : piece + 1", "table->n_ranges ? piece + 1 : piece + 1",
         "test_mysql.py::test_more_rows_than_the_server_believes")
in_mysql("catalog_routines.c", "views come in the order of their names", "ok = visit(views, relation->view);", "",
         "test_mysql.py::test_views_that_need_one_another", "test_mysql.py::test_round_trip")
in_mysql("run_script.c", "a table's rows are several transactions", "(data && is_passed_over(run, token)) ||", "",
         "test_mysql.py::test_a_duplicate_key_far_behind")
in_mysql("warnings.c", "what the server alters is not told", "if (my_warning_count(session->connection) == 0) {", "if (true) {",
         "test_mysql.py::test_values_that_the_server_alters")
in_mysql("warnings.c", "rows that the server alters are a success", "if (bad && ", "if (false && ",
         "test_mysql.py::test_values_that_the_server_alters")
in_mysql("warnings.c", "rows that the server alters are no failure later on", "session->stats.errors += bad && !warnings->failed;", "",
         "test_mysql.py::test_values_that_the_server_alters")
in_mysql("warnings.c", "digits that are lost are nothing", '"1246", DATA_TRUNCATED, NULL', '"1246", NULL',
         "test_mysql.py::test_digits_that_the_server_drops")
in_mysql("warnings.c", "a column more in the target is a failure", "*is = strcmp(number, NO_DEFAULT) != 0;", "*is = true;",
         "test_mysql.py::test_a_column_more_in_the_target")
in_mysql("warnings.c", "an ENUM's value of error is a failure", "*is = !warnings->has_enums;", "",
         "test_mysql.py::test_round_trip")
in_mysql("warnings.c", "a script's rows are held to be an archive's", "is_rows && warnings->entry != NULL &&", "is_rows &&",
         "test_mysql.py::test_values_that_the_server_alters")
in_mysql("run_script.c", "a statement of any length is sent", "if (limit == 0 || token->len < limit) {", "if (true) {",
         "test_mysql.py::test_a_row_that_is_too_large")
in_mysql("connection.c", "a cancel doesn't reach the server", "            kill_statement(connection);\n", "",
         "test_mysql.py::test_cancel", "test_mysql.py::test_cancel_of_several_connections[backup]",
         "test_mysql.py::test_cancel_of_several_connections[restore]")
in_mysql("restore_target.c", "another database's events are dropped along", "return !my_is_mariadb(session->connection) || check_may_be_dropped(session, err);",
         "return true;", "test_mysql_restore_cluster.py::test_names_that_differ_in_case")
in_mysql("restore.c", "deadlocks end a restore", "if (why->code != ERR_SERVER || !my_may_try_again(session)) {", "if (true) {",
         "test_mysql.py::test_deadlocks_are_done_again[options0-1-INSERT]")
in_mysql("run_script.c", "a deadlock is an error that is gone over", "            my_may_try_again(session)) {", "            false) {",
         "test_mysql.py::test_deadlocks_are_done_again[options1-1-INSERT]")
in_mysql("load.c", "a deadlock of a prepared INSERT is taken for its own fault", "number == MY_ER_DEADLOCK || ", "",
         "test_mysql.py::test_deadlocks_are_done_again[options2-20000-PREPARED INSERT]")
broken("sched/jobs.c", "mysql: the other sessions go on after an error", "cancel_request(run->cancel, 0);", ";",
       "test_mysql.py::test_one_bad_row_stops_all")
broken("sql/mysql_load.c", "mysql load: tabs in values end fields", "    case '\\t':\n    case '\\n':", "    case '\\n':",
       "mysql_load::test_texts", "test_mysql_load.py::test_every_type")
broken("sql/mysql_load.c", "mysql load: text of another character set goes in as bytes",
       ": stores_utf8(column);", ": true;",
       "mysql_load::test_texts", "test_mysql_load.py::test_text_for_a_column_of_another_character_set")
broken("sql/mysql_load.c", "mysql load: any name of a character set will do", 'skip(scan, column->charset) &&', "(scan->p += 6) &&",
       "mysql_load::test_texts")
broken("sql/mysql_load.c", "mysql load: what stands behind the rows is dropped", "return scan.p == scan.end;", "return true;",
       "mysql_load::test_rows")
broken("sql/mysql_load.c", "mysql load: any text is a number", "return is_number(start, scan->p - 1);", "return true;",
       "mysql_load::test_numbers")
in_mysql("load.c", "addresses are loaded as bytes", "*as_text = is_json || my_is_one_of(type, addresses);", "*as_text = is_json;",
         "test_mysql_load.py::test_every_type")
in_mysql("load.c", "rows that a LOAD skips or alters are lost", "my_affected_rows(connection) == rows && my_warning_count(connection) == 0",
         "true", "test_mysql_load.py::test_a_duplicate_key[load]", "test_mysql_load.py::test_values_that_the_server_alters[load]",
         "test_mysql_load.py::test_values_that_the_server_alters[bulk]")
broken("sql/mysql_load.c", "mysql load: NULL is an empty text in cells", "out->is_null = true;", ";",
       "mysql_load::test_rows", "test_mysql_load.py::test_every_type[bulk-1]")
broken("sql/mysql_load.c", "mysql load: a NULL in a cell makes all that follow NULL", "    out->is_null = false;\n", "",
       "mysql_load::test_rows", "test_mysql_load.py::test_every_type[bulk-1]")
in_mysql("bulk.c", "a bulk is larger than the server takes", "size += cells->items.items[i].len <= 250 ? 2 : 10;", ";",
         "test_mysql_load.py::test_more_cells_than_a_packet_holds")
in_mysql("load.c", "a server that refuses a bulk gets no LOAD", "    load->by_bulk = false;\n", "    load->by_bulk = load->is_good = false;\n",
         "test_mysql_load.py::test_every_type[load-1]")
in_mysql("load.c", "no bulk is ever tried", "load->is_good && my_has_bulk(session->connection)", "false",
         "test_mysql_load.py::test_every_type[bulk-1]")
in_mysql("bulk.c", "a bulk's columns are mixed up", "column * n_rows + row;", "row * bulk->n_columns + column;",
         "test_mysql_load.py::test_every_type[bulk-1]")
in_mysql("load.c", "values that a LOAD alters pass", " && my_warning_count(connection) == 0", "",
         "test_mysql_load.py::test_values_that_the_server_alters")
in_mysql("load.c", "what a LOAD has done isn't undone", '"ROLLBACK TO SAVEPOINT dbbackup"', '"DO 1"',
         "test_mysql_load.py::test_values_that_the_server_alters[load]",
         "test_mysql_load.py::test_values_that_the_server_alters[bulk]")
in_mysql("load.c", "tables that can't be rolled back are loaded", "AND ENGINE = 'InnoDB' AND ", "AND ",
         "test_mysql_load.py::test_tables_that_are_not_loaded")
in_mysql("load.c", "tables with triggers are loaded", ") AND NOT EXISTS (SELECT", ") OR EXISTS (SELECT",
         "test_mysql_load.py::test_tables_that_are_not_loaded")
RESUME = "test_mysql_resume.py::"
in_mysql("restore.c", "what is done is done again", "    if (my_journal_has(session, entry, MY_WHOLE)) {", "    if (false) {",
         RESUME + "test_failed_and_resumed")
in_mysql("run_script.c", "a chunk that is done goes in twice", "my_journal_has(run->session, run->whose.entry, run->n_begun - 1));", "false);",
         RESUME + "test_chunks_that_are_done")
in_mysql("journal.c", "nobody waits for what the server still does", "    while (!got) {\n", "    while (false) {\n",
         RESUME + "test_resume_waits_for_what_the_server_still_does")
in_mysql("journal.c", "a table of the journal's name is the journal", "strncmp(row[0], comment_begin, sizeof comment_begin - 1) == 0;", "true;",
         RESUME + "test_a_table_of_that_name")
in_mysql("journal.c", "another file's restore is resumed", "strncmp(comment, archive_id, len) == 0 &&", "",
         RESUME + "test_nothing_to_resume")
in_mysql("journal.c", "who may keep no journal may not restore", "number == MY_ER_TABLEACCESS_DENIED);", "false);",
         RESUME + "test_no_right_to_a_journal[insert]", RESUME + "test_no_right_to_a_journal[insert, create]",
         RESUME + "test_no_right_to_a_journal[insert, create, drop]")
in_mysql("journal_again.c", "keys that were there before are the restore's", "    if (now == before) {\n        return true;\n", "    if (now == before) {\n        session->may_be_made = true;\n        return true;\n",
         RESUME + "test_keys_that_were_there_before")
in_mysql("journal_again.c", "keys that came of it are an error", "        session->may_be_made = is_key(entry);\n        if (", "        if (",
         RESUME + "test_resume_waits_for_what_the_server_still_does")
in_mysql("journal_again.c", "what was there before is dropped", "session->mixed && (is_key", "false && (is_key",
         RESUME + "test_failed_and_resumed")
in_mysql("journal_again.c", "a table that somebody filled is dropped", "*may = mysql_num_rows(result) == 0;", "",
         RESUME + "test_a_table_that_somebody_made_meanwhile")
in_mysql("journal_again.c", "rows come twice where nothing is rolled back", "    if (strcmp(entry->kind, \"TABLE DATA\") == 0) {\n        (void)error_set(", "    if (false) {\n        (void)error_set(",
         RESUME + "test_rows_that_can_not_be_told_apart")
in_mysql("journal_again.c", "a table without transactions keeps its half", "(are || forget_table(session, toc, table, err))", "true",
         RESUME + "test_half_a_table_without_transactions", RESUME + "test_server_killed_and_resumed")
in_mysql("journal_again.c", "rows that went with the server are taken for done", "    *are = n > 0;\n", "",
         RESUME + "test_server_killed_and_resumed")
in_mysql("journal_again.c", "triggers of a table that is made again are lost", "if (needs(entry, table->id) &&", "if (false &&",
         RESUME + "test_server_killed_and_resumed")
in_mysql("backup.c", "a backup of an unfinished restore says nothing", "my_catalog_find(catalog, MY_JOURNAL) != NULL", "false",
         RESUME + "test_backup_of_an_unfinished_restore")
in_mysql("local_load.c", "a cancel doesn't end a LOAD", "(void)!my_wait_for(state, POLLIN, &ignored);", "(void)ignored;",
         "test_mysql_load.py::test_cancel[load-while the answer is awaited]")
in_mysql("local_load.c", "a cancel doesn't end a LOAD whose rows are sent", "!my_wait_for(connection, POLLOUT, &ignored)", "false",
         "test_mysql_load.py::test_cancel[load-while rows are sent]")
in_mysql("connect.c", "any server gets the files that it asks for", "    my_load_handlers(handle, connection);\n",
         "", "test_mysql_load.py::test_no_file_is_sent_to_a_server_that_asks")
in_mysql("rows.c", "history: rows of now get the end of all time", "table->columns.len - (table->with_history && !history)",
         "table->columns.len", "test_mysql_history.py::test_rows_of_now_have_no_end")
in_mysql("rows.c", "history: the rows that are no more are left out",
         "(!table->with_history || write_rows(catalog, &rows, piece, true, err)) &&", "true &&",
         "test_mysql_history.py::test_round_trip[bulk-1]")
in_mysql("rows.c", "history: chunks don't ask the server to take it", '"SET SESSION system_versioning_insert_history = 1;\\n"', '""',
         "test_mysql_history.py::test_round_trip[bulk-1]", "test_mysql_history.py::test_the_stock_client_loads_it")
in_mysql("history.c", "history: rows of now are in it, too", "row = mysql_fetch_row(result);\n    *has = row != NULL;",
         "row = mysql_fetch_row(result);\n    *has = true || row != NULL;", "test_mysql_history.py::test_without_it")
in_mysql("history.c", "history: what is left out isn't told", "    if (n > 0) {\n        event_text(", "    if (n > 999) {\n        event_text(",
         "test_mysql_history.py::test_without_it")
in_mysql("history.c", "history by transactions is taken for one by times", "if (ok && names.len > 0) {", "if (false) {",
         "test_mysql_history.py::test_history_by_transactions")
in_mysql("catalog.c", "history: columns with names aren't found", 'strcmp(expression, "ROW START") == 0', "false",
         "test_mysql_history.py::test_round_trip[bulk-1]", "test_mysql_history.py::test_history_by_transactions")
in_mysql("load.c", "history is never loaded", "row = row == NULL && is_time(name) ? time : row;", "",
         "test_mysql_history.py::test_round_trip[bulk-1]")
in_mysql("snapshot.c", "rows are those that the server's settings show",
         '"/*M!100304 SET SESSION system_versioning_asof = DEFAULT */"', '"DO 1"',
         "test_mysql_history.py::test_a_server_that_shows_another_time")
in_mysql("catalog_entries.c", "the index doesn't say which tables have history", "entry->with_history = table->with_history;", "",
         "test_mysql_history.py::test_info")
broken("archive/index_read.c", "history isn't read from the index", 'json_is_true(json_object_get(object, "history"))', "false",
       "script_archive::test_small_round_trip", "test_mysql_history.py::test_info")
broken("cli/commands.c", "history is for all servers", "if (options->history && is_typed(options, \"history\")) {",
       "if (false) {", "options::test_kinds_of_servers")
broken("sql/mysql_body.c", "mysql body: IF is always a statement", "is_one_of(word, openers) && begins_statement(body)",
       "is_one_of(word, openers)", "lexer_mysql::test_corpus")
broken("sql/mysql_body.c", "mysql body: END is always a word of its own", "body->depth -= ends_block(body) ? 1 : 0;",
       "body->depth -= body->depth > 0 ? 1 : 0;", "lexer_mysql::test_corpus")
broken("sql/mysql_body.c", "mysql body: a row's columns are those of other tables, too", "!is_part && is_row(text, len)",
       "is_row(text, len)", "lexer_mysql::test_row_columns")
broken("sql/lexer_mysql.c", "mysql lexer: bodies are cut at each ;", "lexer->in_statement && !lexer_is_within_body(lexer, len)",
       "lexer->in_statement", "lexer_mysql::test_corpus", "test_mysql.py::test_files_of_mydumper")
broken("sql/lexer.c", "mysql lexer: a script may end within a body", "(lexer->body_len > 0 && lexer_is_within_body(lexer, len))",
       "false", "lexer_mysql::test_corpus")
broken("sql/lexer.c", "mysql lexer: mydumper's routines are PostgreSQL's", '"=@@CHARACTER_SET_CLIENT"', '"=@@CHARACTER_SET_X"',
       "lexer_mysql::test_guess")
in_mysql("run_script.c", "mydumper's tables are loaded as others", "if ((first && !be_myloader(run, &token, err)) ||", "if (",
         "test_mysql.py::test_files_of_mydumper")
in_mysql("run_script.c", "a script decides what is logged", "if (run->whose.entry != NULL || statement != MYSQL_LOGS) {", "if (true) {",
         "test_mysql.py::test_what_a_script_says_of_the_binary_log")
broken("sql/mysql_statement.c", "mysql: SET GTID_PURGED is a setting like others", '|| accept(scan, "gtid_purged")', "",
       "mysql_statement::test_statements", "test_mysql.py::test_what_a_script_says_of_the_binary_log")
in_mysql("broken.c", "what is broken is taken for sound", "if (says_broken(my_errno(catalog->connection))) {", "if (false) {",
         "test_mysql.py::test_what_is_broken")
in_mysql("catalog_routines.c", "views of nobody's are broken", "!my_broken_view(catalog, view.relation->name, &view.why, err)) {",
         "(view.why = \"?\") == NULL) {", "test_mysql.py::test_what_is_broken")
in_mysql("broken.c", "columns of triggers aren't looked for", "*has = found != NULL;", "*has = true;",
         "test_mysql.py::test_what_is_broken")
in_mysql("broken.c", "generated columns lack", "*has = found != NULL;", "*has = false;", "test_mysql.py::test_what_is_broken")
in_mysql("broken.c", "a routine that can't be read is the end", "number != ER_PARSE && number", "number",
         "test_mysql.py::test_what_the_server_cannot_read")
in_mysql("catalog_routines.c", "a trigger that can't be read is made", "coalesce(DEFINER = '', 0)", "0",
         "test_mysql.py::test_what_the_server_cannot_read")
in_mysql("definition.c", "delimiters stand in comments", "return strstr(line, \"--\") != NULL || strchr(line, '#') != NULL ||",
         "return", "test_mysql.py::test_round_trip", "test_mysql.py::test_the_stock_client_loads_it")
in_mysql("place.c", "whoever wants TLS does without", '{"REQUIRED", MY_TLS_REQUIRED},', '{"REQUIRED", MY_TLS_PREFERRED},',
         "test_mysql.py::test_tls_that_the_server_lacks")
in_mysql("tls.c", "who wants TLS doesn't look whether there is any", "gate->no_tls = (handle->server_capabilities & CLIENT_SSL) == 0;", "gate->no_tls = false;",
         "test_mysql.py::test_tls_that_the_server_lacks")
in_mysql("settings.c", "a limit of the server's cuts tables and catalog short", '"SET SESSION sql_select_limit = 18446744073709551615",', "",
         "test_mysql_hard.py::test_settings_of_the_server[1]")
in_mysql("settings.c", "COMMIT ends the session where the server wants that", '"SET SESSION completion_type = 0",', "",
         "test_mysql_hard.py::test_settings_of_the_server[1]")
in_mysql("settings.c", "nothing of a script is committed where the server doesn't", '"SET SESSION autocommit = 1",', "",
         "test_mysql_hard.py::test_a_script_where_nothing_commits[False]")
in_mysql("settings.c", "my.cnf says in which character set a name is", '"SET NAMES utf8mb4",', "",
         "test_mysql_hard.py::test_a_character_set_of_my_cnf")
in_mysql("run_script.c", "a script may end within a transaction", "if (my_in_transaction(session->connection)) {", "if (false) {",
         "test_mysql_hard.py::test_a_script_that_ends_within_a_transaction")
in_mysql("catalog.h", "databases whose names differ in case are one", '" = %s AND binary " column " = %s"', '" = %s"',
         "test_mysql_hard.py::test_databases_that_differ_in_case")
broken("app/restore_choice.c", "mysql: who restores rows alone is told of PostgreSQL's remedies",
       "request->engine->checks_keys &&", "", "test_mysql_hard.py::test_keys_that_go_round_in_a_circle")
in_mysql("catalog_entries.c", "rows of a MERGE table go into its tables again", "if (table->is_elsewhere) {", "if (false) {",
         "test_mysql_hard.py::test_tables_that_show_others_rows")
in_mysql("run_script.c", "a script alters the database that it came from", "if (statement == MYSQL_ALTER_DATABASE) {", "if (false) {",
         "test_mysql_hard.py::test_a_script_alters_its_own_database")
broken("sql/script_check.c", "mysql: a file doesn't say whose it is by ALTER DATABASE",
       "(statement == MYSQL_ALTER_DATABASE && name.len > 0)", "false",
       "script_check::test_mysql")
in_mysql("restore_target.c", "the target's triggers change rows that come in", 'if (has_entry(toc, "TABLE DATA", row[0]) &&', "if (false &&",
         "test_mysql_hard.py::test_triggers_of_the_target")
in_mysql("restore_target.c", "triggers of tables that are dropped are in the way", "!(session->target.clean &&", "!(false &&",
         "test_mysql_hard.py::test_triggers_of_the_target")
broken("app/restore_plan.c", "events begin while rows come in", '{"EVENT", PHASE_WATCH},', "",
       "test_mysql_hard.py::test_events_begin_when_all_is_there")
in_mysql("run_script.c", "what the server alters in a definition isn't told", "return my_warnings_see(&run->whose, session, false, err);", "return true;",
         "test_mysql_hard.py::test_what_the_server_alters_in_a_definition")
in_mysql("restore.c", "a database that can't be made isn't named", "return ok || error_prefix(err,", "return ok || error_prefix(&(Error){0},",
         "test_mysql_hard.py::test_a_database_that_may_not_be_made")
in_mysql("snapshot.c", "locks that were lost don't matter", "ok = my_exec_text(snapshot->locks, \"DO 1\", err);", "ok = true;",
         "test_mysql_hard.py::test_locks_that_are_lost")
in_mysql("connection.c", "a server that is out of reach is waited for", "while (is_patient(connection)) {", "while (true) {",
         "test_mysql_hard.py::test_cancel_where_nobody_answers")
in_mysql("connect.c", "rows that don't come can't be cancelled", "mysql_options(handle, MARIADB_OPT_IO_WAIT, argument) == 0", "argument != NULL",
         "test_mysql_hard.py::test_cancel_where_nobody_answers[backup]")
broken("sql/mysql_statement.c", "mysql: an option of ALTER DATABASE is its name", "if (accept(scan, options[i])) {", "if (false) {",
       "mysql_statement::test_databases")
in_mysql("warnings.c", "errors that ANALYZE TABLE yields as rows are none", 'strcasecmp(row[2], "error") == 0', "false",
         "test_mysql.py::test_what_a_script_cannot_analyze")
in_mysql("table_text.c", "no table has a primary key", 'text->has_primary_key || begins(line, "PRIMARY KEY ")', "false",
         "mysql_table_text::test_primary_keys")
in_mysql("table_text.c", "any key is a primary one", 'text->has_primary_key || begins(line, "PRIMARY KEY ")', "true",
         "mysql_table_text::test_primary_keys")
broken("sql/mysql_statement.c", "mysql: ANALYZE TABLE yields nothing", '? MYSQL_ANALYZE : MYSQL_OTHER', "? MYSQL_OTHER : MYSQL_OTHER",
       "mysql_statement::test_statements", "test_mysql.py::test_what_a_script_cannot_analyze")
broken("archive/selection_choose.c", "what is known of rows stays without them", ' || is_kind(entry, "STATISTICS DATA")', "",
       "selection::test_data")

# Users, roles, privileges.
ROUND = "test_mysql_globals.py::test_round_trip"
broken("sql/mysql_grant.c", "grants: what stands in names counts", "p = is_quote(*p) ? skip_quoted(p) : p + 1;", "p++;",
       "mysql_grant::test_grants", "mysql_grant::test_mysql_users")
broken("sql/script_edges.c", "globals: whose they are isn't known", "return servers[i];", "return NULL;", ROUND,
       "test_globals.py::test_only_our_scripts")
in_postgres("globals_restore.c", "globals: those of other servers are run", "if (server == NULL || strcmp(server, GLOBALS_POSTGRES) == 0) {",
            "if (true) {", "test_globals.py::test_only_our_scripts")
broken("sql/lexer.c", "verify takes MySQL's globals for PostgreSQL's", 'GLOBALS_FIRST "\\n-- M"', 'GLOBALS_FIRST "\\n-- X"', ROUND)
in_mysql("account_text.c", "users: a password stays where there was none", ' || strcmp(plugin, "mysql_native_password") == 0', "",
         "mysql_grant::test_mariadb_users")
in_mysql("account_text.c", "users: names in certificates aren't quoted", "        mysql_quote_literal(text, name);",
         '        buffer_printf(text, "\'%s\'", name);', "mysql_grant::test_mysql_users", ROUND)
in_mysql("account_text.c", "users: MySQL lets an empty password expire", """buffer_puts(out, " AS ''");""", "",
         "mysql_grant::test_mysql_users")
in_mysql("account_text.c", "users: expired passwords are good again", '"password_last_changed", 1) == 0', '"password_last_changed", 1) == 7',
         "mysql_grant::test_mariadb_users", ROUND)
in_mysql("account_text.c", "users: what is new isn't told", 'buffer_printf(unknown, " %s", key);', "", "mysql_grant::test_mariadb_users")
in_mysql("accounts.c", "users: all may grant what they have", '& 1024) <> 0"', '& 0) = 0"', ROUND)
in_mysql("accounts.c", "users: the server's own are taken", """NOT (User = 'mariadb.sys' AND Host = 'localhost')""", "true",
         "test_mysql_globals.py::test_where_it_goes")
in_mysql("globals_read.c", "users: without passwords anybody is the new one", "(secret && i == 0)", "false",
         "test_mysql_globals.py::test_users_without_passwords_are_locked")
in_mysql("globals_read.c", "users: without passwords all are unlocked", '                           : secret                                 ? ""\n', "",
         "test_mysql_globals.py::test_users_without_passwords_are_locked")
in_mysql("globals_read.c", "users: admin options are lost", '" WITH ADMIN OPTION" : ""', '"" : ""', ROUND)
in_mysql("globals_read.c", "users: what others may by way of roles is the user's own",
         "strlen(account->name) != grant.grantee_len ||\n        strncmp(line + grant.grantee, account->name, grant.grantee_len) != 0) {",
         "false) {", ROUND)
in_mysql("globals_read.c", "users: grants on what is gone are in the script", "if (grant.level == MYSQL_GRANT_OBJECT && is_left_over(", "if (false && is_left_over(", ROUND)
in_mysql("globals_read.c", "users: grants come in no order", "qsort(lines.items, lines.len, sizeof *lines.items, compare_lines);", "", ROUND)
in_mysql("globals_other.c", "servers: passwords are never left out", "&& globals->scope->no_passwords) {", "&& false) {",
         "test_mysql_globals.py::test_parts_that_are_left_out")
in_mysql("globals_target.c", "globals: who is there isn't known", "if (order == 0 && candidate[len] == '\\0') {", "if (false) {", ROUND,
         "test_mysql_globals.py::test_existing_users_are_changed")
in_mysql("globals_target.c", "globals: we change ourselves at once", "return at > 0 && len > 0 &&", "return false &&",
         "test_mysql_globals.py::test_our_own_user")
in_mysql("globals_target.c", "globals: a database that isn't there is a failure", "*lacks = !there;", "*lacks = false;",
         "test_mysql_globals.py::test_grants_in_a_database_that_is_not_there")
in_mysql("globals_target.c", "globals: what is passed over isn't told", "i < target->missing.len; i++) {\n        event_text", "i < 0; i++) {\n        event_text",
         "test_mysql_globals.py::test_grants_in_a_database_that_is_not_there", ROUND)
in_mysql("globals_restore.c", "globals: what is so already is a failure", "if (my_target_holds(&restore->there, statement)) {\n        tell(", "if (false) {\n        tell(",
         ROUND, "test_mysql_globals.py::test_roles_whose_admins_we_are_not")
in_mysql("globals_restore.c", "globals: other scripts are run", "token->kind != SQL_STATEMENT || !is_known(token->text, &grant)", "!is_known(token->text, &grant) && false",
         "test_mysql_globals.py::test_only_our_scripts")
in_mysql("globals_restore.c", "globals: a MySQL's go into MariaDB", "if (strcmp(server, own) != 0) {", "if (false) {",
         "test_mysql_globals.py::test_only_our_scripts")
in_mysql("globals_restore.c", "globals: a failure shows all of a statement", "size_t len = head > 0 ? head : strlen(statement);", "size_t len = strlen(statement);",
         "test_mysql_globals.py::test_what_fails")
in_mysql("globals_restore.c", "globals: a long statement doesn't say whose", 'on != NULL ? on : statement);', "statement);",
         "test_mysql_globals.py::test_a_long_statement_is_named")
in_mysql("globals_restore.c", "globals: failures that are gone over are none", "restore->stats.errors++;", "",
         "test_mysql_globals.py::test_what_fails")
in_mysql("globals_restore.c", "globals: another server of the name passes for the same", "bool same = is_account || my_target_holds(&restore->there, statement);",
         "bool same = true;", "test_mysql_globals.py::test_servers_that_are_there")
in_mysql("globals_restore.c", "globals: our own new password isn't told", "if (begins_with(statement, MY_ALTER_USER)) {", "if (false) {",
         "test_mysql_globals.py::test_our_own_user")
in_mysql("restore.c", "databases lose their comments", "if (comment != NULL && my_is_mariadb(session->connection)) {", "if (false) {",
         "test_mysql_globals.py::test_databases_come_back_as_they_were")
in_mysql("globals.c", "databases whose names differ in case are one", "GROUP BY binary s.SCHEMA_NAME", "GROUP BY s.SCHEMA_NAME",
         "test_mysql_cluster.py::test_round_trip[1]")
in_mysql("globals_restore.c", "globals: our own password changes before the databases come",
         "grant->level == MYSQL_GRANT_OBJECT || my_target_is_self(&restore->there, statement, grant);",
         "grant->level == MYSQL_GRANT_OBJECT;", "test_mysql_cluster.py::test_our_own_password")
in_mysql("run_script.c", "a script from a pipe leads to another database", "    if (strcmp(own, name) == 0) {", "    if (true) {",
         "test_mysql.py::test_a_script_of_several_databases")
in_mysql("globals_other.c", "a restore makes functions out of libraries", "return my_globals_add(globals, MY_GLOBAL_REMARK, err);\n}\n\n/* They are",
         "return my_globals_add(globals, MY_GLOBAL_SERVER, err);\n}\n\n/* They are", "test_mysql_globals.py::test_functions_out_of_libraries")
