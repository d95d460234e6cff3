# SPDX-License-Identifier: Apache-2.0
"""Many objects, several sessions, and rows in binary."""
from . import broken, in_catalog, in_postgres

# --------------------------------------------------------------------------------------------------------- many objects

MANY = "test_many_tables.py::"

in_postgres("catalog_ahead.c", "a lock is waited for that somebody else waits for",
            "\"SET lock_timeout = '100ms'\"", "\"SET lock_timeout = 0\"",
            MANY + "test_who_waits_for_a_table_is_not_waited_for")
in_postgres("catalog_ahead.c", "a further connection doesn't know what is left out",
            "pg_exec(connection, ahead->catalog->settings_sql, err)", "true",
            MANY + "test_what_is_left_out_is_known_on_every_connection")
in_postgres("catalog_ahead.c", "what a helper failed at isn't asked for again",
            "query->state = ok ? QUERY_READ : QUERY_WAITS;", "query->state = QUERY_READ;",
            MANY + "test_who_waits_for_a_table_is_not_waited_for")
in_postgres("snapshot.c", "further connections have a snapshot of their own",
            "\"SET TRANSACTION SNAPSHOT '%s'\"", "\"SET dbbackup.snapshot = '%s'\"",
            MANY + "test_one_snapshot")

broken("archive/fast_deflate_isal.c", "the fast level is careless", "LEVEL = 3,", "LEVEL = 0,", "codec_gzip::test_levels")
broken("archive/fast_deflate_isal.c", "what can't be compressed has no room",
       "return size + 5 * (size / STORED_MAX + 1) + 64;", "return size;", "codec_gzip::test_noise")
broken("archive/deflate_small.c", "a small text is begun where the last one ended",
       " || deflateReset(stream) != Z_OK", "", "deflate_small::test_any_text")
broken("archive/deflate_small.c", "small texts are but stored",
       "LEVEL = 1,", "LEVEL = 0,", "deflate_small::test_it_compresses")
broken("archive/deflate_small.c", "what didn't fit counts as done",
       "deflate(stream, Z_FINISH) == Z_STREAM_END", "deflate(stream, Z_FINISH) >= Z_OK", "deflate_small::test_limits")

# ---------------------------------------------------------------------------------------------------- parallel restores

RESTORES = "test_parallel_restore.py::"
RESUMED = RESTORES + "test_killed_and_resumed"

broken("sched/claims.c", "one has for himself what others share", "return shared || thing->shared == 0;", "return true;",
       "claims::test_shared_by_several_or_had_by_one")
broken("sched/claims.c", "a holder waits for himself", "return thing->holder == holder;", "return false;",
       "claims::test_a_holder_does_not_hinder_himself")
broken("sched/claims.c", "what was shared stays so for ever", "thing->shared--;", "", "claims::test_shared_by_several_or_had_by_one")

broken("app/restore_plan_jobs.c", "nothing waits for what it needs", "if (!job_graph_need(graph, job, need, err)) {",
       "if (false) {", RESTORES + "test_rows_wait_for_nobody_and_everything_waits_for_rows")
broken("app/restore_plan_jobs.c", "what is done to a table afterwards doesn't count", "builder->busy[table] += own_work(builder, entry);", "",
       RESTORES + "test_what_has_most_to_be_done_begins_first")

in_postgres("batch.c", "what a batch has done isn't written down", "if (batch->put_done == NULL || batch->ids.len == 0) {",
            "if (true) {", RESUMED)
in_postgres("batch.c", "entries of a failed batch count as done", "    if (ok) {\n        *done += batch->entries;",
            "    if (true) {\n        *done += batch->entries;",
            RESTORES + "test_a_failed_batch_leaves_nothing_and_says_so")
in_postgres("journal.c", "nobody waits for what the server still does", "    if (alone) {", "    if (true) {",
            RESTORES + "test_resume_waits_for_what_the_server_still_does")
in_postgres("journal.c", "another file's restore is gone on with",
            "strncmp(comment, archive_id, len) == 0 && comment[len] == ' '", "true",
            RESTORES + "test_nothing_to_resume")
in_catalog("selection", "half a database is backed up without a word", "nspname = 'dbbackup_restore'", "nspname = 'restore'",
           RESTORES + "test_backup_of_an_unfinished_restore")
in_catalog("schema", "a copy of half a database passes for whole", "where n.nspname !~ '^pg_'",
           "where n.nspname !~ '^(pg_|dbbackup_restore)'", RESTORES + "test_backup_of_an_unfinished_restore")
in_postgres("journal.c", "a copy of half a database is restored without a word", "if (toc != NULL && holds_journal(toc)) {",
            "if (false) {", RESTORES + "test_backup_of_an_unfinished_restore")
in_postgres("journal.c", "the journal must still be there when --clean has dropped it", '"DROP SCHEMA IF EXISTS "',
            '"DROP SCHEMA "', RESTORES + "test_backup_of_an_unfinished_restore")
