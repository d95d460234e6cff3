# SPDX-License-Identifier: Apache-2.0
"""Ways to break the code, each with the tests that must fail then. scripts/mutation-test tries them out.

The text that is replaced stands in its file exactly once; short pieces of one line survive most edits. A test is
"test_errors.py::test_full_disk", perhaps with a parameter, or "lexer::test_corpus" for a unit test. Where two guards
stand behind each other, breaking one shows nothing: break what both rely on, or look at what the first one says."""
from typing import NamedTuple, Tuple


class Mutation(NamedTuple):
    file: str
    old: str
    new: str
    what: str  # is broken then
    tests: Tuple[str, ...]


MUTATIONS = []


def broken(file, what, old, new, *tests):
    MUTATIONS.append(Mutation(f"src/{file}", old, new, what, tests))


def in_postgres(file, *rest):
    broken(f"engine/postgres/{file}", *rest)


def in_catalog(file, *rest):
    broken(f"engine/postgres/catalog/{file}.sql", *rest)


# ------------------------------------------------------------------------------------------------------------- base

broken("base/buffer.c", "formatted text loses its last character",
       "(void)vsnprintf(end, (size_t)len + 1, format, again);", "(void)vsnprintf(end, (size_t)len, format, again);",
       "buffer::test_append")
broken("base/buffer.c", "the limit is one of each piece, not of the whole",
       "if (extra > buffer->limit || buffer->len > buffer->limit - extra) {", "if (extra > buffer->limit) {",
       "buffer::test_limit")
broken("base/buffer.c", "room is handed out at the beginning",
       "return data + buffer->len;", "return data;", "buffer::test_reserve")

broken("base/file.c", "a file is written under its final name at once",
       'memcpy(file->partial + len, ".partial", sizeof ".partial");', "file->partial[len] = '\\0';",
       "file::test_commit_and_abort", "test_errors.py::test_full_disk_keeps_the_older_backup")
broken("base/file.c", "two runs write one file",
       "if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {", "if (false) {", "file::test_commit_and_abort")
broken("base/file.c", "everybody may read a backup", "O_NOFOLLOW, 0600)", "O_NOFOLLOW, 0644)",
       "file::test_commit_and_abort")
broken("base/file.c", "a file that isn't to be replaced is",
       "if (!replace && access(path, F_OK) == 0) {", "if (false) {",
       "file::test_commit_and_abort", "script_archive::test_writer_refuses")
broken("base/file.c", "half a file stays behind",
       "(void)unlink(file->partial);", "", "file::test_commit_and_abort", "test_errors.py::test_full_disk")
broken("base/file.c", "what a killed run left behind stays in the file",
       "if (ftruncate(file->fd, 0) != 0 && errno != EINVAL) {", "if (false) {", "file::test_left_over")
broken("base/file.c", "a folder is opened as a file", "if (S_ISDIR(status.st_mode)) {", "if (false) {",
       "file::test_errors")
broken("base/file.c", "a full disk goes unnoticed",
       'return error_set_errno(err, errno, "cannot write to %s", path);', "return true;",
       "test_errors.py::test_full_disk", "test_errors.py::test_full_standard_output", "script_archive::test_full_disk")
broken("base/file.c", "the file that can't be opened isn't named",
       '"cannot open %s", path);', '"cannot open it");', "test_errors.py::test_no_such_file")

broken("base/idmap.c", "keys aren't put where they belong when the map grows",
       "*find(slots, capacity, map->slots[i].key) = map->slots[i];", "slots[i] = map->slots[i];",
       "idmap::test_many_keys")
broken("base/idmap.c", "key 0 means a free place", ".used = true};", ".used = key != 0};", "idmap::test_extreme_keys")
broken("base/json.c", "a comma behind an opening bracket",
       "json->need_comma = false;", "json->need_comma = true;", "json::test_structure")
broken("base/utf8.c", "surrogates pass for UTF-8", "(value >= 0xD800 && value <= 0xDFFF)", "0",
       "json::test_text", "format::test_clean")
broken("base/utf8.c", "overlong UTF-8 is text", "if (value < smallest[len] || value", "if (value",
       "json::test_text", "format::test_clean")

# ------------------------------------------------------------------------------------------------------------ sched

broken("sched/cancel.c", "SIGTERM isn't watched",
       "sigaddset(&set, SIGTERM);", "",
       "test_errors.py::test_interrupted_backup[TERM]", "test_errors.py::test_interrupted_restore[TERM]")
broken("sched/cancel.c", "SIGINT isn't watched",
       "sigaddset(&set, SIGINT);", "",
       "test_errors.py::test_interrupted_backup[INT]", "test_errors.py::test_interrupted_restore[INT]")

broken("sched/queue.c", "a task that breaks off is taken for a whole one",
       "ok = !queue->failed;\n    if (ok && task->first != NULL) {", "ok = true;\n    if (ok && task->first != NULL) {",
       "queue::test_a_task_that_breaks_off_is_not_whole")
broken("sched/queue.c", "the last error is told, not the first",
       "    if (!queue->failed) {\n        queue->failed = true;", "    if (true) {\n        queue->failed = true;",
       "queue::test_the_first_error_ends_it")
broken("sched/queue.c", "bytes in the last block are forgotten",
       "        queue->open->closed = true;\n        hand_over(queue);", "        queue->open->closed = true;",
       "queue::test_every_byte_arrives", "test_parallel_script.py::test_large_table_in_pieces[plain]")
broken("sched/queue.c", "nobody waits for what is under way",
       "while (queue->free_tasks < queue->most_tasks && !queue->failed) {", "while (false) {",
       "queue::test_every_byte_arrives", "test_parallel_script.py::test_statement_waits_for_the_data")
broken("sched/queue.c", "workers go on after an error",
       "cancel_request(queue->cancel, 0);", "", "queue::test_the_first_error_ends_it")

# --------------------------------------------------------------------------------------------------------------- io

broken("io/gunzip_reader.c", "reading stops behind the first gzip member",
       "reader->state = BETWEEN_MEMBERS;", "reader->state = AT_END;", "streams::test_one_and_many_members")
broken("io/gunzip_reader.c", "a gzip file that was cut is taken for a whole one",
       "return damage_cut(err, reader->name);", "reader->state = AT_END;\n        return true;",
       "streams::test_damage", "test_errors.py::test_truncated_files_of_others")
broken("io/gunzip_reader.c", "zeros behind gzip data aren't known as padding",
       "if (reader->seen_member && *reader->space.in == 0) {", "if (false) {", "streams::test_gzip_padding")
broken("io/inflater_isal.c", "a gzip header that was altered is taken",
       "if (ends && header->expected != (header->check & 0xFFFF)) {", "if (false) {", "streams::test_gzip_headers")
broken("io/inflater_isal.c", "flags that nobody knows are passed over",
       "return (byte & FLAGS_RESERVED) == 0 ? NULL : ", "return true ? NULL : ", "streams::test_gzip_headers")
broken("io/inflater_isal.c", "gzip's checksum isn't looked at",
       "crc_flag = ISAL_GZIP_NO_HDR_VER;", "crc_flag = ISAL_GZIP_NO_HDR;", "streams::test_damage")
