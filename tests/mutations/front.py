# SPDX-License-Identifier: Apache-2.0
"""What users see: use cases, progress, the command line."""
from . import broken

# ------------------------------------------------------------------------------------------------------------------ app

broken("app/backup_path.c", "--backup-dir is ignored",
       'output = backup_dir == NULL ? "." : backup_dir;', 'output = ".";',
       "test_cli.py::test_backup_dir")
broken("app/backup_path.c", "a folder isn't known to be one",
       "(!is_folder(output) && output[strlen(output) - 1] != '/')", "output[strlen(output) - 1] != '/'",
       "test_cli.py::test_output_is_a_folder")
broken("app/backup_path.c", "a database's name leads to another folder",
       "bool awkward = c == '/' || c < 0x20", "bool awkward = c < 0x20",
       "test_cli.py::test_awkward_database_name")
broken("app/backup.c", "zstd files are called gzip", '[CODEC_ZSTD] = ".sql.zst"', '[CODEC_ZSTD] = ".sql.gz"',
       "test_cli.py::test_compress")
broken("app/backup_path.c", "a file's name hasn't the database's in it",
       'strcmp(output, ".") == 0 || output[strlen(output) - 1] == \'/\' ? "" : "/", part,',
       'strcmp(output, ".") == 0 || output[strlen(output) - 1] == \'/\' ? "" : "/", "backup",',
       "test_cli.py::test_default_name")
broken("app/backup.c", "--dry-run writes", "if (request->dry_run) {", "if (false) {",
       "test_cli.py::test_dry_run_of_a_backup")
broken("app/backup.c", "the manifest is there before the file",
       "    return write_file(request, context, session, toc, named ||",
       "    return write_manifest(toc, result, err) &&\n"
       "           write_file(request, context, session, toc, named ||",
       "test_errors.py::test_nothing_is_finished_before_its_end")
broken("app/backup.c", "the old manifest stays beside a new file",
       "!backup_remove_manifest(result->path, err))) {", "false)) {",
       "test_errors.py::test_manifest_that_cannot_be_written")
broken("app/backup.c", "who fails stops the fall-back, and other databases", "    own.cancel = cancel;\n", "",
       "test_parallel_backup.py::test_a_row_that_cannot_be_read", "test_backup_cluster.py::test_one_connection_is_lost[4]")
broken("app/backup.c", "another program is run",
       'event_text(context->events, EVENT_PHASE, "reading the catalog");',
       'if (system("pg_dump --version >/dev/null") != 0) {\n'
       '        return error_set(err, ERR_INTERNAL, "there is no pg_dump");\n    }',
       "test_no_programs.py::test_postgres")
broken("app/restore_jobs.c", "a restore runs another program", 'event_text(context->events, EVENT_PHASE, "restoring");',
       'if (system("true") != 0) {\n        return error_set(err, ERR_INTERNAL, "there is no true");\n    }',
       "test_no_programs.py::test_postgres", "test_no_programs.py::test_mariadb")
broken("app/restore_archive.c", "the file's own name is forgotten",
       "restore_name_database(restore, chosen->info.database, err)", "restore_name_database(restore, NULL, err)",
       "test_cli.py::test_restore_under_its_own_name")
broken("app/restore_archive.c", "the file isn't checked before",
       "!check_archive(restore, archive, chosen, err)) {", "false) {",
       "test_errors.py::test_altered_bytes_restore", "test_errors.py::test_damage_is_found_before_anything_is_dropped")
broken("app/restore_archive.c", "--dry-run restores",
       "    if (request->dry_run) {\n        tell_plan(restore, chosen);",
       "    if (false) {\n        tell_plan(restore, chosen);",
       "test_cli.py::test_dry_run_of_a_restore")
broken("app/restore_script.c", "a pipe is read twice",
       'bool piped = strcmp(restore->request->path, "-") == 0;', "bool piped = false;",
       "test_cli.py::test_restore_from_a_pipe")
broken("app/verify.c", "another file's manifest fits, by its size",
       "if (size == manifest->file_size) {", "if (true) {", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "another file's manifest fits, by its rows",
       "count_is_known(manifest->rows) && rows != manifest->rows", "false", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "another file's manifest fits, by its hash",
       "if (strcmp(sha256, manifest->sha256) == 0) {", "if (true) {", "test_errors.py::test_manifest_of_another_file")
