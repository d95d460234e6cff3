# SPDX-License-Identifier: Apache-2.0
"""The servers' own programs: running, choosing, checking them."""
from . import broken

# ------------------------------------------------------------------------------------------------------------ processes

broken("io/process.c", "a status other than 0 is taken for success",
       "WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0;", "WIFEXITED(process->status);",
       "process::test_bad_ends")
broken("io/process.c", "an end that nobody saw is a good one", "return !process->unknown && WIFEXITED", "return WIFEXITED",
       "process::test_unknown_end")
broken("cli/main.c", "children are ignored where our parent ignores us", "    (void)signal(SIGCHLD, SIG_DFL);\n", "",
       "test_tools.py::test_bad_pg_restore")
broken("io/process.c", "a cancel doesn't end the program",
       "(void)kill(-process->pid, SIGTERM);", "(void)process;",
       "process::test_cancel")
broken("io/process.c", "a program that ignores SIGTERM is waited for",
       "(void)kill(-process->pid, SIGKILL);", "return;",
       "process::test_cancel")
broken("io/process_start.c", "it outlives us",
       "prctl(PR_SET_PDEATHSIG, spec->death_signal != 0 ? spec->death_signal : SIGKILL) == 0 &&", "",
       "test_tools.py::test_child_dies_with_us", "test_throwaway.py::test_it_is_lost")
broken("io/process_start.c", "files that are open are open in it, too",
       "(void)close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);", "",
       "process::test_our_files_are_not_open")
broken("io/process.c", "what it leaves behind is waited for",
       "return process->ended && (ready == 0 ||", "return process->ended && (",
       "process::test_grandchild")
broken("io/process.c", "a full disk of its own is no error of ours",
       'strstr(words, "No space left on device") != NULL', "false",
       "process::test_bad_ends")
broken("io/process.c", "others may read the secret",
       "fchmod(*fd, 0600)", "fchmod(*fd, 0644)",
       "process::test_secret")

# ------------------------------------------------------------------------------------------------------------- programs

broken("engine/tools/programs.c", "an older pg_dump is taken",
       "if (dumps &&", "if (false &&",
       "test_tools.py::test_missing_and_unfit")
broken("engine/tools/programs.c", "a program that can't say its version is taken",
       "if (program->version == 0) {", "if (false) {",
       "test_tools.py::test_missing_and_unfit")
broken("engine/tools/programs.c", "pg_restore may be older than the file",
       "if (program->version > 0 && program->version < least) {", "if (false) {",
       "test_tools.py::test_missing_and_unfit")
broken("engine/postgres/connect.c", "a password stands in the arguments",
       "option->dispchar[0] == '*' ||", "",
       "test_tools.py::test_password_is_in_no_argument")
broken("engine/mysql/describe.c", "quotes in a password end it",
       "if (*p == '\"' || *p == '\\\\') {", "if (false) {",
       "test_tools.py::test_mariadb_password_is_nowhere")
broken("engine/tools/pg_dump.c", "--no-owner says nothing and is passed over",
       '{(leave_out & TEXT_BIT(TEXT_OWNER)) != 0, "--no-owner"},', '{false, "--no-owner"},',
       "test_tools.py::test_selection_by_tools")
broken("engine/tools/pg_restore.c", "pg_restore goes on after errors",
       'arguments_flag(&arguments, !restore->continue_on_error, "--exit-on-error");', "",
       "test_tools.py::test_pg_restore_stops_at_the_first_error")

broken("engine/tools/programs.c", "any number is a version", "if (number > 999) {", "if (false) {", "test_tools.py::test_missing_and_unfit")
broken("engine/tools/programs.c", "of several that don't fit, one is named", "for (size_t i = 1; i < list->len; i++) {",
       "for (size_t i = 1; false && i < list->len; i++) {", "test_tools.py::test_missing_and_unfit")
broken("engine/tools/programs.c", "MySQL's programs are taken for MariaDB", "|| program->is_mariadb == mariadb) {", "|| true) {",
       "test_tools.py::test_the_other_family")
broken("engine/tools/programs.c", "a program that says nothing is enough to make a database for it",
       "there = there || list.items[i].version > 0;", "there = true;", "test_tools.py::test_no_psql")
broken("engine/tools/programs.c", "a cancel at the question for a version passes for an answer",
       "return why.code != ERR_CANCELLED || cancel_check(context->cancel, err);", "return true;",
       "test_tools.py::test_cancel_ends_the_question_for_a_version")
broken("engine/tools/mysql_tools.c", "patterns are handed on as names", "if (!is_plain(rule->pattern)) {", "if (false) {",
       "test_tools.py::test_mariadb_out_and_back")
broken("engine/tools/mysql_tools.c", "--data-only brings definitions", 'arguments_add(arguments, "--no-create-info");', "",
       "test_tools.py::test_mariadb_out_and_back")
broken("engine/tools/mysql_tools.c", "--schema-only brings rows", 'arguments_add(arguments, "--no-data");', "",
       "test_tools.py::test_mariadb_out_and_back")
