# SPDX-License-Identifier: Apache-2.0
"""The file: what is written, read and found damaged."""
from . import broken

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
       "script_damage::test_every_byte", "test_errors.py::test_altered_bytes_verify")
broken("archive/index_write.c", "a tablespace isn't written into the index",
       'json_put_text(json, "tablespace", entry->tablespace);', "", "script_archive::test_small_round_trip")
broken("archive/script_writer.c", "a table's checksum is that of its last chunk",
       "entry->content += content;", "entry->content = content;", "chunk_writer::test_chunks_out_of_order")
broken("archive/json_fields.c", "names that aren't UTF-8 are spoilt",
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
       "if (!manifest_parse(text->data, text->len, path, &check, err)) {", "if (false) {", "manifest::test_round_trip")
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
       "return is_one_of(entry, kinds) && entry->n_deps > 0 &&", "return false && entry->n_deps > 0 &&",
       "selection::test_kinds")
broken("archive/selection.c", "a backup without owners is a whole one",
       "!selection->no_events && selection->leave_out == 0;", "!selection->no_events;",
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

broken("archive/cluster_path.c", "a dot may begin a file's name",
       "|| (at == name && code == '.')) {", ") {", "cluster::test_names")
broken("archive/cluster_path.c", "a slash in a database's name is one in the file's",
       '"%/\\\\:*?', '"%\\\\:*?', "cluster::test_names")
broken("archive/cluster_path.c", "bytes that aren't UTF-8 stand in file names",
       "if (n == 0 || code < 0x20", "if (n == 0) {\n        return 1;\n    }\n    if (code < 0x20", "cluster::test_names")
broken("archive/cluster_path.c", "a name that could be written otherwise is taken",
       "strcmp(again, path) != 0) {", "false) {", "cluster::test_bad_names")
broken("archive/cluster_tar.c", "the checksum counts itself as zeros",
       "memset(header + CHECKSUM, ' ', ID_SIZE);", "", "cluster::test_stock_programs")
broken("archive/cluster_tar.c", "long paths are cut",
       "if (strlen(path) > NAME_SIZE) {", "if (false) {", "cluster::test_tar_heads", "cluster::test_stock_programs")
broken("archive/cluster_tar.c", "large sizes have no pax record",
       "if (size > octal_max) {", "if (false) {", "cluster::test_tar_heads")
broken("archive/cluster_tar.c", "a tar head is taken as it is",
       "memcmp(head, again, len) != 0) {", "false) {", "cluster::test_tar_heads")
broken("archive/cluster_frame.c", "padding is never needed",
       "return (over == 0 ? 0 : TAR_BLOCK - over) +", "return", "cluster::test_stock_programs")
broken("archive/cluster_frame.c", "the tar has no end",
       "(frame->kind == CLUSTER_INDEX ? TAR_END : 0)", "0", "cluster::test_format")
broken("archive/cluster_frame.c", "a block's head isn't passed over",
       "block * FRAME_BLOCK_SIZE + FRAME_BLOCK_HEAD + within", "block * FRAME_BLOCK_SIZE + within",
       "cluster::test_round_trip", "cluster::test_script_within")
broken("archive/cluster_frame.c", "a content may be of any size",
       "read.content_size > content_max ||", "", "cluster_damage::test_heads")
broken("archive/cluster_frame.c", "what begins as a cluster archive isn't known",
       "head_mark_verdict(frame_head_read(bytes, &frame)) : verdict;", "head_mark_verdict(frame_head_read(bytes, &frame)) : MARK_NONE;",
       "cluster_damage::test_truncation")
broken("archive/cluster_index.c", "members may leave gaps",
       "member->offset != at ||", "", "cluster_damage::test_index")
broken("archive/cluster_index.c", "members may end anywhere",
       "return at == end;", "return true;", "cluster_damage::test_index")
broken("archive/cluster_index.c", "a name may be there twice",
       "return once || ", "return true || ", "cluster_damage::test_index")
broken("archive/cluster_index.c", "a path needn't be the name's",
       "cluster_path_fits(member->path, member->kind, member->name)", "true", "cluster_damage::test_index")
broken("archive/cluster_index.c", "why a database failed is forgotten",
       'json_put_text(json, "failure", member->failure);', 'json_put_text(json, "failure", "");',
       "cluster::test_round_trip")
broken("archive/cluster_writer.c", "the size in gzip's tail is the content's",
       "frame->tar_size + frame->content_size + padding, 4);", "frame->content_size, 4);",
       "cluster::test_stock_programs", "cluster::test_stream")
broken("archive/cluster_writer.c", "threads write at once",
       "    (void)pthread_mutex_lock(&writer->lock);\n    ok = add_locked(writer, member, content, cancel, err);\n"
       "    (void)pthread_mutex_unlock(&writer->lock);\n", "    ok = add_locked(writer, member, content, cancel, err);\n",
       "cluster::test_threads")
broken("archive/cluster_writer.c", "what broke off is gone on with",
       "    writer->broken = !(", "    bool broken = !(", "cluster::test_broken_off")
broken("archive/cluster_writer.c", "a database may be added twice",
       "if (is_listed(writer, member)) {", "if (false) {", "cluster::test_twice")
broken("archive/cluster_writer.c", "a copy can't be cancelled",
       "!cancel_check(cancel, err) ||", "", "cluster::test_cancel")
broken("archive/cluster_reader.c", "the file's size isn't compared with its footer",
       "if (archive->footer.file_size != source->size) {", "if (false) {", "cluster_damage::test_missing_file")
broken("archive/cluster_reader.c", "members' hashes aren't compared",
       "return XXH3_64bits_digest(hashes->member) == hash", "return true", "cluster_damage::test_words_of_damage")
broken("archive/cluster_reader.c", "a member that isn't the index's is opened",
       "strcmp(path, expected->path) != 0) {", "false) {", "cluster::test_other_member")
broken("archive/cluster_stream.c", "a member's checksum isn't compared",
       "if (bytes_get(tail, 4) != stream->crc ||", "if (", "cluster_damage::test_words_of_damage")
broken("archive/cluster_stream.c", "what was seen isn't compared with the index",
       "cluster_index_read(text.data, text.len, stream->member.offset, stream->name,\n                              &stream->index, err) &&\n           compare_index(stream, err);",
       "cluster_index_read(text.data, text.len, stream->member.offset, stream->name,\n                              &stream->index, err);",
       "cluster_damage::test_index_that_lies")
broken("archive/cluster_stream.c", "what follows the footer is no matter",
       "return more == 0 ||", "return true ||", "cluster_damage::test_more")
broken("archive/cluster_stream.c", "a member isn't read to its end before the next",
       "if (!skip_content(stream, err) ||", "if (", "cluster::test_stream")
broken("archive/manifest_write.c", "a cluster's manifest says that we made what a program made", "run.engine = engine_of(index);",
       'run.engine = "native";', "manifest::test_cluster_by_programs", "test_tools.py::test_cluster[options0-.dump]")
broken("base/json.c", "what isn't known stands as a number", "if (count_is_known(number)) {", "if (true) {",
       "manifest::test_cluster_by_programs", "test_tools.py::test_cluster[options0-.dump]")
broken("archive/cluster_index.c", "what isn't known is 0", "*count = COUNT_UNKNOWN;", "*count = 0;", "test_tools.py::test_cluster[options0-.dump]")
broken("archive/manifest_write.c", "a cluster's manifest forgets what failed",
       'line_number(&json, "databases_failed", summary->failed);', "", "manifest::test_cluster")

# ------------------------------------------------------------------------------------------------- what isn't by dbbackup

broken("archive/file_kind.c", "what is left of zstd's magic is taken for a script",
       "return is_cut_zstd(bytes, len) ||", "return", "file_kind::test_kinds")
broken("archive/pg_tar.c", "a size of a tar's file may be so large that it is small again",
       "if (number >> 56 != 0) {", "if (false) {", "pg_tar::test_sizes")
broken("archive/pg_tar.c", "the checksum of a tar's head isn't compared",
       "return get_number(block + CHECKSUM, CHECKSUM_LEN, &expected) && sum == expected;", "return sum > 0;",
       "pg_tar::test_heads")
broken("archive/pg_tar.c", "a tar needs no end",
       "if (source->size - at < 2 * (uint64_t)BLOCK || source->size % BLOCK != 0) {", "if (false) {", "pg_tar::test_cuts")
broken("io/zstd_reader.c", "whether an old format of zstd is taken depends on where a piece ends",
       "if (reader->head_left == 0 || reader->in.pos == reader->in.size) {", "if (true) {", "streams::test_zstd_of_before")
broken("archive/index_read.c", "a part of an unknown kind may be left out",
       "part->kind = TEXT_DEFINITION;", "part->kind = TEXT_OWNER;", "script_damage::test_parts_in_the_index")
broken("archive/layout.c", "two entries may have one id",
       "if (id == 0 || idmap_get(ids, id, &(uint32_t){0})) {", "if (id == 0) {", "script_archive::test_layout")
broken("archive/filter_file.c", "a filter ends at a byte 0",
       "return strlen(text->data) == text->len ||", "return true ||", "selection::test_filter_files")