broken("io/peek_reader.c", "the first bytes are given out again and again",
       "memcpy(data, reader->first + reader->taken, n);", "memcpy(data, reader->first, n);", "streams::test_peek")
broken("io/file_writer.c", "what waits in the buffer is never written",
       "bool ok = flush(writer, err) && sha256_final(", "bool ok = sha256_final(",
       "streams::test_file_writer", "test_errors.py::test_full_standard_output")
broken("io/file_writer.c", "- is a file of that name",
       'bool to_stdout = strcmp(path, "-") == 0;', "bool to_stdout = false;",
       "test_cli.py::test_backup_to_standard_output")
broken("io/sha256.c", "the hash's digits are wrong",
       "hex[2 * i] = digits[digest[i] >> 4];", "hex[2 * i] = digits[digest[i] & 15];", "streams::test_sha256")

# -------------------------------------------------------------------------------------------------------------- sql

broken("sql/binary_rows.c", "binary rows: what is null is text", "if (is_null(start)) {", "if (false) {",
       "binary_rows::test_rows", "test_binary_rows.py::test_rows_of_all_types")
broken("sql/binary_rows.c", "binary rows: the lengths of values count themselves",
       "(uint64_t)(cursor->out - length) - 4, 4);", "(uint64_t)(cursor->out - length), 4);",
       "binary_rows::test_rows", "test_binary_rows.py::test_bool")
broken("sql/binary_rows.c", "binary rows: fields may be missing",
       "if (*cursor->in++ != (i + 1 < columns->n ? '\\t' : '\\n')) {", "if (*cursor->in++ > '\\n') {",
       "binary_rows::test_number_of_fields")
broken("sql/binary_rows.c", "binary rows: a row that isn't whole is taken",
       "return ROW_CUT;", "return ROW_WHOLE;", "binary_rows::test_cut_rows")
broken("sql/binary_rows.c", "binary rows: half a row stays in the buffer",
       "        result = convert_row(columns, &cursor);\n",
       "        result = convert_row(columns, &cursor);\n        out->len += 2;\n",
       "binary_rows::test_rows_in_front_of_a_stuck_one")
broken("sql/binary_rows.c", "binary rows: fields of any length", "> BINARY_FIELD_MAX) {", "> SIZE_MAX - 1) {",
       "binary_rows::test_field_too_long")
broken("sql/binary_value.c", "binary rows: integers wrap around", "&magnitude) || magnitude > most) {", "&magnitude)) {",
       "binary_rows::test_integers", "test_binary_rows.py::test_integers")
broken("sql/binary_value.c", "binary rows: integers of any number of digits", "len >= 1 && len <= 19;", "len >= 1;",
       "binary_rows::test_integers")
broken("sql/binary_value.c", "binary rows: UUIDs without hyphens in their places",
       "hyphen_before[i] && *in++ != '-'", "*in == '-' && *in++ != '-'",
       "binary_rows::test_hexadecimal", "test_binary_rows.py::test_uuid")
broken("sql/binary_value.c", "binary rows: half a byte of hexadecimal digits", "return low != 0;", "return high != 0;",
       "binary_rows::test_hexadecimal")
broken("sql/binary_value.c", "binary rows: special bytes are looked for one too late",
       "(size_t)__builtin_ctzll(special) / 8;", "((size_t)__builtin_ctzll(special) + 8) / 8;",
       "binary_rows::test_text_of_each_length", "test_binary_rows.py::test_text")
broken("sql/binary_value.c", "binary rows: a backslash goes unseen among eight bytes",
       "((backslash - EACH_BYTE(1)) & ~backslash)", "0",
       "binary_rows::test_text_of_each_length", "test_binary_rows.py::test_text")
broken("sql/binary_value.c", "binary rows: escapes may make bytes of another encoding, or none at all",
       "return code >= 1 && code <= 127;", "return true;",
       "binary_rows::test_text", "test_binary_rows.py::test_text")
broken("sql/binary_value.c", "binary rows: octal escapes of two digits", "read_code(in, 8, 3, byte);",
       "read_code(in, 8, 2, byte);", "binary_rows::test_text", "test_binary_rows.py::test_text")
broken("sql/binary_value.c", "binary rows: the end of the data is a point", "return c != '.' && ", "return ",
       "binary_rows::test_text", "test_binary_rows.py::test_text")
broken("sql/binary_value.c", "binary rows: a CR is data",
       "} else if (*in == '\\r' || *in == '\\0') {", "} else if (*in == '\\0') {",
       "binary_rows::test_text")
broken("sql/binary_value.c", "binary rows: jsonb of no version", "*cursor->out++ = 1;", "*cursor->out++ = 0;",
       "binary_rows::test_text", "test_binary_rows.py::test_json")
broken("sql/binary_number.c", "binary rows: numeric of one weight less",
       "groups->weight = (int)((len + GROUP - 1) / GROUP) - 1;", "groups->weight = (int)(len / GROUP) - 1;",
       "binary_rows::test_numeric", "test_binary_rows.py::test_numeric", "test_binary_rows.py::test_numeric_of_a_precision")
broken("sql/binary_number.c", "binary rows: zeros behind the point keep their places",
       "        groups->weight--;\n", "", "binary_rows::test_numeric", "test_binary_rows.py::test_numeric")
broken("sql/binary_number.c", "binary rows: the last digits of a fraction aren't filled up",
       "read_group(in + len - last, last) * unit[last]", "read_group(in + len - last, last)",
       "binary_rows::test_numeric", "test_binary_rows.py::test_numeric")
broken("sql/binary_number.c", "binary rows: numeric has no minus zero but one", "        negative = false;\n", "",
       "binary_rows::test_numeric")
broken("sql/binary_number.c", "binary rows: zeros at the end stay",
       "groups->kept = group == 0 ? groups->kept : groups->n;", "groups->kept = groups->n;",
       "binary_rows::test_numeric", "test_binary_rows.py::test_numeric")
broken("sql/binary_number.c", "binary rows: numeric of any length", "whole_len + scale > NUMERIC_DIGITS", "false",
       "binary_rows::test_numeric", "test_binary_rows.py::test_numeric")
broken("sql/binary_number.c", "binary rows: floats just above a half are rounded as halves",
       "    *quotient |= (uint64_t)dividend != *quotient * power;\n", "",
       "test_binary_rows.py::test_floats")
broken("sql/binary_number.c", "binary rows: digits that don't fit are taken for all of them",
       "decimal->exact = decimal->exact && decimal->digits <= (UINT64_MAX - 9) / 10;", "",
       "binary_rows::test_floats", "test_binary_rows.py::test_floats")
broken("sql/binary_number.c", "binary rows: float4 by way of double", "value = strtof(start, &stopped);",
       "value = (float)strtod(start, &stopped);", "binary_rows::test_floats", "test_binary_rows.py::test_floats")
broken("sql/binary_number.c", "binary rows: floats that are too large",
       "stopped == end && errno == 0;", "stopped == end;",
       "binary_rows::test_floats", "test_binary_rows.py::test_floats")
broken("sql/binary_time.c", "binary rows: every century has a leap day",
       "year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);", "year % 4 == 0;", "binary_rows::test_dates")
