# SPDX-License-Identifier: Apache-2.0
"""What users see: use cases, progress, the command line."""
from . import broken

# ------------------------------------------------------------------------------------------------------------------ app

broken("app/backup.c", "--backup-dir is ignored",
       'output = request->backup_dir == NULL ? "." : request->backup_dir;', 'output = ".";',
       "test_cli.py::test_backup_dir")
broken("app/backup.c", "a folder isn't known to be one",
       "(!is_folder(output) && output[strlen(output) - 1] != '/')", "output[strlen(output) - 1] != '/'",
       "test_cli.py::test_output_is_a_folder")
broken("app/backup.c", "a database's name leads to another folder",
       "bool awkward = c == '/' || c < 0x20", "bool awkward = c < 0x20",
       "test_cli.py::test_awkward_database_name")
broken("app/backup.c", "zstd files are called gzip", '[CODEC_ZSTD] = ".sql.zst"', '[CODEC_ZSTD] = ".sql.gz"',
       "test_cli.py::test_compress")
broken("app/backup.c", "a file's name hasn't the database's in it",
       'strcmp(output, ".") == 0 || output[strlen(output) - 1] == \'/\' ? "" : "/", name,',
       'strcmp(output, ".") == 0 || output[strlen(output) - 1] == \'/\' ? "" : "/", "backup",',
       "test_cli.py::test_default_name")
broken("app/backup.c", "--dry-run writes", "if (request->dry_run) {", "if (false) {",
       "test_cli.py::test_dry_run_of_a_backup")
broken("app/backup.c", "the manifest is there before the file",
       "return write_file(request, context, session, toc, named, result, err);",
       "return write_manifest(toc, result, err) &&\n"
       "           write_file(request, context, session, toc, named, result, err);",
       "test_errors.py::test_nothing_is_finished_before_its_end")
broken("app/backup.c", "the old manifest stays beside a new file",
       "!remove_old_manifest(result->path, err))) {", "false)) {",
       "test_errors.py::test_manifest_that_cannot_be_written")
broken("app/backup.c", "another program is run",
       'event_text(context->events, EVENT_PHASE, "reading the catalog");',
       'if (system("pg_dump --version >/dev/null") != 0) {\n'
       '        return error_set(err, ERR_INTERNAL, "there is no pg_dump");\n    }',
       "test_cli.py::test_runs_no_other_program")
broken("app/restore.c", "the file's own name is forgotten",
       "choose_database(restore, chosen->info.database, err)", "choose_database(restore, NULL, err)",
       "test_cli.py::test_restore_under_its_own_name")
broken("app/restore.c", "the file isn't checked before",
       "!check_archive(restore, archive, chosen, err)) {", "false) {",
       "test_errors.py::test_altered_bytes_restore", "test_errors.py::test_damage_is_found_before_anything_is_dropped")
broken("app/restore.c", "--dry-run restores", "    if (request->dry_run) {", "    if (false) {",
       "test_cli.py::test_dry_run_of_a_restore")
broken("app/restore.c", "a pipe is read twice",
       'bool piped = strcmp(restore->request->path, "-") == 0;', "bool piped = false;",
       "test_cli.py::test_restore_from_a_pipe")
broken("app/verify.c", "another file's manifest fits, by its size",
       "if (size == manifest->file_size) {", "if (true) {", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "another file's manifest fits, by its rows",
       "if (rows != manifest->rows) {", "if (false) {", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "another file's manifest fits, by its hash",
       "if (strcmp(sha256, manifest->sha256) == 0) {", "if (true) {", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "a script of others is taken for one of ours",
       "if (result->kind == FILE_SCRIPT_ARCHIVE) {", "if (true) {", "test_cli.py::test_verify")
broken("app/verify.c", "a script of others has the manifest of one of ours", "    if (result->has_manifest) {",
       "    if (false) {", "test_errors.py::test_manifest_of_another_file")
broken("archive/script_verify.c", "the footer isn't in the SHA-256",
       "hash_range(pass, end, footer->file_size - end, NULL, err)", "true", "test_errors.py::test_manifest_of_another_file")
broken("app/file_refusal.c", "what isn't a backup isn't named",
       '"%s is not a backup that dbbackup knows", path);', '"not a backup that dbbackup knows");',
       "test_errors.py::test_a_folder_is_not_a_backup")
broken("app/list.c", "nothing is listed",
       "return vec_push(list, backup) ? true : error_set_memory(err, folder);", "return true;",
       "test_cli.py::test_list")
