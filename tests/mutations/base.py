# SPDX-License-Identifier: Apache-2.0
"""Layers that know nothing of databases."""
from . import broken, in_postgres

# ----------------------------------------------------------------------------------------------------------------- base

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
broken("base/file.c", "everybody may read a backup", "flags | O_EXCL, 0600)", "flags | O_EXCL, 0644)",
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

# ---------------------------------------------------------------------------------------------------------------- sched

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

# ------------------------------------------------------------------------------------------------------------------- io

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
       "        flush(writer, err) && (writer->crypt == NULL ||", "        (writer->crypt == NULL ||",
       "streams::test_file_writer", "test_errors.py::test_full_standard_output")
broken("io/file_writer.c", "- is a file of that name",
       'bool to_stdout = strcmp(path, "-") == 0;', "bool to_stdout = false;",
       "test_cli.py::test_backup_to_standard_output")
broken("io/sha256.c", "the hash's digits are wrong",
       "hex[2 * i] = digits[digest[i] >> 4];", "hex[2 * i] = digits[digest[i] & 15];", "streams::test_sha256")

broken("base/json_parse.c", "jansson hears of it when memory is out",
       "if (current != NULL && (memory == NULL ||", "if (false && (memory == NULL ||",
       "test_faults.py::test_no_memory_is_no_damage")
broken("ui/ui.c", "an error is said only while there is memory",
       "buffer_init_fixed(&line, room, sizeof room);", "room[0] = '\\0';\n    buffer_init(&line, sizeof room);",
       "test_faults.py::test_no_memory_at_all_is_told")
in_postgres("batch.c", "a lost connection leaves unsaid what had failed",
            '*failure = (BatchFailure){"", ""};\n    ok = end_batch', "ok = end_batch",
            "test_faults.py::test_connection_lost_in_a_restore")
in_postgres("connection.c", "an answer that libpq had no memory for is waited for",
            "strlen(PQerrorMessage(connection->handle)) == noted;", "noted < 4096;",
            "test_faults.py::test_no_memory_for_an_answer")
broken("engine/mysql/connection.c", "half an answer is left in the connection when memory is out",
       "return number == CR_OUT_OF_MEMORY || number == CR_MALFORMED_PACKET;", "return number == CR_MALFORMED_PACKET;",
       "test_faults.py::test_no_memory_for_an_answer_of_mariadb")