broken("sql/binary_time.c", "binary rows: leap days are counted from January on",
       "(month > 2 ? leap_day : 0) + day", "leap_day + day", "binary_rows::test_dates", "test_binary_rows.py::test_dates",
       "test_binary_rows.py::test_timestamps")
broken("sql/binary_time.c", "binary rows: any month has 31 days",
       "if (day > days_before[month + 1] - days_before[month] + (month == 2 ? leap_day : 0)) {", "if (day > 31) {",
       "binary_rows::test_dates")
broken("sql/binary_time.c", "binary rows: fractions of a second are microseconds", "*usec = value * unit[n];",
       "*usec = value;", "binary_rows::test_times", "test_binary_rows.py::test_times", "test_binary_rows.py::test_timestamps")
broken("sql/binary_time.c", "binary rows: a second more in a minute", "second > 59 ||", "second > 60 ||",
       "binary_rows::test_times", "test_binary_rows.py::test_timestamps")
broken("sql/binary_time.c", "binary rows: zones are ahead of UTC on both sides",
       "sign == '-' ? -ahead : ahead;", "ahead;",
       "binary_rows::test_timestamps", "test_binary_rows.py::test_timestamps_with_zones")
broken("sql/binary_time.c", "binary rows: zones without their seconds",
       "in_seconds(hours, minutes, rest);", "in_seconds(hours, minutes, 0);",
       "binary_rows::test_timestamps", "test_binary_rows.py::test_timestamps_with_zones")
broken("sql/copy_rows.c", "data is cut behind a backslash",
       " && before_last != '\\\\';", ";",
       "copy_rows::test_not_behind_a_backslash")
broken("sql/copy_rows.c", "pieces may end their lines in another way",
       "end_of_line(next, newline, false) == rows->line_end;", "true;", "copy_rows::test_lines_end_alike")
broken("sql/copy_rows.c", "newlines in fields count as rows",
       "memmem(data, len, \"\\\\\\n\", 2) != NULL;", "false;",
       "copy_rows::test_rows_are_counted", "test_parallel_script.py::test_newlines_in_rows")
broken("sql/statement_class.c", "what stands behind a comma goes unseen",
       "} else if (depth == 0 && sql_word_is(words->text, word, \",\")) {", "} else if (false) {",
       "statement_class::test_all_others")
broken("sql/statement_class.c", "names without a schema count as known",
       "return accept_table(words, table, &qualified) && qualified;", "return accept_table(words, table, &qualified);",
       "statement_class::test_all_others")
broken("sql/statement_class.c", "COPY in other formats is cut",
       "!accept(&words, \"stdin\") || !at_end(&words)", "!accept(&words, \"stdin\")", "statement_class::test_plain_copies")

broken("sql/lexer_text.c", "comments don't nest", "lexer->comment_depth++;", "", "lexer::test_corpus")
broken("sql/lexer_text.c", "a backslash in E'' escapes nothing",
       "if (lexer->data[scan] == '\\\\') {", "if (false) {", "lexer::test_corpus")
broken("sql/lexer_code.c", "a word is judged before all of it was read",
       "if (behind + 1 >= lexer->end && !lexer->eof) {", "if (behind > lexer->end && !lexer->eof) {",
       "lexer::test_every_piece")
broken("sql/lexer_code.c", "a semicolon in BEGIN ATOMIC ends the statement",
       "lexer->begins = 1;", "lexer->begins = 0;",
       "lexer::test_corpus", "test_roundtrip.py::test_restore_pg_dump_plain[torture_objects]")
broken("sql/lexer_code.c", "every string has escapes",
       "return lexer->standard_strings ? MODE_STRING : MODE_ESCAPE_STRING;", "return MODE_ESCAPE_STRING;",
       "lexer::test_corpus", "test_roundtrip.py::test_restore_pg_dump_inserts[torture_values]")
broken("sql/lexer.c", "a NUL byte is text", "if (nul != NULL) {", "if (false) {", "lexer::test_nul")
broken("sql/lexer.c", "lines are counted wrong when the buffer moves",
       "lexer->line_at -= lexer->start;", "", "lexer::test_every_piece")
broken("sql/lexer.c", "where a string began is forgotten when the buffer moves",
       "lexer->mode_start -= lexer->mode_start < lexer->start ? lexer->mode_start : lexer->start;", "",
       "lexer::test_large")
broken("sql/lexer_code.c", "a statement may be larger than the limit",
       "if (len > lexer->limit) {", "if (false) {", "lexer::test_limit")
broken("sql/lexer_text.c", "a COPY's data is gathered in memory",
       "if (place > lexer->start) {", "if (place > lexer->start && lexer->eof) {",
       "test_memory.py::test_memory_does_not_grow_with_rows")
broken("sql/database_names.c", "ALTER USER … IN DATABASE isn't known",
       'sql_accept_word(statement, len, &at, "user")', 'sql_accept_word(statement, len, &at, "usr")',
       "database_names::test_find")
broken("sql/database_names.c", "a doubled quote in a name stays doubled",
       "i += text[i] == '\"'; /* doubled */", "", "database_names::test_unquote")
broken("sql/database_names.c", "-reuse-previous is taken for a database",
       'while (found && strncmp(argument.data, "-reuse-previous=", 16) == 0);', "while (false);",
       "database_names::test_connect")
broken("sql/meta_commands.c", "a second psql command behind an allowed one is let through",
       "command = special ? META_REFUSED : command;", "", "database_names::test_meta_commands")
broken("sql/meta_commands.c", "unknown psql commands are passed over",
       "MetaCommand command = META_REFUSED;", "MetaCommand command = META_IGNORED;",
       "database_names::test_meta_commands", "test_errors.py::test_script_that_would_run_a_program")
broken("sql/script_check.c", "COPY isn't counted",
       "check->facts.copies += token->copy_from_stdin;", "", "script_check::test_facts")
broken("sql/script_check.c", "any text is taken for SQL",
       "if (!is_command(token->text, word)) {", "if (false) {", "script_check::test_refused")
broken("sql/script_edges.c", "pg_dump's last line isn't missed",
       'strstr(edges->tail, "-- PostgreSQL database dump complete") == NULL', "false",
       "script_check::test_cut_anywhere")
broken("sql/quote.c", "a quote in an identifier isn't doubled",
       'append_doubled(out, name, "\\"");', 'append_doubled(out, name, "");', "quote::test_identifiers")
broken("sql/quote.c", "a backslash in a literal isn't doubled",
       "append_doubled(out, text, \"'\\\\\");", "append_doubled(out, text, \"'\");", "quote::test_literals")
broken("sql/quote.c", "a carriage return ends a comment",
       'strcspn(text, "\\r\\n")', 'strcspn(text, "\\n")', "quote::test_comments")

broken("sql/lexer_text.c", "a backslash and a dot in the middle of a row end the data",
       "lexer->copy_line_begins = lexer->data[behind - 1] == '\\n';", "lexer->copy_line_begins = true;",
       "lexer::test_long_row")
broken("sql/script_edges.c", "the last bytes are those of the middle",
       "memmove(edges->tail, edges->tail + drop, edges->tail_len - drop);", "",
       "script_check::test_long_script")
broken("sql/name_pattern.c", "what stands in quotes is a pattern",
       'strchr("|*+?()[]{}.^$\\\\", c) != NULL', "false",
       "name_pattern::test_matches")