broken("engine/tools/mysql_tools.c", "--clean drops no database", 'arguments_add(arguments, "--add-drop-database");', "",
       "test_tools.py::test_mariadb_out_and_back")
broken("engine/tools/pg_arguments.c", "--section says nothing and is passed over",
       "if ((selection->sections & (1U << section)) != 0) {", "if (false) {", "test_tools.py::test_selection_by_tools")
broken("engine/tools/pg_restore.c", "pg_restore isn't told of --single-transaction",
       'arguments_flag(&arguments, restore->single_transaction, "--single-transaction");\n    arguments_flag(&arguments, restore->disable',
       'arguments_flag(&arguments, restore->disable', "test_tools.py::test_single_transaction_by_tools")

# ---------------------------------------------------------------------------------------------------- backup and restore

broken("app/backup_tools.c", "a script that was cut is taken for whole",
       "if (script_edges_is_whole(&tap->edges)) {", "if (true) {",
       "test_tools.py::test_bad_pg_dump", "test_tools.py::test_bad_mariadb_dump")
broken("app/tool_archive.c", "a table's file may be empty",
       "good = status.st_size > 0;", "", "test_tools.py::test_data_that_ends_early")
broken("engine/postgres/connect.c", "the environment leads a program elsewhere",
       "(option->envvar == NULL || getenv(option->envvar) == NULL)", "true", "test_tools.py::test_the_environment_leads_nowhere_else")
broken("app/tool_archive.c", "a folder's pipe is waited for", "if (!S_ISREG(status.st_mode) && ", "if (false && ",
       "test_tools.py::test_data_that_ends_early")
broken("app/tool_archive.c", "a table's rows may end early",
       "} else if (rows && ", "} else if (false && ", "test_tools.py::test_data_that_ends_early")
broken("app/backup_tools.c", "a cut archive is taken for whole",
       "tool_archive_check(&archive, run->context, err)) {", "true) {",
       "test_tools.py::test_bad_pg_dump", "test_tools.py::test_old_backup_stays")
broken("app/restore_tools.c", "the server is touched before the file is checked",
       "begin_session(run, err) &&\n           check_archive(run, err);", "begin_session(run, err);",
       "test_tools.py::test_cut_archive_changes_nothing")
broken("app/restore_tools.c", "a database that isn't empty is restored into",
       ".allow_not_empty = request->confirm ||", ".allow_not_empty = true ||",
       "test_tools.py::test_archive_into_what_is_not_empty")
broken("engine/postgres/create_database.c", "a database's settings and privileges are lost with pg_dump's formats",
       "if (text != NULL && (leave_out & TEXT_BIT(kind)) == 0) {", "if (false) {",
       "test_tools.py::test_out_and_back")
broken("app/restore_tools.c", "the properties in the manifest aren't looked at",
       "if (!manifest_properties(request->path, &run->properties, err)) {", "if (false) {",
       "test_tools.py::test_out_and_back")

broken("app/verify.c", "a file by tools isn't held against its manifest",
       "if (!verify_by_manifest(path, fd, manifest.rows, &manifest, err)) {", "if (false) {",
       "test_tools.py::test_verify_and_list")
broken("app/verify.c", "pg_dump's formats aren't read through",
       "tool_archive_check(&archive, context, err);", "true;",
       "test_tools.py::test_verify_and_list")

# ------------------------------------------------------------------------------------------------------------- fall-back

broken("app/backup.c", "nobody takes over",
       "(may_fall_back(request, &made, err) && backup_fall_back(", "(false && backup_fall_back(",
       "test_tools.py::test_fall_back")
broken("app/backup.c", "--no-fallback-tools is passed over",
       "return request->fallback && request->choice", "return request->choice",
       "test_tools.py::test_no_fall_back")
broken("engine/manager.c", "pg_dump is tried where rights are missing",
       'strcmp(sqlstate, others[i]) == 0', "false",
       "test_tools.py::test_what_is_no_reason_to_fall_back")
broken("app/backup_tools.c", "the first of two failures isn't told",
       "\\nBefore that, the native engine failed: %.1900s", "%.0s",
       "test_tools.py::test_no_fall_back")

# -------------------------------------------------------------------------------------------------------------- clusters

broken("engine/manager.c", "members of a cluster are never pg_dump's",
       "if (format == FORMAT_AUTO && is_member && choice", "if (false && choice", "test_tools.py::test_cluster")
broken("app/backup_cluster.c", "without pg_dump there is no backup of a cluster", "if (!run->plan.if_they_fit || !can_be_native) {",
       "if (true) {", "test_tools.py::test_cluster_where_nothing_is_installed")
broken("app/backup_cluster.c", "a program takes connections that it doesn't make", "return run->plan.by_tools\n", "return false\n",
       "test_tools.py::test_a_program_takes_one_connection")
broken("app/restore_cluster_crew.c", "a program takes connections that it doesn't make, in a restore", "        plan.by_tools) {",
       "        false) {", "test_tools.py::test_a_program_takes_one_connection")
broken("engine/tools/programs.c", "programs are looked for again and again", "if (!programs->looked[id]) {",
       "vec_free(&programs->found[id]);\n    {",
       "test_tools.py::test_a_program_takes_one_connection")