in_postgres("journal.c", "the journal stays", '" DROP SCHEMA " JOURNAL_SCHEMA " CASCADE",', '"",', RESUMED)
in_postgres("journal.c", "it isn't known that the restore made the database", "session->created = words[0] == '1';", "",
            RESTORES + "test_resumed_database_gets_its_limits")
in_postgres("run_copy.c", "rows that are in aren't written down",
            "journal_put_done(&run->scratch, &run->entry->id, 1, run->chunk);", 'buffer_puts(&run->scratch, "SELECT 1");',
            RESUMED)
in_postgres("run_copy.c", "rows on top of others", 'buffer_printf(&run->scratch, "TRUNCATE ONLY %s; ", run->entry->table);',
            "", "test_errors.py::test_each_table_in_one_transaction")
in_postgres("run_copy.c", "rows lie where there is room", "run->fresh = true;", "",
            "test_errors.py::test_rows_keep_their_order")
in_postgres("journal.c", "what is added to a database wants an unfinished restore gone",
            "session->left_over && session->target.allow_not_empty && !session->target.clean", "false",
            "test_selection.py::test_foreign_keys_in_a_circle")
in_postgres("session_settings.c", "other sessions keep their database's own settings",
            "setting IS DISTINCT FROM wanted AND", "false AND",
            "test_parallel_restore.py::test_settings_of_the_database_are_not_those_of_the_restore")
in_postgres("script_start.c", "what NULL in an array means is the target's affair",
            '"SET array_nulls = on;\\n"', "",
            "test_parallel_restore.py::test_settings_of_the_database_are_not_those_of_the_restore")
broken("app/backup_entries.c", "one session writes the largest tables first",
       "if (n_workers > 1) {", "if (true) {", "test_parallel_backup.py::test_one_session_keeps_the_order_of_names")

# ---------------------------------------------------------------------------------------------------------- binary COPY

BINARY = "test_binary_copy.py::"

in_postgres("copy_in.c", "a row that can't be converted is lost",
            "return put_text(copy, copy->carry.data, copy->carry.len, err);", "return true;",
            BINARY + "test_rest_goes_as_text[text]")
in_postgres("copy_in.c", "a row that came in two parts loses its beginning",
            "buffer_append(&copy->carry, data + *used, len - *used);", "", BINARY + "test_long_rows")
in_postgres("copy_in.c", "rows of the binary COPY aren't counted when another follows", "copy->rows += rows;",
            "copy->rows = rows;", BINARY + "test_rest_goes_as_text[date]")
in_postgres("copy_in.c", "rows behind a binary COPY are told as if it had not been",
            "copy->rows_above += copy->rows_converted;", "", BINARY + "test_bad_row[40017]")
in_postgres("copy_in.c", "long rows are never converted", "window *= 2;", "*stuck = true;", BINARY + "test_long_rows")
in_postgres("copy_in.c", "what text follows is not frozen", "put_statement(&copy->as_text, statement, false);",
            "buffer_puts(&copy->as_text, statement->copy);", BINARY + "test_rest_goes_as_text[date]")
in_postgres("copy_columns.c", "rows of any encoding are cut at tabs", "!is_plain_encoding(", "false && !is_plain_encoding(",
            BINARY + "test_not_in_encodings_of_other_kinds")
in_postgres("copy_columns.c", "tables without a dear column go in binary", "        default:\n            break;",
            "        default:\n            return true;", BINARY + "test_where_text_is_for_the_server")
in_catalog("copy_columns", "a function that only has a system one's name is trusted",
           "and p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace", "", BINARY + "test_where_text_is_for_the_server")
in_catalog("copy_columns", "generated columns count", "and a.attgenerated = ''", "", BINARY + "test_columns_in_use")
in_postgres("run_script.c", "types are asked for where there are few rows", "leader->rows_size < WORTH_KNOWING", "false",
            BINARY + "test_not_for_few_rows")
in_postgres("restore_worker.c", "only the first session knows types", "!run_know_columns(leader, err)", "false",
            BINARY + "test_chunks_by_several_sessions")
in_postgres("run_copy.c", "tables of others are sent binary rows", "if (ours && session->columns != NULL) {",
            "if (session->columns != NULL) {", BINARY + "test_not_into_tables_of_others")
in_postgres("copy_in.c", "lines may end in another way than those before", "copy->behind_lf = copy->rows_converted > 0;", "",
            BINARY + "test_script_whose_lines_end_in_two_ways[2]")
in_postgres("script_crew.c", "a piece's transaction isn't committed", '!binary || pg_exec(connection, "COMMIT", err)', "true",
            BINARY + "test_script")
in_postgres("parallel_script.c", "a script sends binary rows to tables of others",
            "!script->leader->target.allow_not_empty", "true", BINARY + "test_script_for_a_table_of_others")
in_postgres("parallel_script.c", "a script's columns are taken for the table's",
            "strcmp(token->text, PQgetvalue(rows, 0, 2)) == 0", "true", BINARY + "test_script")
in_postgres("copy_out.c", "a worker keeps the locks of all its tables", '"ROLLBACK TO SAVEPOINT dbbackup;"', '""',
            "test_many_tables.py::test_a_server_with_little_room_for_locks")