broken("app/list.c", "a folder that isn't there is empty",
       'return error_set_errno(err, errno, "cannot open folder %s", folder);', "return true;",
       "test_cli.py::test_list_of_nothing")
broken("app/list.c", "the oldest comes first",
       "strcmp(other->manifest.started, one->manifest.started)",
       "strcmp(one->manifest.started, other->manifest.started)",
       "test_list.py::test_newest_first")
broken("app/list.c", "every size is right",
       "backup->complete = backup->manifest.file_size == backup->file_size;", "backup->complete = true;",
       "test_list.py::test_states")
broken("app/list.c", "what has no manifest isn't listed",
       "|| kind != FILE_SCRIPT_ARCHIVE) {", "|| true) {", "test_list.py::test_unfinished")

# ------------------------------------------------------------------------------------------------------------------- ui

broken("ui/format.c", "999.5 kB are 1000 kB",
       "*value >= (unit == 0 ? 1000.0 : 999.5)", "*value >= 1000.0", "format::test_sizes")
broken("ui/format.c", "commas are counted from the left",
       "if (i > 0 && (len - i) % 3 == 0) {", "if (i > 0 && i % 3 == 0) {", "format::test_counts")
broken("ui/format.c", "9.96 seconds are 10.0", "if (seconds < 9.95) {", "if (seconds < 10) {", "format::test_durations")
broken("ui/format.c", "UTC is taken for local time", "when = timegm(&parts);", "when = mktime(&parts);",
       "format::test_local_time")
broken("ui/text.c", "control characters reach the terminal",
       "|| in_ranges(code, controls, ARRAY_LENGTH(controls))) {", ") {",
       "format::test_clean", "test_list.py::test_names_cannot_steer_the_terminal")
broken("ui/text.c", "half a wide character is shown",
       "if (used + glyph.columns > room) {", "if (used >= room) {", "format::test_cut")
broken("ui/text.c", "a wide character that was cut leaves a column out",
       "if (wide > columns && text_columns(out->data + start) < columns) {", "if (false) {", "format::test_pad")
broken("ui/progress_bar.c", "the bar fills the last column",
       "size_t room = columns - 1 + GAP;", "size_t room = columns + GAP;", "format::test_bar_fits_any_width")
broken("ui/progress_bar.c", "the object gives way before less important things",
       "OBJECT_LEAST = 8,", "OBJECT_LEAST = 20,", "format::test_bar_leaves_out_the_least_important")
broken("ui/progress.c", "all bytes are all the work", "return 99;", "return 100;", "format::test_percent_is_honest")
broken("ui/progress.c", "the rate is that of the whole run",
       "weight = weight > weight_at_start ? weight : weight_at_start;", "weight = weight_at_start;",
       "format::test_rate_forgets")
broken("ui/progress_json.c", "a failure's text is missing",
       'json_text(&json, "text", err->message);', "", "test_cli.py::test_progress_json_of_a_failure")
broken("ui/progress_plain.c", "plain lines are written in place",
       ".in_place = false", ".in_place = true", "test_cli.py::test_progress_plain")
broken("ui/ui.c", "phases aren't written as plain lines",
       "ui->style == &progress_plain;", "false;", "test_cli.py::test_progress_plain")
broken("ui/ui.c", "progress is shown when nobody watches",
       "return smart_terminal() && !options->json && !options->quiet ? &progress_bar : NULL;",
       "return &progress_plain;", "test_cli.py::test_silent_when_nobody_watches")
broken("ui/ui.c", "quiet isn't quiet on a terminal",
       "smart_terminal() && !options->json && !options->quiet ?", "smart_terminal() && !options->json ?",
       "test_cli.py::test_quiet")
broken("ui/ui.c", "no bar on a terminal",
       "!options->quiet ? &progress_bar : NULL;", "!options->quiet ? NULL : NULL;",
       "test_cli.py::test_bar_on_a_terminal")
broken("ui/ui.c", "every terminal has eighty columns",
       "return size.ws_col;", "return 80;", "test_cli.py::test_bar_fits_the_terminal")
broken("ui/ui.c", "NO_COLOR is ignored",
       "return smart_terminal() && (no_colour == NULL || no_colour[0] == '\\0');", "return smart_terminal();",
       "test_cli.py::test_no_colour")
broken("ui/ui.c", "the last JSON line has no rows",
       'json_uint(&json, "rows", summary->rows);', "", "test_cli.py::test_progress_json")
broken("ui/ui.c", "--progress none shows a bar",
       "case PROGRESS_NONE:\n        return NULL;", "case PROGRESS_NONE:\n        return &progress_bar;",
       "test_cli.py::test_progress_none")

