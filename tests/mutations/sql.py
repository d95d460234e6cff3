# SPDX-License-Identifier: Apache-2.0
"""The lexer, and what SQL text is about."""
from . import broken

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
       '"-- PostgreSQL database dump complete", "pg_dump"', '"", "pg_dump"',
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
broken("sql/script_check.c", "a script by pg_dump may lack its \\unrestrict",
       "if (check->facts.by_pg_dump && check->restrict_key[0] != '\\0') {", "if (false) {",
       "script_check::test_cut_anywhere")
broken("sql/script_check.c", "half of pg_dump's \\unrestrict is an unknown command",
       "return is_cut_unrestrict(check, token)", "return false", "script_check::test_cut_anywhere")
broken("sql/name_pattern.c", "a short pattern may take all memory",
       "if (repeats.last > MOST_NESTED || repeats.copies > MOST_COPIES) {", "if (false) {",
       "name_pattern::test_refused")

broken("sql/name_pattern.c", "a pattern matches nothing when memory is out",
       "return why == 0 || why == REG_NOMATCH || error_set_memory(err, \"a pattern\");", "return true;",
       "test_faults.py::test_no_memory_is_no_mismatch")
broken("sql/name_pattern.c", "what glibc says for want of memory passes for no match",
       "return why == REG_NOMATCH && errno == ENOMEM ? REG_ESPACE : why;", "return why;",
       "test_faults.py::test_no_memory_is_no_mismatch")
broken("sql/database_names.c", "the user of a conninfo isn't known",
       "out = user;", "out = NULL;", "database_names::test_connect")