broken("sql/name_pattern.c", "a schema in a pattern isn't told of",
       "pattern->has_schema = true;", "",
       "name_pattern::test_parts")
broken("sql/name_pattern.c", "names beyond the last dot are passed over",
       "parts->too_many = true;", "",
       "name_pattern::test_refused")
broken("sql/name_pattern.c", "a name of no letters is one",
       "return out - 1 == start ? NULL : out;", "return out;",
       "name_pattern::test_qualified")
broken("sql/lexer_text.c", "a carriage return hides the end of COPY",
       "behind = left >= 3 && text[2] == '\\r' ? 3 : 2;", "behind = 2;",
       "lexer::test_corpus", "test_restore.py::test_rows_of_any_line_end_and_encoding")
broken("sql/script_check.c", "a script may be of two databases",
       "if (own[0] != '\\0' && strcmp(own, name) != 0) {", "if (false) {",
       "script_check::test_refused", "test_restore.py::test_script_of_two_databases")

# ---------------------------------------------------------------------------------------------------------- archive

broken("archive/file_kind.c", "anything without NUL bytes is a script",
       "return control * 10 <= len;", "return true;", "file_kind::test_kinds")
broken("archive/file_kind.c", "our own file isn't known by its beginning",
       "if (head_find(bytes, len, len == size, &ops) != MARK_NONE ||", "if (false ||", "file_kind::test_own")
broken("archive/file_kind.c", "pg_dump's folders aren't known",
       "*kind = dump ? FILE_PG_DIRECTORY : FILE_UNKNOWN;", "*kind = FILE_UNKNOWN;", "file_kind::test_folders_and_pipes")
broken("archive/file_kind.c", "an empty file is one of an unknown kind",
       "return FILE_EMPTY;", "return FILE_UNKNOWN;", "file_kind::test_kinds", "test_errors.py::test_empty_file")
broken("archive/file_kind.c", "gzip isn't known",
       "return FILE_SCRIPT_GZIP;", "return FILE_UNKNOWN;", "test_roundtrip.py::test_restore_pg_dump_gzip[shop]")
broken("archive/footer.c", "what begins as our file isn't known to be one",
       "MarkVerdict verdict = head_of(all_codecs[i], bytes, len, whole);", "MarkVerdict verdict = MARK_NONE;",
       "test_errors.py::test_truncated_verify", "test_errors.py::test_truncated_restore")
broken("archive/footer.c", "the footer's checksum isn't compared",
       "if (!read_numbers(ops, facts, n) || n[5] != check_of(ops, start)) {", "if (!read_numbers(ops, facts, n)) {",
       "script_damage::test_every_byte", "test_errors.py::test_every_altered_byte_verify")
broken("archive/index_write.c", "a tablespace isn't written into the index",
       'put_text(json, "tablespace", entry->tablespace);', "", "script_archive::test_small_round_trip")
broken("archive/index_write.c", "names that aren't UTF-8 are spoilt",
       "if (json_can_hold(text)) {", "if (true) {", "script_archive::test_small_round_trip")
broken("archive/chunk_writer.c", "members aren't numbered",
       "head->sequence++;", "", "script_archive::test_random_round_trip")
broken("archive/chunk_writer.c", "a large row's first piece is written again and again",
       "data += MEMBER_TEXT_MAX;", "", "script_archive::test_large_row")
broken("archive/script_writer.c", "a file's first line is taken for data",
       "writer->data_start = writer->file.size;", "writer->data_start = 0;", "script_archive::test_empty_archive")
broken("archive/script_writer.c", "a file is finished whose index doesn't fit",
       "if (verdict != LAYOUT_GOOD) {", "if (false) {", "script_archive::test_writer_refuses")
broken("archive/script_writer.c", "a file is finished in the middle of an entry",
       "static const Chunk expected = {.offset = UINT64_MAX};", "static const Chunk expected;",
       "script_archive::test_writer_refuses", "chunk_writer::test_chunks_that_lack")
broken("archive/script_writer.c", "a further chunk takes the number of a piece that is still to come",
       "n = (entry->chunks.len > n ? entry->chunks.len : n) + 1;", "n = entry->chunks.len + 1;",
       "chunk_writer::test_further_chunk_comes_first")
broken("archive/script_writer.c", "several writers are at the file at once",
       "(void)pthread_mutex_lock(&script->file_lock);", "", "chunk_writer::test_several_threads")
broken("archive/chunk_writer.c", "what was held back is forgotten when the chunk grows too long",
       "ok = script_append(writer->script, writer->spool.data, writer->spool.len, err);", "ok = true;",
       "chunk_writer::test_several_threads")
broken("archive/chunk_writer.c", "a chunk that is given up keeps the file to itself",
       "void chunk_writer_cancel(ChunkWriter *writer)\n{\n    leave_file(writer);",
       "void chunk_writer_cancel(ChunkWriter *writer)\n{", "chunk_writer::test_cancel_gives_the_file_back")
broken("archive/own_stream.c", "a stream that ends between two members is whole",
       "return end ? damage_cut(err, stream->name) : take_member(stream, &member, err);",
       "*done = end;\n    return end ? true : take_member(stream, &member, err);",
       "script_damage::test_truncation", "test_errors.py::test_truncated_pipe")
broken("archive/own_stream.c", "what follows the footer is of no interest",
       "*done = got == 0 && stream->members.in.len == stream->members.taken;", "*done = true;",
       "script_damage::test_concatenation_and_garbage")
broken("archive/plain_stream.c", "the hash of a file without compression isn't compared",
       "footer.content_hash != XXH3_64bits_digest(stream->content)) {", "false) {", "script_damage::test_every_byte")
broken("archive/script_stream.c", "an empty file isn't called empty",
       "if (kind == FILE_EMPTY) {", "if (false) {", "script_damage::test_empty_file")
broken("archive/script_stream.c", "what comes out of gzip isn't looked at",
       "return kind == FILE_SCRIPT_PLAIN ? true :", "return true ? true :", "streams::test_what_is_no_script")
broken("archive/script_stream.c", "- is a file of that name",
       'bool from_stdin = strcmp(path, "-") == 0;', "bool from_stdin = false;",
       "test_cli.py::test_restore_from_standard_input", "test_cli.py::test_restore_from_a_pipe")
broken("archive/script_reader.c", "the file's size isn't compared with its footer",
       "if (archive->footer.file_size != size) {", "if (false) {", "test_errors.py::test_other_damage")
broken("archive/script_reader.c", "every script is taken for our own, and cut",
       "if (len == 0 || head_find(head, len, len == size, &ops) != MARK_NONE) {", "if (true) {",
       "script_damage::test_foreign_is_not_ours")
broken("archive/script_verify.c", "the damaged entry isn't named",
       '"%s of %s", what, label);', '"%s", what);', "script_damage::test_words_of_damage")
broken("archive/script_verify.c", "rows aren't counted",
       "(row_counter_whole(counter) && counter->rows == place->chunk->rows)) {", "true) {",
       "script_damage::test_verify_counts_rows")
broken("archive/row_counter.c", "a row that begins with two backslashes and a dot ends the data",
       "if (counter->state == ROW_START && c == '\\\\') {", "if (c == '\\\\') {", "streams::test_row_counter")