# ------------------------------------------------------------------------------------------------------------------ cli

broken("cli/cmd_version.c", "the program's name is missing",
       'printf("dbbackup %s\\n", DBB_VERSION);', 'printf("%s\\n", DBB_VERSION);', "test_cli.py::test_version")
broken("cli/cmd_help.c", "help doesn't list the commands",
       "len, usage, command_table[i].summary);", 'len, "", command_table[i].summary);', "test_cli.py::test_help")
broken("cli/cmd_help.c", "help is too wide", "HELP_COLUMN = 29", "HELP_COLUMN = 60",
       "test_cli.py::test_help_lines_fit_a_terminal")
broken("cli/cmd_engines.c", "engines doesn't name PostgreSQL",
       'printf("native  %s (%s), built in\\n", postgres_engine.servers, postgres_engine.name);', "",
       "test_cli.py::test_engines")
broken("cli/cmd_restore.c", "--database is ignored",
       "options->target != NULL ? options->target : options->database;", "options->target;",
       "test_cli.py::test_restore_forms")
broken("cli/cmd_info.c", "info doesn't name the server", 'add_fact(&table, "Server", text);', "",
       "test_cli.py::test_info")
broken("cli/cmd_info.c", "info doesn't name the database", 'add_fact(&table, "Database", toc->database);', "",
       "test_cli.py::test_info")
broken("cli/cmd_info.c", "a file's name reaches the terminal as it is",
       "text_clean(&line, path, false);", "buffer_puts(&line, path);",
       "test_list.py::test_names_cannot_steer_the_terminal")
broken("cli/cmd_verify.c", "a file's name reaches the terminal as it is",
       "text_clean(out, path, false);", "buffer_puts(out, path);", "test_list.py::test_names_cannot_steer_the_terminal")
broken("cli/cmd_verify.c", "verify wants a server",
       "    buffer_init(&out, OUTPUT_LIMIT);",
       "    RestoreSession *session;\n"
       '    RestoreTarget target = {.database = "postgres", .allow_not_empty = true};\n'
       "    if (!postgres_engine.restore_begin(&(ServerOptions){0}, &target, &context->engine, &session, err)) {\n"
       "        return false;\n    }\n    buffer_init(&out, OUTPUT_LIMIT);",
       "test_cli.py::test_needs_no_server")
broken("cli/cmd_list.c", "no backups are no JSON", "if (options->json) {", "if (options->json && list.len > 0) {",
       "test_list.py::test_nothing")
broken("cli/commands.c", "--port is ignored", ".port = options->port,", "", "test_cli.py::test_server_options")
broken("cli/commands.c", "a password with @ in it is shown",
       "at = memrchr(rest, '@', len);", "at = memchr(rest, '@', len);", "options::test_passwords_are_not_shown")
broken("cli/password.c", "a password is shown as it is typed",
       "silent.c_lflag &= (tcflag_t) ~(ECHO | ECHOE | ECHOK | ECHONL);", "", "test_cli.py::test_password_prompt")
broken("cli/password.c", "Ctrl-C doesn't end the question for a password",
       "if (cancel_requested(terminal.cancel) || (ready < 0 && errno != EINTR)) {",
       "if (ready < 0 && errno != EINTR) {",
       "test_cli.py::test_password_prompt_that_is_interrupted")
broken("cli/main.c", "what can't be printed isn't missed",
       "if (ferror(stdout) != 0 || fflush(stdout) != 0) {", "if (false) {",
       "test_cli.py::test_help_that_nobody_can_read_fails")
broken("cli/main.c", "a closed pipe kills without a word",
       "(void)signal(SIGPIPE, SIG_IGN);", "", "test_errors.py::test_closed_pipe")
broken("cli/main.c", "a path that isn't there gets no hint",
       "} else if (err->os_errno == ENOENT) {", "} else if (false) {", "test_errors.py::test_no_such_folder")
broken("cli/main.c", "messages may end up in a backup",
       "if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {", "if (false) {",
       "test_errors.py::test_closed_standard_descriptors")
broken("cli/exit_code.c", "a refusal is a failure", "[ERR_REFUSED] = EXIT_USAGE,", "[ERR_REFUSED] = EXIT_FAILED,",
       "options::test_exit_codes")
broken("cli/exit_code.c", "what isn't a backup is a failure like others",
       "[ERR_NOT_BACKUP] = EXIT_DAMAGED,", "[ERR_NOT_BACKUP] = EXIT_FAILED,", "test_errors.py::test_not_a_backup")
