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
broken("io/crypt_header.c", "a slot that was half-written opens nothing, and tells nothing", "slot_state(header->bytes + crypt_slot_offset(i)) == SLOT_BROKEN",
       "false", "crypt::test_slots")
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