broken("archive/index_read.c", "an index may end anywhere",
       "if (text.len > 0 || parser.expected != EXPECT_NOTHING) {", "if (false) {",
       "script_damage::test_index_is_not_trusted")
broken("archive/index_read.c", "the index's totals aren't compared",
       "&told) && told == counted;", "&told);", "script_damage::test_index_is_not_trusted")
broken("archive/layout.c", "a gap between chunks is fine",
       "chunk->offset != at ||", "", "script_archive::test_layout")
broken("archive/codec_gzip.c", "members carry no checksum",
       "bytes_put(out + size, libdeflate_crc32(0, text, text_size), 4);", "bytes_put(out + size, 0, 4);",
       "test_roundtrip.py::test_file_is_many_gzip_members_and_one_stream")
broken("archive/manifest_write.c", "the manifest counts tables instead of rows",
       "rows += entry_rows(entry);", "rows++;", "manifest::test_round_trip")
broken("archive/manifest_write.c", "a manifest is written that can't be read",
       "if (!manifest_parse(text.data, text.len, path, &check, err)) {", "if (false) {", "manifest::test_round_trip")
broken("archive/manifest_write.c", "a table's rows are missing",
       'json_uint(json, "rows", entry_rows(entry));', "", "test_cli.py::test_manifest")
broken("archive/manifest_read.c", "a manifest of a newer version is taken for damaged",
       "if (version > MANIFEST_VERSION) {", "if (false) {", "manifest::test_missing_and_damaged")

broken("archive/archive_text.c", "a text may be of another size than the index says",
       "if (reader->raw_size != chunk->raw_size || reader->order.inside ||", "if (reader->order.inside ||",
       "script_damage::test_index_that_lies")

broken("archive/script_writer.c", "a file's end is written when the older manifest is gone",
       "file_writer_sync(&writer->file, err);", "true;", "test_errors.py::test_disk_that_is_full_at_the_very_end")
broken("archive/selection_choose.c", "nothing chosen is nothing taken",
       "return entry->schema != NULL ? takes_schema(chooser, entry->schema) : names->everything;",
       "return entry->schema != NULL ? takes_schema(chooser, entry->schema) : false;", "selection::test_all")
broken("archive/selection_choose.c", "statistics go with their table, whatever their schema",
       '(!is_kind(entry, "STATISTICS") || takes_schema(chooser, entry->schema)) &&', "", "selection::test_schemas")
broken("archive/selection.c", "a sequence doesn't go with its table",
       "relation->taken = owner->taken;", "", "selection::test_tables")
broken("archive/selection.c", "--exclude-table-data excludes nothing",
       "relation->takes_data = relation->taken && !not_data;", "relation->takes_data = relation->taken;",
       "selection::test_data")
broken("archive/selection.c", "extensions come whatever was chosen",
       "names->extensions.items[i].taken = names->everything;", "names->extensions.items[i].taken = true;",
       "selection::test_tables")
broken("archive/selection.c", "excluded extensions are taken",
       "match_names(selection, SELECT_NOT_EXTENSIONS, matcher, false, err);",
       "match_names(selection, SELECT_NOT_EXTENSIONS, matcher, true, err);", "selection::test_extensions")
broken("archive/selection.c", "a pattern that matches nothing is passed over",
       "return no_match(what, selection->rules[list].items[rule].pattern, err);", "return true;",
       "selection::test_no_match")
broken("archive/selection.c", "another database's tables are taken for this one's",
       "if (wanted == NULL || (present", "if (true || (present", "selection::test_no_match")
broken("archive/selection_choose.c", "publications come although they were refused",
       '!(selection->no_publications && begins(entry, "PUBLICATION"))', "true", "selection::test_kinds")
broken("archive/selection_choose.c", "privileges don't go with their objects",
       'return is_kind(entry, "ACL") && entry->n_deps > 0 &&', "return false && entry->n_deps > 0 &&",
       "selection::test_kinds")
broken("archive/selection.c", "a backup without owners is a whole one",
       "!selection->no_subscriptions && selection->leave_out == 0;", "!selection->no_subscriptions;",
       "selection::test_about_the_whole")
broken("archive/filter_file.c", "a comment is part of the pattern",
       "return c == '\\0' || c == '\\n' || c == '#';", "return c == '\\0' || c == '\\n';",
       "selection::test_filter_format")
broken("archive/filter_file.c", "a line without a pattern chooses nothing",
       "(pattern->len > 0 || refuse(filter,", "(true || refuse(filter,", "selection::test_filter_errors")
broken("archive/data_order.c", "data keeps its order, whatever refers to it",
       "if (orderer->state[to] == UNSEEN) {", "if (false) {", "selection::test_order_of_data")
broken("archive/part_reader.c", "definitions can be left out",
       ".leave_out = leave_out & ~TEXT_BIT(TEXT_DEFINITION),", ".leave_out = leave_out,", "selection::test_parts")

# ------------------------------------------------------------------------------------------- engine: the connection

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
in_postgres("connection.c", "the password is shown with what is sent",
            '"send: %.200s", sql);', '"send: %.200s (%s)", sql, PQpass(connection->handle));',
            "test_cli.py::test_a_password_is_never_shown")
in_postgres("connect.c", "a name with = in it is taken for a connection string",
            "PQconnectStartParams(keywords, values, is_uri(database))", "PQconnectStartParams(keywords, values, 1)",
            "test_cli.py::test_awkward_database_name[looks like=a string]",
            "test_restore.py::test_awkward_database_names[a=b]")

# ------------------------------------------------------------------------------------------------ engine: the backup

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
in_postgres("entry_out.c", "a chunk's rows are counted in the next one, too",
            "    out->rows = 0;\n", "", "test_parallel_backup.py::test_chunks_of_one_table")
in_postgres("entry_out.c", "a table is one chunk, however long",
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

# ----------------------------------------------------------------------------------------------- engine: the restore

in_postgres("target.c", "a database that exists isn't seen",
            "if (exists) {", "if (false) {",
            "test_errors.py::test_target_exists", "test_cli.py::test_restore_twice_is_refused")
in_postgres("target.c", "a database that isn't empty is taken",
            "(contents.len == 0 || refuse_filled(session, contents.data, err));", "true;",
            "test_errors.py::test_target_is_not_empty", "test_cli.py::test_restore_twice_is_refused")
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
            'pg_exec(session->connection, "SET default_transaction_read_only = off", err);', "true;",
            "test_errors.py::test_create_where_sessions_only_read_by_default")
in_postgres("target.c", "a URI is taken for a database's name",
            'return strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0;', "return false;",
            "test_cli.py::test_connection_uri")
