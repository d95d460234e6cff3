/* SPDX-License-Identifier: Apache-2.0 */
/* The head and the table of contents of pg_dump's own formats, and the heads in its tar. */
#include "fuzz.h"

#include <string.h>

#include "archive/pg_archive.h"
#include "archive/pg_tar.h"
#include "archive/pg_toc.h"

static void read_toc(const Source *source, FileKind kind)
{
    Error err = {0};
    Toc toc;
    bool ok;

    toc_init(&toc);
    ok = pg_toc_read(source, kind, &toc, &err);
    fuzz_check_verdict(ok, &err);
    for (size_t i = 0; ok && i < toc.entries.len; i++) {
        const Entry *entry = &toc.entries.items[i];
        char label[64];

        entry_label(entry, label, sizeof label);
        FUZZ_ASSERT(entry->id != 0 && strchr(label, '\n') == NULL);
        FUZZ_ASSERT(entry->section >= SECTION_PRE_DATA && entry->section <= SECTION_POST_DATA);
    }
    toc_free(&toc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const FileKind kinds[] = {FILE_PG_CUSTOM, FILE_TAR};

    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        PgArchiveHead head;
        BytesSource source;
        Error err = {0};
        bool ok;

        bytes_source_init(&source, data, size);
        ok = pg_archive_head(&source.base, kinds[i], &head, &err);
        fuzz_check_verdict(ok, &err);
        if (ok) {
            FUZZ_ASSERT(memchr(head.database, '\0', sizeof head.database) != NULL);
            FUZZ_ASSERT(pg_archive_reader_version(&head) >= 120000);
        }
        read_toc(&source.base, kinds[i]);
        err = (Error){0};
        fuzz_check_verdict(pg_tar_check(&source.base, &err), &err);
    }
    return 0;
}
