# SPDX-License-Identifier: Apache-2.0
"""Backups and restores of a whole server."""
from . import broken, in_postgres

broken("sched/tokens.c", "a large wish is put off for ever", "(tokens->first != &waiter || tokens->left < k)",
       "tokens->left < k", "tokens::test_first_come_first_served")
broken("sched/tokens.c", "more tokens are out than there are", "(tokens->first != &waiter || tokens->left < k)",
       "tokens->first != &waiter", "tokens::test_never_more_than_there_are")
broken("sched/tokens.c", "who waits for tokens hears no cancel", "while ((ok = cancel_check(cancel, err)) &&",
       "while ((ok = cancel_check(NULL, err)) &&", "tokens::test_a_cancel_wakes_who_waits")
broken("sched/tokens.c", "who left stands in the way", "*place = waiter->next;", "if (tokens->left == 0) *place = waiter->next;",
       "tokens::test_a_cancel_wakes_who_waits")
broken("sched/tokens.c", "a small database gets no token", "if (share < 1) {", "if (share < 0) {", "tokens::test_shares")
broken("sched/cancel.c", "a part of the work doesn't hear that all is to stop", "cancel->parent = parent;", "",
       "tokens::test_a_child_hears_its_parent_only")

broken("app/cluster_events.c", "the phases of databases start the count anew", "    case EVENT_PHASE:\n        break;",
       "    case EVENT_PHASE:\n        tell_text(part, event);\n        break;", "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "what was done before a database began again is forgotten",
       "part->total_bytes = part->bytes + event->bytes;", "part->total_bytes = event->bytes;",
       "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "the guess stays when a database has ended", "part->total_bytes = part->bytes;", "",
       "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "what to do next isn't said of a failed database", "bool hint = err->hint[0] != '\\0';",
       "bool hint = false;", "cluster_events::test_texts_name_their_database")

# --------------------------------------------------------------------------------------------------------------- backups

BACKUP = "test_backup_cluster.py::"

broken("app/backup_cluster.c", "a lost server is each database's own affair",
       "return (err->code == ERR_LOST || err->code == ERR_CONNECT) &&", "return false &&", BACKUP + "test_the_server_is_lost[1]")
broken("app/server_lost.c", "a lost connection passes for a lost server", "        return false;", "        return true;", BACKUP + "test_one_connection_is_lost[1]",
       BACKUP + "test_a_database_is_dropped_meanwhile")
broken("app/backup_cluster.c", "a full disk is one database's affair", "err->code == ERR_IO || ", "", BACKUP + "test_no_room")
broken("app/backup_cluster.c", "an archive without a single database passes for a backup", "if (n == 0 || n < result->list.items.len) {",
       "if (true) {", BACKUP + "test_every_database_fails")
broken("app/backup_cluster.c", "nobody hears of a failure at the end", "return ok && tell_failures(result, err);", "return ok;",
       BACKUP + "test_one_database_fails[1]")
broken("app/backup_cluster.c", "nobody hears of a failure at once",
       'cluster_events_failed(run->events, number, "is not in the backup", why);', "", BACKUP + "test_one_database_fails[1]")
broken("app/backup_cluster.c", "the archive doesn't say what it lacks",
       "return run->writer == NULL || cluster_writer_add_failure(run->writer, name, part->failure, err);", "return true;",
       BACKUP + "test_one_database_fails[1]")
broken("app/backup_cluster.c", "a copied file stays until the end", "    (void)unlink(made->path);\n", "", BACKUP + "test_as_many_at_once_as_there_are_jobs[2]")
broken("app/backup_cluster.c", "nobody waits for connections", "request.jobs = tokens;", "request.jobs = 1;",
       BACKUP + "test_a_large_database_gets_several_connections")
broken("app/backup_cluster.c", "the older archive's manifest stays", "(is_file && !backup_remove_manifest(path, err))", "false",
       BACKUP + "test_an_older_manifest_never_describes_a_new_archive")
broken("app/backup_cluster.c", "data alone comes with roles", "if (request->each.scope.selection->data_only) {", "if (false) {",
       BACKUP + "test_parts_that_are_left_out")
broken("app/backup_cluster.c", "with nothing left all is taken for done", "if (any && list->items.len == 0) {", "if (false) {",
       BACKUP + "test_chosen_databases")
broken("app/backup_cluster.c", "the manifest has no warnings", ".n_warnings = run->log.texts.len,", ".n_warnings = 0,",
       BACKUP + "test_all_of_a_server[1]", BACKUP + "test_one_database_fails[1]")
broken("app/backup_cluster.c", "one connection works in the order of sizes", "for (uint32_t i = 0; n_workers > 1 &&", "for (uint32_t i = 0;",
       BACKUP + "test_all_of_a_server[1]")
broken("base/run_folder.c", "the folder stays", "gone = remove_all(folder->path);", "", BACKUP + "test_all_of_a_server[1]",
       BACKUP + "test_interrupted[TERM]", BACKUP + "test_standard_output")
broken("base/run_folder.c", "a killed run's folder stays", "remove_left(parent, prefix, events);", "(void)events;",
       BACKUP + "test_killed")
broken("base/run_folder.c", "a living run's folder is taken away", "flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(", "fstat(",
       BACKUP + "test_killed")
broken("base/run_folder.c", "nobody sees that a run lives", "flock(fd, LOCK_EX | LOCK_NB) != 0 || rename(", "rename(",
       BACKUP + "test_as_many_at_once_as_there_are_jobs[2]")
broken("app/cluster_spool.c", "standard output spools into the present folder", 'if (strcmp(archive, "-") == 0) {', "if (false) {",
       BACKUP + "test_a_folder_for_standard_output")
broken("app/cluster_options.c", "what was left out isn't said", "put_selection(&json, request->each.scope.selection, err)", "true",
       BACKUP + "test_parts_that_are_left_out")
broken("app/backup.c", "a database's properties are forgotten", "result->properties = strdup(toc->info.database_properties);", "",
       BACKUP + "test_properties_are_kept")
broken("cli/password.c", "each connection asks for the password", "known.is_known = password->len <= PASSWORD_ROOM;", "known.is_known = false;",
       BACKUP + "test_the_password_is_asked_for_once")
broken("cli/cmd_backup_cluster.c", "an archive goes to the terminal", "isatty(STDOUT_FILENO) == 1 &&", "false &&",
       BACKUP + "test_the_password_is_asked_for_once")
in_postgres("connect.c", "the URI's database is what every connection goes to", "is_other ? database : NULL,", "NULL,",
            BACKUP + "test_uri")
broken("cli/cmd_backup_cluster.c", "a name that looks like a URI leads to another database", ": any_uri(request.each.engine);", ": NULL;",
       BACKUP + "test_a_name_that_looks_like_a_uri")
broken("archive/cluster_writer.c", "who comes after a failure isn't told why", "        *err = writer->failure;\n", "        err->code = ERR_INTERNAL;\n",
       "cluster::test_broken_off")