broken("app/restore_tools.c", "rows that a program restored are 0", "result->stats.rows = result->objects = COUNT_UNKNOWN;", "",
       "test_tools.py::test_cluster[options0-.dump]")
broken("app/backup_tools.c", "a program's rows are 0", ".rows = COUNT_UNKNOWN};", ".rows = 0};", "test_tools.py::test_cluster[options0-.dump]")
broken("app/tool_archive.c", "an archive's own part of another file isn't found",
       "range_reader_init(&range, archive->source, 0, archive->source->size);",
       "range_reader_init(&range, archive->source, 1, archive->source->size - 1);", "test_tools.py::test_cluster")

# ------------------------------------------------------------------------------------- choosing from pg_dump's formats

broken("archive/pg_toc_relate.c", "of two tables an index is the first one's",
       "if (found == NULL || len > longest) {", "if (found == NULL) {",
       "pg_toc::test_what_belongs_to_what")
broken("archive/pg_toc_relate.c", "whatever needs a table is a part of it",
       "if (!is_of_a_table(entry)) {", "if (is_relation(entry)) {",
       "pg_toc::test_what_belongs_to_what", "test_tools.py::test_choice_of_entries[--table-and-children parent]")
broken("archive/pg_toc_relate.c", "an id may be there twice",
       "if (find(relations, entries->items[i].id) != NULL) {", "if (false) {",
       "pg_toc::test_what_cannot_be")
broken("archive/pg_toc.c", "a name may be as long as it says",
       "if (len > NAME_LIMIT || len > scan->source->size) {", "if (false) {",
       "pg_toc::test_endless")
broken("archive/pg_toc.c", "an end is as good as zeros",
       "if (len == 0) {\n        fail_as_damaged(scan);", "if (len == 0) {",
       "pg_toc::test_cut_anywhere")
broken("archive/pg_archive.c", "integers may have no bytes",
       "head->int_size < sizeof(int32_t) ||", "",
       "pg_toc::test_endless")
broken("app/restore_tools.c", "pg_restore gets no list",
       ".list_fd = run->list_fd < 0 ? 0 : run->list_fd,", ".list_fd = 0,",
       "test_tools.py::test_choice_of_entries[-t orders]")
broken("archive/pg_toc.c", "a folder's table of contents may name files outside of it",
       "(strchr(name, '/') != NULL || strlen(name) == sizeof name - 1)", "strlen(name) == sizeof name - 1",
       "test_tools.py::test_names_lead_nowhere")
broken("app/tool_archive.c", "a folder's list of large objects may name files outside of it",
       "*good = *good && (!ok || memchr(piece, '/', got) == NULL);", "", "test_tools.py::test_names_lead_nowhere")
broken("app/backup_tools.c", "pg_dump's files have no name of their own", 'plan->format == FORMAT_CUSTOM ? ".dump"',
       'plan->format == FORMAT_CUSTOM ? ".sql"', "test_tools.py::test_usual_names")
broken("app/restore_tools.c", "pg_dump's files are asked for no name",
       "run->request->database != NULL ? run->request->database : run->archive.head.database",
       'run->request->database != NULL ? run->request->database : ""', "test_tools.py::test_the_name_in_an_archive")
broken("app/restore_tools.c", "a manifest that can't be read is passed over in silence",
       'event_text(run->context->events, EVENT_WARNING, "%s", err->message);\n', "", "test_tools.py::test_other_peoples_archives")
broken("app/restore_tools.c", "nobody hears that encoding and owner are a guess",
       "if (run->properties == NULL && request->create && run->is_archive) {", "if (false) {", "test_tools.py::test_other_peoples_archives")
broken("app/restore_tools.c", "a script leads the programs elsewhere", "if (run->facts.database[0] == '\\0') {", "if (true) {",
       "test_tools.py::test_wrong_calls")
broken("app/restore_tools.c", "globals go into one database", "if (run->facts.is_globals) {", "if (false) {",
       "test_tools.py::test_wrong_calls")
broken("app/backup_folder.c", "two may write one folder", "if (flock(folder->fd, LOCK_EX | LOCK_NB) != 0) {", "if (false) {",
       "test_tools.py::test_wrong_calls")
broken("app/backup_folder.c", "what a killed run left in a folder becomes part of the backup",
       "if (for_each_file(folder, remove_file, NULL, err)) {", "if (true) {", "test_tools.py::test_wrong_calls")
broken("app/backup_folder.c", "a folder that can't get its name stays", "backup_folder_abort(folder);\n        return false;\n    }\n    if (!sync_parent",
       "return false;\n    }\n    if (!sync_parent", "test_tools.py::test_a_folder_that_came_meanwhile")
broken("cli/cmd_engines.c", "any program fits any server", "mysql_server != mysql_program ?", "false ?", "test_tools.py::test_engines")
broken("cli/cmd_engines.c", "a server that options name isn't asked", "if (options_origin(options, names[i])->kind == ORIGIN_CALL) {",
       "if (false) {", "test_tools.py::test_engines")
