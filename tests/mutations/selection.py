# SPDX-License-Identifier: Apache-2.0
"""What to take, on real servers."""
from . import broken, in_postgres

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
broken("app/restore_archive.c", "one table's restore reads all of the file",
       "return selection_is_all(restore->request->selection)", "return true",
       "test_selection.py::test_one_table_of_a_large_file")
broken("archive/part_reader.c", "parts that are left out come all the same",
       "(reader->leave_out & TEXT_BIT(part->kind)) == 0", "true",
       "test_selection.py::test_left_out_statement_by_statement[comments]", "test_selection.py::test_managed_server")
in_postgres("restore.c", "missing owners are found out late",
            "(session->target.leave_out & TEXT_BIT(TEXT_OWNER)) == 0 &&", "true &&",
            "test_selection.py::test_roles_that_are_not_there")
broken("app/restore_script.c", "a choice without an index is passed over",
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