broken("cli/exit_code.c", "the exit status doesn't tell of a signal",
       "return EXIT_SIGNAL + signal;", "return EXIT_FAILED;",
       "options::test_exit_codes", "test_errors.py::test_interrupted_backup[INT]",
       "test_errors.py::test_interrupted_restore[INT]", "test_errors.py::test_interrupted_restore_of_a_script")

broken("cli/options.c", "single is taken for the file", "*taken = single ? 2 : 1;", "*taken = 1;",
       "options::test_commands")
broken("cli/options.c", "a value beside its letter loses its first character",
       "const char *value = letters + 1;", "const char *value = letters + 2;", "options::test_places_and_spellings")
broken("cli/options.c", "-- isn't the end of the options",
       'if (!only_operands && strcmp(word, "--") == 0) {', "if (false) {",
       "options::test_operands_that_look_like_options", "test_cli.py::test_options_stand_anywhere")
broken("cli/options.c", "levels have no upper limit", "value < 1 || value > most", "value < 1", "options::test_values")
broken("cli/options.c", "an unknown option is ignored", "return unknown_name(name, len, err);", "return true;",
       "options::test_what_was_probably_meant", "test_errors.py::test_wrong_usage")
broken("cli/closest.c", "an abbreviation is nothing like the word",
       "strncmp(known, closest->word, closest->len) == 0", "0", "options::test_what_was_probably_meant")
broken("cli/options.c", "a password on the command line is repeated",
       '"there is no option --password: a password in it would show in ps");',
       '"there is no option --%s: a password in it would show in ps", name);',
       "options::test_secrets_are_not_repeated")
broken("cli/options.c", "every command takes every option",
       "if (!parser->seen[i] || (option->commands & spec->id) != 0) {", "if (true) {",
       "options::test_options_of_other_commands")
broken("cli/options.c", "an option that isn't there yet is ignored",
       "return not_yet(option, spelling.text, err);", "return true;", "options::test_what_is_not_there_yet")
broken("cli/options.c", "options may contradict each other", "if (rules[i].both) {", "if (false) {",
       "options::test_contradictions")
broken("cli/options.c", "there is no help on what isn't there yet",
       "|| parser->options.help) {\n        return true;", "|| false) {\n        return true;", "options::test_help")
broken("cli/options.c", "early errors are never JSON", 'strcmp(next, "json") == 0)', "false)",
       "options::test_wants_json")
broken("cli/option_table.c", "-t is an excluded table",
       "LIST(\"table\", 't', \"PATTERN\", tables,", "LIST(\"table\", 't', \"PATTERN\", exclude_tables,",
       "options::test_what_to_take")
broken("cli/option_table.c", "two options have one letter", "FLAG(\"verbose\", 'v',", "FLAG(\"verbose\", 'q',",
       "options::test_table_is_sound")

broken("cli/info_cluster.c", "an archive that lacks a database is called complete",
       "facts->failed == 0 && facts->manifest != NULL &&", "facts->manifest != NULL &&", "test_cluster.py::test_info")
broken("cli/cmd_list.c", "a cluster that lacks a database is called complete",
       "if (backup->complete && backup->manifest.failed > 0) {", "if (false) {", "test_cluster.py::test_list")
broken("app/list.c", "a cluster archive without a manifest isn't listed",
       "(kind != FILE_SCRIPT_ARCHIVE && kind != FILE_CLUSTER)) {", "kind != FILE_SCRIPT_ARCHIVE) {", "test_cluster.py::test_list")
broken("app/verify_cluster.c", "what is missing isn't told",
       "event_text(&check->events, EVENT_WARNING,", "event_text(&check->events, EVENT_DEBUG,", "test_cluster.py::test_verify")
broken("app/verify_cluster.c", "rows of a database aren't compared with the archive's index",
       "if (ok && rows != member->rows) {", "if (false) {", "test_cluster.py::test_verify_looks_into_the_databases")
broken("app/verify_cluster.c", "scripts in the archive aren't read",
       "ok = check_script(check, source, member, err);", "ok = true;", "test_cluster.py::test_verify_looks_into_the_databases")
broken("app/verify_cluster.c", "nothing is compared with the hashes",
       "ok = cluster_archive_check(archive, &parts, context->cancel, sha256, err) &&", "ok =",
       "test_cluster.py::test_verify_finds_damage")
broken("app/file_refusal.c", "a cluster archive is taken for a script",
       "    case FILE_CLUSTER:\n", "    case FILE_CLUSTER:\n        return true;\n", "test_cluster.py::test_restore_says_what_it_is")