broken("app/verify.c", "a script of others is taken for one of ours",
       "    if (is_indexed(result->kind)) {\n        return verify_own(", "    if (true) {\n        return verify_own(", "test_cli.py::test_verify")
broken("app/verify.c", "a script of others has the manifest of one of ours", "else if (result->has_manifest) {",
       "else if (false) {", "test_errors.py::test_manifest_of_another_file")
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
       "(kind != FILE_SCRIPT_ARCHIVE && kind != FILE_CLUSTER)) {", "true) {", "test_list.py::test_unfinished")

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
broken("ui/progress_bar.c", "2 of 1 kB", "return progress->total_bytes < progress->bytes", "return progress->total_bytes == 0",
       "format::test_more_than_expected")
broken("ui/progress_plain.c", "2 of 1 kB, in a line", "progress->total_bytes >= progress->bytes", "progress->total_bytes > 0",
       "format::test_more_than_expected")
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
       'return strcmp(servers, "postgres") == 0 ? postgres_engine.servers : mysql_engine.servers;',
       'return mysql_engine.servers;',
       "test_cli.py::test_engines")
broken("cli/cmd_restore.c", "--database is ignored",
       ".member = member,", "",
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
broken("cli/commands.c", "--port is ignored", '.port = !uri || is_typed(options, "port") ? options->port : NULL,', "",
       "test_cli.py::test_server_options")
broken("cli/commands.c", "a password with @ in it is shown",
       "at = memrchr(rest, '@', len);", "at = memchr(rest, '@', len);", "options::test_passwords_are_not_shown")
broken("cli/cmd_info.c", "info waits for standard input", 'if (strcmp(path, "-") == 0) {', "if (false) {", "test_cli.py::test_wrong_calls")
broken("cli/cmd_key.c", "what is no kind of key is made", 'if (strcmp(what, "new") != 0) {', "if (false) {", "test_cli.py::test_wrong_calls")
broken("cli/cmd_backup.c", "a terminal gets a compressed backup", "isatty(STDOUT_FILENO) == 1) {", "false) {",
       "test_cli.py::test_nothing_for_a_terminal")
broken("cli/commands.c", "somebody is to type a backup", 'if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO) == 1) {', "if (false) {",
       "test_cli.py::test_nothing_for_a_terminal")
broken("cli/cmd_version.c", "the terms aren't shown", 'printf("%s", licences_text);', "(void)licences_text;", "test_cli.py::test_licences")
broken("app/restore_script.c", "--resume of a script begins afresh", "if (restore->request->resume) {", "if (false) {",
       "test_cli.py::test_scripts_without_an_index")
broken("app/restore.c", "a name that is too long is cut", "if (strlen(name) >= sizeof restore->result->database) {", "if (false) {",
       "test_cli.py::test_scripts_without_an_index")
broken("base/file.c", "two may write one file", "if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {", "if (false) {",
       "test_cli.py::test_two_at_one_file", "file::test_commit_and_abort")
broken("base/file.c", "who comes too late takes over a file that has its name already",
       "if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev) {", "if (false) {", "file::test_renamed_meanwhile")
broken("cli/cmd_info.c", "info takes any manifest for the file's", "if (manifest->file_size != file_size) {", "if (false) {",
       "test_cli.py::test_info")
broken("cli/option_rules.c", "a file is encrypted with one of two keys", "(o->encrypt || o->command == COMMAND_KEY),", "false,",
       "options::test_contradictions")
broken("cli/option_value.c", "to ask a silent server never is to ask it as by default", "*out = NO_SECONDS;", "*out = 0;",
       "options::test_contradictions", "test_config.py::test_config_prints_what_holds")
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
broken("cli/option_value.c", "levels have no upper limit", "value < 1 || value > most", "value < 1", "options::test_values")
broken("cli/options.c", "an unknown option is ignored", "return unknown_name(name, len, err);", "return true;",
       "options::test_what_was_probably_meant", "test_errors.py::test_wrong_usage")
broken("cli/closest.c", "an abbreviation is nothing like the word",
       "strncmp(known, closest->word, closest->len) == 0", "0", "options::test_what_was_probably_meant")
broken("cli/options.c", "a password on the command line is repeated",
       '"unknown option --%.*s", len > 80 ? 80 : (int)len, name);', '"unknown option --%s", name);',
       "options::test_secrets_are_not_repeated")
broken("cli/options.c", "every command takes every option",
       "options->origins[i].kind == ORIGIN_CALL && (option->commands & commands) == 0", "false",
       "options::test_options_of_other_commands")
broken("cli/options.c", "an option that isn't there yet is ignored",
       "return not_yet(option, spelling.text, err);", "return true;", "options::test_what_is_not_there_yet")
broken("cli/option_rules.c", "options may contradict each other", "if (rule->broken &&", "if (false &&",
       "options::test_contradictions")
broken("cli/options.c", "there is no help on what isn't there yet",
       "|| parser->options.help) {\n        return true;", "|| false) {\n        return true;", "options::test_help")
broken("cli/options.c", "early errors are never JSON", "is_json(next))) {", "false)) {",
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
       "if (ok && count_is_known(member->rows) && rows != member->rows) {", "if (false) {", "test_cluster.py::test_verify_looks_into_the_databases")
broken("app/verify_cluster.c", "scripts in the archive aren't read",
       "ok = check_script(check, source, member, err);", "ok = true;", "test_cluster.py::test_verify_looks_into_the_databases")
broken("app/verify_cluster.c", "nothing is compared with the hashes",
       "ok = cluster_archive_check(archive, &parts, context->cancel, sha256, err) &&", "ok =",
       "test_cluster.py::test_verify_finds_damage")
broken("app/file_refusal.c", "a cluster archive is taken for a script",
       "    case FILE_CLUSTER:\n", "    case FILE_CLUSTER:\n        return true;\n", "test_cluster.py::test_restore_says_what_it_is")

# -------------------------------------------------------------------------------------------------------- configuration

broken("cli/config.c", "a file wins over the environment", ".rank = CONFIG_RANK_VARIABLE}}", ".rank = 0}}",
       "config::test_order")
broken("cli/config.c", "/etc's file wins over the user's", "N_SECTION_RANKS * (unsigned)config->n_files +",
       "N_SECTION_RANKS - N_SECTION_RANKS * (unsigned)config->n_files +", "config::test_order")
broken("cli/config.c", "[defaults] win over a command's section", "config->n_files + section,",
       "config->n_files + N_SECTION_RANKS - 1 - section,", "config::test_order")
broken("cli/config.c", "[backup] isn't for backup cluster", "(name[len] == '\\0' || name[len] == ' ')", "name[len] == '\\0'",
       "config::test_families")
broken("cli/config.c", "files and variables win over the command line", "options->origins[i].kind != ORIGIN_CALL &&", "",
       "config::test_order", "config::test_kinds_of_values")
broken("cli/config.c", "one command's section holds for all", "(setting->commands & (unsigned)command) != 0;", "true;",
       "config::test_order", "config::test_for_another_command")
broken("cli/config.c", "an empty variable is an error", "if (value[0] == '\\0' || is_set(config, option)) {",
       "if (is_set(config, option)) {", "config::test_order")
broken("cli/config.c", "of a variable twice, both count", "|| is_set(config, option)) {",
       "|| (false && is_set(config, option))) {", "config::test_order")
broken("cli/config.c", "--no-config is ignored", "if (chosen.no_config) {", "if (false) {", "config::test_which_files",
       "test_config.py::test_a_bad_file_is_named")
broken("cli/config.c", "DBBACKUP_CONFIG is ignored", "chosen.config = config->checked.config;", "", "config::test_which_files")
broken("cli/config.c", "--config's file need not exist", "read_config_file(config, chosen.config, true, err)",
       "read_config_file(config, chosen.config, false, err)", "config::test_which_files",
       "test_config.py::test_a_bad_file_is_named")
broken("cli/options.c", "--config '' names a file", 'strcmp(option->name, "config") == 0', "false", "config::test_which_files",
       "test_config.py::test_a_bad_file_is_named")
broken("cli/config.c", "what must be typed may come from anywhere", "if (option->places == PLACES_CALL_ONLY ||", "if (",
       "config::test_only_in_a_call", "test_config.py::test_nothing_is_allowed_silently")
broken("cli/option_table.c", "a variable may confirm", 'CALL_FLAG("confirm"', 'FLAG("confirm"', "config::test_only_in_a_call",
       "test_config.py::test_nothing_is_allowed_silently")
broken("cli/option_table.c", "a variable may say --clean", 'CALL_FLAG("clean"', 'FLAG("clean"', "config::test_only_in_a_call")
broken("cli/config.c", "a file may name another", "(option->places == PLACES_NO_FILE && kind == ORIGIN_FILE)", "false",
       "config::test_only_in_a_call")
broken("cli/config.c", "commas within quotes divide", "quoted = quoted != (text[len] == '\"');", "",
       "config::test_kinds_of_values")
broken("cli/config.c", "a list in the call is added to a file's", "setting->origin.rank != best) {", "false) {",
       "config::test_order")
broken("cli/config.c", "a setting twice: the last one holds", "other->origin.file == setting->origin.file) {", "false) {",
       "config::test_bad_files")
broken("cli/config.c", "a section may hold other commands' options",
       "if (config->section != NULL && (setting.option->commands & config->section->id) == 0) {", "if (false) {",
       "config::test_bad_files")
broken("cli/config.c", "small letters name variables", "if (option == NULL || strncmp(text, spelling, len) != 0) {",
       "if (option == NULL) {", "config::test_bad_variables")
broken("cli/config.c", "an unknown variable's value is shown", "len > 80 ? 80 : (int)len, name);", "90, name);",
       "config::test_bad_variables")
broken("cli/config.c", "folders are looked for where they aren't absolute", "if (folder != NULL && folder[0] == '/') {",
       "if (folder != NULL) {", "config::test_usual_places")
broken("cli/options.c", "help reads the configuration", "if (ok && is_configured(made)) {", "if (ok) {",
       "config::test_help_needs_no_settings", "test_config.py::test_a_bad_file_is_named")
broken("cli/options.c", "config takes any option, whatever its subject", "COMMAND_CONFIG | (unsigned)(",
       "COMMAND_CONFIG | (unsigned)(0 & ", "config::test_for_another_command")
broken("cli/options.c", "operands beyond the last place", "if (parser->n_words - taken > MOST_OPERANDS) {", "if (false) {",
       "options::test_what_was_probably_meant")
broken("cli/options.c", "variables don't make errors JSON", 'is_json(getenv("DBBACKUP_LOG_FORMAT"))', "false",
       "test_config.py::test_errors_as_json")
broken("cli/ini_file.c", "anybody may write settings", "if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) {", "if (false) {",
       "config::test_who_may_write", "test_config.py::test_a_file_that_others_may_write")
broken("cli/ini_file.c", "a group may write settings", "(S_IWGRP | S_IWOTH)", "S_IWOTH", "config::test_who_may_write")
broken("cli/ini_file.c", "settings of others' are taken", "status->st_uid != 0 && status->st_uid != geteuid()", "false",
       "config::test_who_may_write")
broken("cli/ini_file.c", "a folder that can't be entered is an error", "(errnum == EACCES && stat(", "(false && stat(",
       "config::test_who_may_read")
broken("cli/ini_file.c", "a file that can't be read isn't there", "stat(path, &status) != 0 && errno == EACCES", "true",
       "config::test_who_may_read")
broken("cli/ini_file.c", "root's settings aren't taken", "status->st_uid != 0 &&", "", "config::test_who_may_read")
broken("cli/ini_file.c", "folders are files", "if (!S_ISREG(status->st_mode)) {", "if (false) {", "config::test_bad_files")
broken("cli/ini_file.c", "a file may be long", "if (status->st_size > INI_MOST_BYTES) {", "if (false) {",
       "config::test_bad_files")
broken("cli/ini_file.c", "a line may be long", "if (len > INI_MOST_LINE) {", "if (false) {", "config::test_bad_files")
broken("cli/ini_file.c", "control characters are taken", "|| c == 0x7F) {", "|| c == 0x7F) {\n            continue;",
       "config::test_bad_files")
broken("cli/ini_file.c", "what stands behind a section is dropped", "if (end == NULL || end[1] != '\\0') {",
       "if (end == NULL) {", "config::test_bad_files")
broken("cli/ini_file.c", "a setting may stand before the sections", "if (out->section == NULL) {", "if (false) {",
       "config::test_bad_files")
broken("cli/ini_file.c", "errors don't say where", 'return error_prefix(err, "%s:%u", path, at.line);', "return false;",
       "config::test_bad_files", "test_config.py::test_a_bad_file_is_named")
broken("cli/ini_file.c", "blanks belong to values", "return c == ' ' || c == '\\t' || c == '\\r';", "return c == '\\r';",
       "config::test_order", "config::test_kinds_of_values")
broken("cli/option_value.c", "flags are always yes", "*out = words[i].meaning;", "*out = true;", "config::test_kinds_of_values")
broken("cli/option_value.c", "compressions aren't shown", "compression_text(*(const Compression *)value, compression);",
       "compression[0] = '\\0';", "config::test_text_of_values", "test_config.py::test_config_prints_what_holds")
broken("cli/option_rules.c", "what contradicts is an error, wherever it comes from",
       "rule.yields != YIELDS_NONE && second->rank < first->rank", "false", "config::test_nearer_wins",
       "test_config.py::test_a_backup_by_its_file")
broken("cli/option_rules.c", "-j drops a file's single-transaction", "rule.yields == YIELDS_EITHER && first->rank",
       "rule.yields != YIELDS_NONE && first->rank", "config::test_nearer_wins")
broken("cli/option_rules.c", "--clean drops a file's data-only", '{o->clean && o->data_only, YIELDS_NONE,',
       '{o->clean && o->data_only, YIELDS_EITHER,', "config::test_nearer_wins")
broken("cli/option_rules.c", "a file's socket wins over -h", "o->host != NULL && o->socket != NULL", "false",
       "config::test_nearer_wins")
broken("cli/option_rules.c", "a contradiction doesn't say whence",
       'return error_hint(err, "--%s comes from %s.", names[i], text);', "return false;", "config::test_nearer_wins")
broken("cli/commands.c", "a file's host wins over a URI", '.host = !uri || is_typed(options, "host")', '.host = true',
       "config::test_uris")
broken("cli/commands.c", "a file's socket wins over a URI", '.socket = !uri || is_typed(options, "socket")', '.socket = true',
       "config::test_uris")
broken("cli/commands.c", "a file's kind of server contradicts a URI", 'if (is_typed(options, "db-type")) {', "if (true) {",
       "config::test_uris")
broken("cli/commands.c", "a file's socket is no setting for PostgreSQL", 'options->socket != NULL && is_typed(options, "socket")',
       "options->socket != NULL", "config::test_uris")
broken("cli/cmd_list.c", "list DIR contradicts a file", 'options_origin(options, "backup-dir")->kind == ORIGIN_CALL',
       "options->backup_dir != NULL", "test_config.py::test_a_backup_by_variables")
broken("cli/cmd_config.c", "config shows passwords", "place = at != NULL ? at + 1 : place;", "",
       "test_config.py::test_config_shows_no_secret")
broken("cli/cmd_config.c", "config shows the passwords of connection strings",
       'buffer_puts(out, secret ? "a connection string" : value);',
       "buffer_puts(out, value);", "test_config.py::test_config_shows_no_secret")
broken("cli/cmd_config.c", "config shows passwords with a question mark", "if (at != NULL && query != NULL && query < at) {",
       "if (false) {", "test_config.py::test_config_shows_no_secret")
broken("cli/cmd_config.c", "config takes different values for one", "return a->kind == b->kind &&", "return true ||",
       "test_config.py::test_config_prints_what_holds", "test_config.py::test_config_as_json")
broken("cli/cmd_config.c", "config repeats what was shown", "if (i < first) {", "if (false) {",
       "test_config.py::test_config_prints_what_holds")
broken("cli/cmd_config.c", "config shows what was never typed", "option->places != PLACES_CALL_ONLY ||", "true ||",
       "test_config.py::test_config_prints_what_holds")
