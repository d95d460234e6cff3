# SPDX-License-Identifier: Apache-2.0
"""Encrypted files."""
from . import broken

FILES = "test_encryption.py::"

broken("io/crypt_chunk.c", "chunks can change their places", "nonce[i] = (uint8_t)(number >> (8 * i));", "nonce[i] = 0;",
       "crypt::test_order")
broken("io/crypt_chunk.c", "a file that was cut at a chunk's end passes for whole", "nonce[sizeof number] = last;", "(void)last;",
       "crypt::test_order")
broken("io/crypt_chunk.c", "what was altered is given out", "*good = EVP_CipherFinal_ex(cipher->context, out + len, &n) == 1;",
       "*good = EVP_CipherFinal_ex(cipher->context, out + len, &n) < 9;", "crypt::test_each_byte")
broken("io/crypt_header.c", "what stands behind a slot isn't looked at",
       "is_zeros(page + SLOT_END, CRYPT_PAGE_SIZE - SLOT_END)", "true", "crypt::test_each_byte")
broken("io/crypt_header.c", "a slot that was half-written opens nothing, and tells nothing", "if (state == SLOT_BROKEN) {",
       "if (false) {", "crypt::test_slots")
broken("io/crypt_header.c", "that there is no memory for its check makes a wrapped key damaged", "if (!make_check(bytes, len, check, err)) {",
       "if (!make_check(bytes, len, check, err) && bytes == NULL) {", "test_faults.py::test_no_memory_is_no_wrong_key")
broken("io/key.c", "a file may ask for any amount of memory", "((uint64_t)SCRYPT_BLOCK * cost.r << cost.log2_n) <= memory_max", "true",
       "crypt::test_hostile_cost")
broken("io/crypt_source.c", "whoever reads a little reads the chunks before, too", "uint64_t number = offset / CRYPT_CHUNK_SIZE;",
       "uint64_t number = 0;", "crypt::test_any_place")
broken("app/backup_cluster.c", "what waits in the spool folder lies there in clear", "request.key = run->spool_key;",
       "request.key = NULL;", FILES + "test_a_whole_server[native]")
broken("cli/keys.c", "/proc shows the passphrase", "explicit_bzero(value, strlen(value));", "(void)0;",
       FILES + "test_the_passphrase_leaves_the_environment")
broken("app/key_rotate.c", "the old key still opens the file", "!write_slot(rotation, &rotation->after, rotation->old_slot, err)) {",
       "false) {", FILES + "test_rotation")
broken("cli/main.c", "who stops it at the passphrase is told to name a key", "err->code == ERR_CONNECT || err->code == ERR_USAGE",
       "err->code == ERR_CONNECT", FILES + "test_a_passphrase_that_is_typed")
broken("cli/keys.c", "a typing error in a new passphrase goes unseen",
       "first.len != second.len || memcmp(first.data, second.data, first.len) != 0", "first.len != second.len",
       FILES + "test_a_passphrase_that_is_typed")
broken("cli/password.c", "the terminal stays silent", "(void)tcsetattr(tty, TCSAFLUSH, &normal);", "(void)normal;",
       FILES + "test_a_passphrase_that_is_typed")
broken("io/crypt_chunk.c", "that its end is missing isn't said of a file", "return last ? damage_altered(", "return false ? damage_altered(",
       FILES + "test_pipes")
broken("app/restore_script.c", "a pipe's key is asked of nobody", "script_stream_open(restore->request->path, restore->request->keys, NULL",
       "script_stream_open(restore->request->path, NULL, NULL", "test_mysql_encryption.py::test_a_database")
broken("app/restore_cluster_pipe.c", "a pipe's key is asked of nobody, of a whole server", "!crypt_reader_over(bytes, restore->request->keys,",
       "!crypt_reader_over(bytes, NULL,", "test_mysql_encryption.py::test_a_whole_server")
broken("cli/cmd_verify.c", "with a wrong key the file passes for damaged", "failure == NULL || failure->code == ERR_DAMAGED ||",
       "true || failure->code == ERR_DAMAGED ||", FILES + "test_keys")
