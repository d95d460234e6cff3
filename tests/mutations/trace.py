# SPDX-License-Identifier: Apache-2.0
"""--native-debug."""
from . import broken, in_postgres

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