in_postgres("restore.c", "roles aren't looked for before",
            "if (ok && PQntuples(rows) > 0 && !PQgetisnull(rows, 0, 0)) {", "if (false) {",
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
            "if (err->code == ERR_NONE || session->completed) {", "if (true) {",
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
in_postgres("script_crew.c", "sessions with other defaults pass for equal",
            "*same = *same && strcmp(wanted->number, got.number) == 0;", "",
            "test_parallel_script.py::test_other_defaults")
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

# ---------------------------------------------------------------------------------------------- the catalog's queries

in_catalog("acl", "privileges of columns are lost",
           "where c.relkind in ('r', 'p', 'v', 'm', 'f')\n       and not a.attisdropped",
           "where false and c.relkind in ('r', 'p', 'v', 'm', 'f')\n       and not a.attisdropped",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "the grant option is lost", "case when p.grantable then ' WITH GRANT OPTION' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "who granted is forgotten", "p.grantor <> p.owner and not p.is_revoke as other", "false as other",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("acl", "what was revoked is granted", "not u.item = any (c.present)", "false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "procedures are called functions", "case r.prokind when 'p' then 'PROCEDURE'",
           "case r.prokind when 'x' then 'PROCEDURE'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the initial value is lost", "'INITCOND = ' || quote_literal(a.agginitval)", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the sort operator is lost", "case when so.oid is not null", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the moving state's final function is lost", "'MFINALFUNC = ' || f.mfinal", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "PARALLEL is lost", "case p.proparallel when 's' then 'PARALLEL = SAFE'",
           "case p.proparallel when 'x' then 'PARALLEL = SAFE'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "a hypothetical-set aggregate is an ordinary one",
           "case when a.aggkind = 'h' then 'HYPOTHETICAL' end", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("alias", "a view's query and a table's row type are no part of them", "where d.deptype in ('e', 'i')",
           "where d.deptype = 'e'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("cast", "AS IMPLICIT is lost", "when 'i' then ' AS IMPLICIT'", "when 'x' then ''",
           "test_operators.py::test_what_pg_dump_leaves_out")
in_catalog("check_constraint", "checks that weren't validated are lost", "(not k.convalidated", "(false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("collation", "a nondeterministic collation is deterministic", "case when not c.collisdeterministic",
           "case when false", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("comment", "comments on columns are comments on tables", "when i.type like '% column'",
           "when i.type like '%x column'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("comment", "a quote in a comment isn't doubled", "replace(description, '''', '''''')", "description",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("comment", "comments on domains' constraints name a table", "when i.type = 'domain constraint'",
           "when i.type = 'x'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("constraint", "a constraint isn't deferred", "when k.condeferred then ' DEFERRABLE INITIALLY DEFERRED'",
           "when false then ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "CLUSTER is lost", "case when i.indisclustered", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "the replica identity is lost", "case when i.indisreplident", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "the index's parameters are lost", "' WITH (' || opt.text || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("database", "the comment is lost", "join pg_shdescription c on (c.classoid, c.objoid) = ('pg_database'",
           "join pg_shdescription c on (c.classoid, c.objoid) = ('pg_class'",
           "test_roundtrip.py::test_create_brings_the_database_own_settings")
in_catalog("database", "who may connect is lost", "lateral unnest(d.datacl) with ordinality as u(item, ord)",
           "lateral unnest(acldefault('d', d.datdba)) with ordinality as u(item, ord)",
           "test_roundtrip.py::test_create_brings_the_database_own_settings")
in_catalog("default", "defaults that need other objects are lost", "(c.relkind = 'v'", "(false and c.relkind = 'v'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("default_acl", "IN SCHEMA is lost", "' IN SCHEMA ' || quote_ident(n.nspname)", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("default_acl", "--clean leaves default privileges as they are",
           "case when is_revoke then to_grant else to_revoke end", "case when is_revoke then to_revoke else to_grant end",
           "test_selection.py::test_clean_script")
in_catalog("depend", "nothing depends on anything", "where d.objid >= 16384", "where false and d.objid >= 16384",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("domain", "NOT NULL is lost", "case when t.typnotnull then", "case when false then",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "the default is lost", "' DEFAULT ' || coalesce(", "null || coalesce(",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "the collation is lost", "case when co.oid is not null", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "checks are lost", "              ck.text,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("domain_constraint", "checks that call functions are lost", "where c.contype = 'c'",
           "where false and c.contype = 'c'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("extension", "extensions are lost", "where e.oid >= 16384", "where false and e.oid >= 16384",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("extension", "an extension's schema is lost", "n.nspname)\n           as create_sql",
           "'public')\n           as create_sql", "test_extensions.py::test_all_extensions[in schemas of their own]")
in_catalog("fk_constraint", "foreign keys are lost", "where k.contype = 'f' and k.conparentid = 0\n",
           "where false and k.contype = 'f' and k.conparentid = 0\n",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("function", "IMMUTABLE and STABLE are lost", "case p.provolatile when 'i'", "case p.provolatile when 'x'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("function", "STRICT is lost", "case when p.proisstrict", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "SECURITY DEFINER is lost", "case when p.prosecdef", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "LEAKPROOF is lost", "case when p.proleakproof", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "COST is lost", "' COST ' || nullif(nullif(p.procost, 0),",
           "' COST ' || nullif(nullif(p.procost, p.procost),", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "ROWS is lost", "case when p.proretset then ' ROWS '", "case when false then ' ROWS '",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "SUPPORT is lost", "' SUPPORT ' || nullif(p.prosupport::text, '-')", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "settings are lost", "              settings.list,\n", "",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "a body ends at its first $$", "case when strpos(p.prosrc, '$') = 0 then '$$'",
           "case when true then '$$'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "window functions are ordinary ones", "case when p.prokind = 'w' then ' WINDOW' end", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("index", "a condition isn't seen", "i.indpred is null", "true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "parameters aren't seen", "c.reloptions is null", "true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "a partitioned table's is made on all partitions", "and c.relkind = 'i'", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "DESC isn't seen", "and 0 = all (i.indoption::int2[])", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "NULLS NOT DISTINCT isn't seen", "and not i.indnullsnotdistinct ", "and true ",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "an operator class isn't seen", "and o.opcdefault", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "a collation isn't seen", "and u.collid in (0, a.attcollation)", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "an operator class's parameters aren't seen", "and own.attoptions is null", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "UNIQUE is lost", "case when idx.indisunique then 'UNIQUE ' end", "null",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "expressions and INCLUDE are left out", "having count(*) = idx.indnatts", "having true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "CLUSTER is lost", "case when idx.indisclustered", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "the replica identity is lost", "case when idx.indisreplident", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "statistics targets are lost", "              stat.text,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("large_object", "the owner is lost", "m.oid, pg_get_userbyid(m.lomowner))", "m.oid, current_user)",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview", "WITH (…) is lost", "E'\\nWITH (' || options.list || ')'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview", "columns' settings are lost", "              columns.list,\n", "",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview_data", "matviews stay empty", "and c.relispopulated", "and false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "RESTRICTIVE is lost", "case when not p.polpermissive", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "WITH CHECK is lost", "' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "row security isn't enabled", "where t.relrowsecurity", "where false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("rule", "ENABLE and DISABLE are lost", "case when r.ev_enabled <> 'O'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("schema", "public's owner is lost", "case when not p.is_public or p.is_moved then",
           "case when not p.is_public then", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("security_label", "labels on columns are labels on tables", "case when i.type like '% column'",
           "case when i.type like '%x column'", "test_security_labels.py::test_labels_come_back")
in_catalog("sequence", "CYCLE is lost", "case when s.seqcycle then ' CYCLE' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence", "the type is lost", "format_type(s.seqtypid, null)", "'bigint'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence", "CACHE is lost", "s.seqmax, s.seqcache)", "s.seqmax, 1)",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_owned_by", "sequences are nobody's", "where c.relkind = 'S'", "where false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_set", "whether a value was called is lost", "split_part(v.word, ',', 2)", "'true'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_set", "a sequence that was used begins at its last value", "',true'", "',false'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_set", "the value is lost", "split_part(v.word, ',', 1)", "1",
           "test_roundtrip.py::test_restore[torture_relations]",
           "test_roundtrip.py::test_restore_into_empty_database[shop]",
           "test_roundtrip.py::test_second_generation_is_the_same[shop]")
in_catalog("statistics", "the statistics target is lost", "case when s.stxstattarget >= 0", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "UNLOGGED is lost", "case rel.relpersistence when 'u' then 'UNLOGGED ' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "OF type is lost", "case when rel.reloftype <> 0 then", "case when false then",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "PARTITION BY is lost", "case rel.relkind when 'p' then", "case rel.relkind when 'x' then",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "INHERITS is lost", "E'\\nINHERITS (' || parent.names || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "WITH (…) is lost", "E'\\nWITH (' || case when rel.reloptions",
           "null || case when rel.reloptions", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "the toast table's parameters are lost",
           "from unnest(toast.reloptions) with ordinality u(opt, i)",
           "from unnest(null::text[]) with ordinality u(opt, i)",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "the replica identity is lost", "case when rel.relreplident in ('n', 'f')",
           "case when rel.relreplident in ('x')", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "FORCE ROW LEVEL SECURITY is lost", "case when rel.relforcerowsecurity", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "identity columns are ordinary ones", "              col_text.identities,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "BY DEFAULT is ALWAYS", "case attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end",
           "'ALWAYS'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "STORAGE is lost", "case when attstorage <> typstorage", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "COMPRESSION is lost", "case when attcompression <> ''", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "columns' statistics targets are lost", "case when attstattarget >= 0", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "columns' options are lost", "case when attoptions <> '{}'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "generated columns have defaults", "when attgenerated = '' then ' DEFAULT ' || expression",
           "when true then ' DEFAULT ' || expression", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "a column's collation is lost", "format(' COLLATE %I.%I', n.nspname, l.collname)",
           "null", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "CHECK is lost", "concat_ws(E',\\n    ', col_text.definitions, check_text.definitions)",
           "concat_ws(E',\\n    ', col_text.definitions)", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "NOT NULL is lost", "case when not_null is null then ''", "case when true then ''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "a child takes over its parent's default", "when inherits_default then 'NULL'",
           "when false then 'NULL'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_attach", "partitions stand alone", "and c.relispartition\n", "and false\n",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "generated columns are loaded", "and not a.attisdropped and a.attgenerated = ''",
           "and not a.attisdropped", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "dropped columns are read", "and not a.attisdropped and a.attgenerated = ''",
           "and a.attgenerated = ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "an extension's rows come in any order", " || before.deps as deps,", " as deps,",
           "test_extension_tables.py::test_rows_come_in_the_order_of_keys_and_add_to_the_extension_own")
in_catalog("table_data", "rows are loaded into partitions that may not hold them any more",
           "left join part on part.oid = tab.oid and part.is_unstable",
           "left join part on part.oid = tab.oid and false", "test_roundtrip.py::test_partitions_whose_rows_move")
in_catalog("trigger", "ENABLE and DISABLE are lost", "case when f.is_copy or f.tgenabled <> 'O'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_base", "a type's functions hold it", "DROP TYPE %1$s CASCADE;", "DROP TYPE %1$s;",
           "test_operators.py::test_clean_drops_a_type_with_its_functions")
in_catalog("type_composite", "attributes' collations are lost", "|| case when co.oid is null then ''",
           "|| case when true then ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_enum", "labels are in alphabetical order", "order by v.enumsortorder", "order by v.enumlabel",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_range", "the canonical function is lost", "'canonical = ' || nullif(r.rngcanonical::text, '-')",
           "null", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the difference function is lost", "'subtype_diff = ' || nullif(r.rngsubdiff::text, '-')",
           "null", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the operator class is lost", "case when not oc.opcdefault", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the multirange's name is lost",
           "'multirange_type_name = ' || format_type(r.rngmultitypid, null)", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("view", "the check option is lost", "E'\\n  WITH ' || options.checked || ' CHECK OPTION'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("view", "security_barrier and its like are lost", "' WITH (' || options.list || ')'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")

# -------------------------------------------------------------------------------------------------------------- app

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

# --------------------------------------------------------------------------------------------------------------- ui

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

# -------------------------------------------------------------------------------------------------------------- cli

broken("cli/cmd_version.c", "the program's name is missing",
       'printf("dbbackup %s\\n", DBB_VERSION);', 'printf("%s\\n", DBB_VERSION);', "test_cli.py::test_version")
broken("cli/cmd_help.c", "help doesn't list the commands",
       "len, usage, command_table[i].summary);", 'len, "", command_table[i].summary);', "test_cli.py::test_help")
broken("cli/cmd_help.c", "help is too wide", "HELP_COLUMN = 29", "HELP_COLUMN = 60",
       "test_cli.py::test_help_lines_fit_a_terminal")
broken("cli/cmd_engines.c", "engines doesn't name PostgreSQL",
       '"native  PostgreSQL (%s), built in\\n", postgres_engine.name', '"native\\n"', "test_cli.py::test_engines")
broken("cli/cmd_restore.c", "--database is ignored",
       "options->target != NULL ? options->target : options->database,", "options->target,",
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

# -------------------------------------------------------------------------------------- what to take, on real servers

broken("archive/selection_choose.c", "publications come with a chosen schema",
       '(!begins(entry, "PUBLICATION") || names->everything);', "true;",
       "test_selection.py::test_backup_takes[n_sales]", "test_selection.py::test_restore_takes[n_sales]")
broken("archive/selection_choose.c", "extensions are never taken by name",
       "return extension == NULL ? names->everything : extension->taken;", "return names->everything;",
       "test_selection.py::test_backup_takes[extension]")
broken("archive/selection.c", "a name without a schema is looked for everywhere",
       "(name_pattern_has_schema(rule->pattern) || is_visible(matcher, relation));", "true;",
       "test_selection.py::test_patterns_are_those_of_psql[items*]", "test_selection.py::test_what_matches_nothing")
broken("archive/filter_file.c", "a filter file's excludes include",
       "include ? objects[i].include : objects[i].exclude", "objects[i].include", "test_selection.py::test_filter_file")
in_postgres("scope.c", "the index doesn't tell what was chosen",
            "selection_describe(catalog->scope->selection, &text);", "",
            "test_selection.py::test_index_tells_what_was_chosen")
in_postgres("scope.c", "what is left out is locked all the same",
            "relation->is_locked = relation->is_locked && touches;", "",
            "test_selection.py::test_left_out_is_neither_locked_nor_read")
broken("app/restore.c", "data and keys want --confirm",
       "request->confirm || restore->is_addition,", "request->confirm,",
       "test_selection.py::test_sections_one_after_another[gzip]")
broken("app/restore.c", "definitions go into a filled database",
       "request->confirm || restore->is_addition,", "true,",
       "test_selection.py::test_pre_data_wants_an_empty_database")
broken("archive/script_verify.c", "chosen entries aren't checked before the restore", "ok && c < entry->chunks.len; c++", "false; c++",
       "test_selection.py::test_damage_in_what_is_needed")
broken("app/restore.c", "one table's restore reads all of the file",
       "return selection_is_all(restore->request->selection)", "return true",
       "test_selection.py::test_one_table_of_a_large_file")
broken("archive/part_reader.c", "parts that are left out come all the same",
       "(reader->leave_out & TEXT_BIT(part->kind)) == 0", "true",
       "test_selection.py::test_left_out_statement_by_statement[comments]", "test_selection.py::test_managed_server")
in_postgres("restore.c", "missing owners are found out late",
            "(session->target.leave_out & TEXT_BIT(TEXT_OWNER)) == 0 &&", "true &&",
            "test_selection.py::test_roles_that_are_not_there")
broken("app/restore.c", "a choice without an index is passed over",
       "!selection_is_all(restore->request->selection) || restore->request->disable_triggers", "false",
       "test_selection.py::test_choice_wants_an_index")
broken("archive/data_order.c", "rows come in the order of names, foreign keys or not",
       "ok = vec_push(&orderer->edges, ((Edge){referring.items[i], referred.items[j]}));", "",
       "test_selection.py::test_data_follows_foreign_keys")
broken("archive/data_order.c", "what rows refer to isn't needed by them",
       "if (rank[to] < rank[place]) {", "if (false) {", "selection::test_order_of_data")
broken("archive/data_order.c", "nobody hears of keys in a circle",
       "if (orderer->state[to] == BEGUN && orderer->loop == NULL) {", "if (false) {",
       "test_selection.py::test_foreign_keys_in_a_circle")
in_postgres("script_start.c", "--clean drops first things first",
            "put_drop(catalog, &toc->entries.items[i - 1], &sql);",
            "put_drop(catalog, &toc->entries.items[toc->entries.len - i], &sql);",
            "test_selection.py::test_clean_script")
in_postgres("restore.c", "--clean drops nothing",
            "if (drop_sql != NULL && drop_sql[0] != '\\0' && !vec_push(&list, i)) {", "if (false) {",
            "test_selection.py::test_clean_by_the_index_drops_what_is_chosen")
in_postgres("script_start.c", "a script that makes its database doesn't connect to it",
            "    put_connect(&sql, name);\n", "", "test_selection.py::test_create_script[made_anew]")
broken("archive/selection.c", "-T excludes nothing",
       "chosen) && !not_chosen;", "chosen);",
       "test_selection.py::test_pg_dump_takes_the_same[-n sales -T sales.orders]")

# ---------------------------------------------------------------------------------------------------- many objects

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

# ------------------------------------------------------------------------------------ what extensions are made of

TORTURE = "test_roundtrip.py::test_restore[torture_operators]"
BEYOND = "test_operators.py::test_what_pg_dump_leaves_out"

in_catalog("access_method", "a table's access method is an index's", "when 't' then 'TABLE'", "when 'x' then 'TABLE'",
           TORTURE)
in_catalog("comment", "comments on transforms are spelled as identities", "when i.type = 'transform'",
           "when i.type = 'x'", TORTURE)
in_catalog("conversion", "DEFAULT is lost", "case when c.condefault then ' DEFAULT' end", "null", TORTURE)
in_catalog("depends_on_extension", "nothing depends on an extension", "where d.deptype = 'x'",
           "where d.deptype = '?'", TORTURE)
in_catalog("language", "a language isn't trusted", "case when l.lanpltrusted then ' TRUSTED' end", "null", TORTURE)
in_catalog("language", "the validator is lost", "' VALIDATOR ' || nullif", "null || nullif", TORTURE)
in_catalog("operator", "the negator is lost", "case when g.oid is not null", "case when false", TORTURE)
in_catalog("operator", "MERGES is lost", "case when o.oprcanmerge", "case when false", TORTURE)
in_catalog("operator", "shell operators keep their types from being dropped", "and s.oprcode = 0) shell",
           "and false) shell", "test_roundtrip.py::test_clean_restore_over_what_is_there[torture_operators]")
in_catalog("operator_class", "STORAGE is lost", "case when c.opckeytype <> 0", "case when false", TORTURE)
in_catalog("operator_class", "members are lost", "and d.deptype = 'i'\n    union all", "and false\n    union all",
           TORTURE)
in_catalog("operator_family", "loose members are lost", "'ALTER ' || w.target || E' ADD", "null || w.target || E' ADD",
           TORTURE)
in_catalog("operator_family_member", "members of others' families are lost", "where m.of_objid >= 16384",
           "where false", BEYOND)
in_catalog("text_search_configuration", "dictionaries come in another order", "order by m.mapseqno",
           "order by m.mapseqno desc", TORTURE)
in_catalog("text_search_dictionary", "the options are lost", "nullif(d.dictinitoption, '')", "null", TORTURE)
in_catalog("text_search_dictionary", "a dictionary that another names isn't found", "|| other.path ||", "|| null ||",
           BEYOND)
in_catalog("text_search_parser", "HEADLINE is lost", "'HEADLINE = ' || nullif", "null || nullif", TORTURE)
in_catalog("text_search_template", "INIT is lost", "'INIT = ' || nullif", "null || nullif", TORTURE)
in_catalog("transform", "TO SQL is lost", "'TO SQL WITH FUNCTION ' ||", "null ||", TORTURE)
in_catalog("type_base", "the typmod functions are lost", "'TYPMOD_IN = ' || nullif", "null || nullif", TORTURE)
in_catalog("type_base", "a drop takes along what the backup doesn't hold",
           "WHERE (d.classid, d.objid) NOT IN (SELECT * FROM loop)", "WHERE false",
           "test_operators.py::test_clean_drops_a_type_with_its_functions")
in_catalog("type_shell", "shells are lost", "and not t.typisdefined", "and t.typisdefined", TORTURE)


# ------------------------------------------------------------------------------------------------- parallel restores

RESTORES = "test_parallel_restore.py::"
RESUMED = RESTORES + "test_killed_and_resumed"

broken("sched/claims.c", "one has for himself what others share", "return shared || thing->shared == 0;", "return true;",
       "claims::test_shared_by_several_or_had_by_one")
broken("sched/claims.c", "a holder waits for himself", "return thing->holder == holder;", "return false;",
       "claims::test_a_holder_does_not_hinder_himself")
broken("sched/claims.c", "what was shared stays so for ever", "thing->shared--;", "", "claims::test_shared_by_several_or_had_by_one")

broken("app/restore_plan.c", "nothing waits for what it needs", "if (!job_graph_need(graph, job, need, err)) {",
       "if (false) {", RESTORES + "test_rows_wait_for_nobody_and_everything_waits_for_rows")
broken("app/restore_plan.c", "what is done to a table afterwards doesn't count", "builder->busy[table] += own_work(builder, entry);", "",
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
in_postgres("run_copy.c", "small tables are emptied, too", "entry_raw_size(run->entry) >= WORTH_EMPTYING) {", "true) {",
            "test_errors.py::test_each_table_in_one_transaction")
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

# ----------------------------------------------------------------------------------------------------- binary COPY

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