broken("app/key_rotate.c", "two may change a file's key at once", "if (flock(rotation->fd, LOCK_EX | LOCK_NB) != 0) {", "if (false) {",
       FILES + "test_what_is_not_rotated")
broken("app/key_rotate.c", "a manifest of another size is altered", "rotation->manifest.file_size != rotation->size", "false",
       FILES + "test_what_is_not_rotated")
broken("app/key_rotate.c", "a rotation that broke off can't be ended",
       "if (!put_sha256(rotation, by_key[rotation->old_slot], err)) {", "if (false) {", FILES + "test_a_rotation_that_broke_off")
broken("app/key_rotate.c", "a damaged file gets a manifest that fits, where a rotation broke off",
       "if (!is_of_manifest(rotation, by_key[0]) && !is_of_manifest(rotation, by_key[1])) {", "if (false) {",
       FILES + "test_a_rotation_that_broke_off")
broken("app/key_rotate.c", "a damaged file gets a manifest that fits", "return is_of_manifest(rotation, found[0]) || refuse_other(rotation, err);",
       "return true;", FILES + "test_rotation")
broken("app/verify.c", "a file whose rotation broke off passes for altered", "if (!ok || facts.slots == 1) {", "if (true) {",
       FILES + "test_a_rotation_that_broke_off")
broken("cli/cmd_key.c", "whoever mistypes the old passphrase is asked for a new one",
       "key_rotation_open(path, &ring, &context->engine, &rotation, err) &&\n              keys_for_rotation(context->options, &key, err) &&",
       "keys_for_rotation(context->options, &key, err) &&\n              key_rotation_open(path, &ring, &context->engine, &rotation, err) &&",
       FILES + "test_a_rotation_that_is_typed")
broken("app/backup.c", "a database's backup is not encrypted", "request->compression, request->key, &writer,",
       "request->compression, NULL, &writer,", FILES + "test_a_database")
broken("app/globals.c", "globals are not encrypted", "replace, request->key, err)) {", "replace, NULL, err)) {",
       FILES + "test_globals_and_pg_dumps_format")
broken("app/restore_archive.c", "for one table the whole file is read", "return selection_is_all(restore->request->selection)",
       "return chosen != NULL", FILES + "test_one_table_reads_its_bytes_only")
broken("io/key.c", "the end of a passphrase file's line belongs to the passphrase", "len = end != NULL ? (size_t)(end - text) : len;",
       "(void)end;", FILES + "test_passphrases")
broken("app/restore_cluster.c", "a file's key is asked of nobody, of a whole server",
       "crypt_source_open(restore->request->path, restore->request->keys, &source,",
       "crypt_source_open(restore->request->path, NULL, &source,", FILES + "test_a_whole_server_from_a_pipe")
broken("app/restore.c", "a file that is resumed is one without a key", "crypt_source_open(request->path, request->keys,",
       "crypt_source_open(request->path, request->resume ? NULL : request->keys,", FILES + "test_resume")
broken("app/restore.c", "a manifest that can't be read is passed over in silence, of an encrypted file",
       'event_text(context->events, EVENT_WARNING, "%s", err->message);\n        error_clear(err);\n    }\n    inner.properties',
       "error_clear(err);\n    }\n    inner.properties", FILES + "test_the_passphrase_leaves_the_environment")
broken("app/verify.c", "what a reader passes over of the header is passed over by verify, too",
       "crypt_header_verify(header, path, err);\n", "true;\n", FILES + "test_damage")
broken("app/verify.c", "whatever an encrypted file holds is a script", "(result->kind != FILE_CLUSTER && !file_kind_usable(source->name, result->kind, err))) {",
       "false) {", FILES + "test_damage")
broken("app/list.c", "an encrypted file whose key lacks is none of ours", "return backup->encrypted;", "return false;",
       FILES + "test_damage")
broken("base/file.c", "a backup that failed leaves its beginning", "(void)unlink(file->partial);\n        close(file->fd);",
       "close(file->fd);", FILES + "test_no_key_leaves_by_an_error")
