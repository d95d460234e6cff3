# SPDX-License-Identifier: Apache-2.0
"""verify --restore: what is compared, and what becomes of the scratch database."""
from . import broken, in_postgres

in_postgres("copy_out.c", "the checksum of a table leaves its rows out",
            "entry_out_count(out, row, len - 1);", "entry_out_count(out, row, 0);", "test_proof.py::test_differences")
in_postgres("copy_out.c", "a row's checksum takes in its newline",
            "entry_out_count(out, row, len - 1);", "entry_out_count(out, row, len);",
            "test_proof.py::test_checksums_are_what_the_format_says")
broken("app/proof_compare.c", "a file without checksums is never equal",
       "table->has_content = entry->content != 0;", "table->has_content = true;",
       "test_proof.py::test_a_file_without_checksums")
broken("app/proof_compare.c", "tables are equal if they have as many rows",
       "table->equal = !table->has_content || entry->content == restored->content;", "table->equal = true;",
       "test_proof.py::test_differences")
broken("app/proof_compare.c", "rows that lack don't count",
       "if (table->rows != table->restored_rows) {", "if (table->rows < table->restored_rows) {",
       "test_proof.py::test_differences")
broken("app/proof_compare.c", "an entry that lacks is no difference",
       "} else if (restored == NULL) {", "} else if (restored == NULL) { continue;",
       "test_proof.py::test_differences")
broken("app/proof_compare.c", "what is there besides is no difference",
       "if (!comparison->known[i] && counts(entry) &&", "if (false && counts(entry) &&", "test_proof.py::test_differences")
broken("app/proof_compare.c", "rows in another order of columns are always equal",
       "*equal = reordered && content == restored->content;", "*equal = reordered;",
       "test_proof.py::test_columns_in_another_order")
broken("app/proof_columns.c", "fields stay in their order",
       "&reorder->fields[reorder->from[i]];", "&reorder->fields[i];", "test_proof.py::test_columns_in_another_order")
broken("app/proof.c", "a cancel keeps the scratch database",
       "EngineContext context = {.events = proof->context->events};", "EngineContext context = *proof->context;",
       "test_proof.py::test_interrupted")
broken("engine/mysql/rows.c", "the checksum of a table leaves its rows out",
       "entry_out_count(rows->out, rows->row.data + SEPARATOR, rows->row.len - SEPARATOR);",
       "entry_out_count(rows->out, rows->row.data + SEPARATOR, 0);", "test_mysql_proof.py::test_differences")
broken("app/proof.c", "an event is restored for proof",
       "selection.no_events = true;", "", "test_mysql_proof.py::test_equal")
broken("app/proof_text.c", "a file without definers is never equal",
       "(ignored || plain.len == text->len);", "ignored;", "test_mysql_proof.py::test_definers")
broken("app/proof.c", "a subscription is restored for proof",
       "selection.no_subscriptions = true;", "", "test_roundtrip.py::test_proof_of_restore[torture_foreign]")
broken("app/proof_server.c", "tablespaces are made where the file says",
       "own->leave_out |= TEXT_BIT(TEXT_TABLESPACE);", "", "test_throwaway.py::test_whole_server")
broken("app/proof_accounts.c", "globals make tablespaces in others' folders",
       "token.kind == SQL_STATEMENT && !is_of_tablespace(&token)", "token.kind == SQL_STATEMENT",
       "test_throwaway.py::test_whole_server")
broken("app/proof_accounts.c", "nobody looks who owns the database",
       "ok = look_at_owner(&accounts, toc->info.database_properties, err);", "ok = true;",
       "test_throwaway.py::test_roles_that_lack")
broken("sql/account_names.c", "who grants is nobody", 'sql_word_is(walk->text, word, "authorization") ||', "",
       "account_names::test_roles")
broken("sql/account_names.c", "what stands in functions counts", "if (!lists && !alters &&", "if (false && !alters &&",
       "account_names::test_roles")
broken("sql/account_names.c", "a definer's host is left out", "end < len && statement[end] == '@'", "false",
       "account_names::test_definers")
broken("engine/tools/throwaway.c", "the user's settings lead elsewhere", "    forget_other_servers();", "",
       "test_throwaway.py::test_roles_that_lack")
broken("engine/tools/throwaway.c", "the server stays", "background_end(&throwaway->process, throwaway->kind->end_signal, END_SECONDS);",
       "", "test_throwaway.py::test_it_is_lost")
broken("engine/tools/throwaway.c", "a server that ends is waited for", "if (!background_lives(&throwaway->process)) {\n            (void)error_set(",
       "if (false) {\n            (void)error_set(", "test_throwaway.py::test_it_does_not_start")
broken("engine/tools/programs.c", "a server's own version isn't read", "if (at != NULL && program->version == 0) {",
       "if (at != NULL && i < 3) {", "test_throwaway.py::test_versions_of_servers")
broken("app/proof.c", "a role that lacks is any error", 'if (!ok && strcmp(database->failure.sqlstate, "42704") == 0 &&', "if (false &&",
       "test_proof.py::test_roles_that_lack")
broken("app/proof.c", "all databases are proved, whichever were named", "return request->n_databases == 0;", "return true;",
       "test_proof.py::test_whole_server")
broken("app/proof.c", "a script in a whole server's backup passes for proved", "ok = leave_untested(request, member->name, kind, result, err);",
       "ok = true;", "test_proof.py::test_whole_server")
broken("app/proof.c", "a dump is proved on any server", 'check_dbms(request, "postgres", err) &&', "", "test_proof.py::test_a_dump")
broken("app/proof.c", "a dump has no name", "from.name = manifest.database;", "", "test_proof.py::test_a_dump")
broken("app/proof.c", "a file is proved on any server", "ok = check_dbms(request, info->dbms, err) &&", "ok =", "test_proof.py::test_refused")
broken("app/proof.c", "a backup without databases is proved", "return result->databases.len > 0 ||", "return true ||",
       "test_restore_cluster.py::test_what_the_archive_lacks")
broken("cli/cmd_verify_restore.c", "last night's report stands for one that failed",
       "!tell(context, &result, err, file, &second)", "result.databases.len > 0 && !tell(context, &result, err, file, &second)", "test_proof.py::test_the_report")
broken("cli/cmd_verify_restore.c", "nobody hears that the report could not be written",
       '"the report could not be written, either: %s", second.message);', '"%s", "");', "test_proof.py::test_the_report")
