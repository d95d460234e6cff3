/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of others: gzip and zstd of many shapes, cut, altered, and with things behind them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define ZLIB_CONST /* input isn't written to */
#include <zlib.h>
#include <zstd.h>

#include "archive/row_counter.h"
#include "archive/script_stream.h"
#include "base/buffer.h"
#include "io/crypt_header.h"
#include "io/file_writer.h"
#include "io/memory_reader.h"
#include "io/peek_reader.h"
#include "io/sha256.h"
#include "io/spool_file.h"

static char path[] = "/tmp/dbb-stream-XXXXXX";

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? 1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void store(const Buffer *bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->len, file), bytes->len);
    assert_int_equal(fclose(file), 0);
}

/* ERR_NONE and the text, or the error. */
static ErrorCode read_script(const Buffer *bytes, Buffer *text, Error *err)
{
    Reader *reader;
    uint64_t position = 0;
    size_t got = 0;
    bool ok = true;

    store(bytes);
    buffer_clear(text);
    if (!script_stream_open(path, NULL, &position, &reader, err)) {
        return err->code;
    }
    do {
        char *room = buffer_reserve(text, 4096);

        assert_non_null(room);
        ok = reader_read(reader, room, 4096, &got, err);
        text->len += ok ? got : 0;
        text->data[text->len] = '\0';
    } while (ok && got > 0);
    reader_close(reader);
    if (ok) {
        assert_int_equal(position, bytes->len);
    }
    return ok ? ERR_NONE : err->code;
}

static void add_gzip(Buffer *out, const char *text, size_t len)
{
    z_stream z = {0};
    size_t room = compressBound(len) + 100;

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (const unsigned char *)text;
    z.avail_in = (uInt)len;
    z.next_out = (unsigned char *)buffer_reserve(out, room);
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len += room - z.avail_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
}

static void add_zstd(Buffer *out, const char *text, size_t len)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(len);
    char *end = buffer_reserve(out, room);
    size_t size;

    assert_non_null(context);
    assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    size = ZSTD_compress2(context, end, room, text, len);
    assert_false(ZSTD_isError(size));
    out->len += size;
    (void)ZSTD_freeCCtx(context);
}

typedef void (*Pack)(Buffer *out, const char *text, size_t len);

static const Pack packs[] = {add_gzip, add_zstd};

static void make_text(Buffer *text, size_t size)
{
    buffer_init(text, SIZE_MAX);
    for (unsigned n = 0; text->len < size; n++) {
        buffer_printf(text, "INSERT INTO t VALUES (%u, '%x');\n", n, n * 2654435761U);
    }
}

static void test_one_and_many_members(void **state)
{
    Buffer CLEANUP(buffer_free) text;
    Buffer CLEANUP(buffer_free) packed;
    Buffer CLEANUP(buffer_free) out;
    Error err = {0};

    (void)state;
    make_text(&text, 700000);
    buffer_init(&packed, SIZE_MAX);
    buffer_init(&out, SIZE_MAX);
    assert_int_equal(read_script(&text, &out, &err), ERR_NONE);
    assert_int_equal(out.len, text.len);
    assert_memory_equal(out.data, text.data, text.len);
    for (size_t i = 0; i < ARRAY_LENGTH(packs); i++) {
        for (size_t piece = 1000; piece <= text.len; piece = piece * 7 + 1) {
            buffer_clear(&packed);
            for (size_t at = 0; at < text.len; at += piece) {
                size_t n = text.len - at < piece ? text.len - at : piece;

                packs[i](&packed, text.data + at, n);
                packs[i](&packed, "", 0);
            }
            assert_int_equal(read_script(&packed, &out, &err), ERR_NONE);
            assert_int_equal(out.len, text.len);
            assert_memory_equal(out.data, text.data, text.len);
        }
    }
}

static void test_damage(void **state)
{
    Buffer CLEANUP(buffer_free) text;
    Buffer CLEANUP(buffer_free) packed;
    Buffer CLEANUP(buffer_free) out;
    Error err = {0};

    (void)state;
    make_text(&text, 3000);
    buffer_init(&packed, SIZE_MAX);
    buffer_init(&out, SIZE_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(packs); i++) {
        size_t whole;

        buffer_clear(&packed);
        packs[i](&packed, text.data, text.len);
        whole = packed.len;
        for (size_t cut = 4; cut < whole; cut++) {
            packed.len = cut;
            assert_int_equal(read_script(&packed, &out, &err), ERR_DAMAGED);
            assert_non_null(strstr(err.message, "cut"));
        }
        packed.len = whole;
        for (size_t at = 20; at < whole; at++) {
            packed.data[at] = (char)(packed.data[at] ^ 0x10);
            /* Some bits mean nothing: then the text is what it was. */
            if (read_script(&packed, &out, &err) == ERR_NONE) {
                assert_string_equal(out.data, text.data);
            } else {
                assert_int_equal(err.code, ERR_DAMAGED);
            }
            packed.data[at] = (char)(packed.data[at] ^ 0x10);
        }
        buffer_puts(&packed, "garbage");
        assert_int_equal(read_script(&packed, &out, &err), ERR_DAMAGED);
        assert_non_null(strstr(err.message, "altered"));
    }
}

static void test_gzip_padding(void **state)
{
    Buffer CLEANUP(buffer_free) packed;
    Buffer CLEANUP(buffer_free) out;
    Error err = {0};

    (void)state;
    buffer_init(&packed, SIZE_MAX);
    buffer_init(&out, SIZE_MAX);
    add_gzip(&packed, "SELECT 1;\n", 10);
    for (int i = 0; i < 300000; i++) {
        buffer_putc(&packed, '\0');
    }
    assert_int_equal(read_script(&packed, &out, &err), ERR_NONE);
    assert_int_equal(out.len, 10);
    buffer_putc(&packed, 'x');
    assert_int_equal(read_script(&packed, &out, &err), ERR_DAMAGED);
}

/* One that has what the bits say: a name, a comment, extra bytes, and a checksum of the header. */
static void add_gzip_with_header(Buffer *out, unsigned bits)
{
    static unsigned char name[] = "orders.sql";
    static unsigned char comment[] = "of all of them";
    static unsigned char extra[300];
    gz_header header = {.name = (bits & 1) != 0 ? name : NULL,
                        .comment = (bits & 2) != 0 ? comment : NULL,
                        .extra = (bits & 4) != 0 ? extra : NULL,
                        .extra_len = sizeof extra,
                        .hcrc = (bits & 8) != 0};
    static const unsigned char text[] = "SELECT 1;\n";
    z_stream z = {.next_in = text, .avail_in = sizeof text - 1};
    unsigned char packed[1000];

    z.next_out = packed;
    z.avail_out = sizeof packed;
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflateSetHeader(&z, &header), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buffer_append(out, packed, sizeof packed - z.avail_out);
    assert_int_equal(deflateEnd(&z), Z_OK);
}

static void test_gzip_headers(void **state)
{
    Buffer CLEANUP(buffer_free) packed;
    Buffer CLEANUP(buffer_free) out;
    size_t first;
    Error err = {0};

    (void)state;
    buffer_init(&packed, SIZE_MAX);
    buffer_init(&out, SIZE_MAX);
    for (unsigned bits = 0; bits < 16; bits++) {
        buffer_clear(&packed);
        add_gzip_with_header(&packed, bits);
        first = packed.len;
        add_gzip_with_header(&packed, 15 - bits);
        assert_int_equal(read_script(&packed, &out, &err), ERR_NONE);
        assert_string_equal(out.data, "SELECT 1;\nSELECT 1;\n");
        for (size_t cut = 19; cut < first; cut += 7) {
            size_t whole = packed.len;

            packed.len = cut;
            assert_int_equal(read_script(&packed, &out, &err), ERR_DAMAGED);
            packed.len = whole;
        }
        packed.data[3] |= 32; /* a flag that nobody knows */
        assert_int_equal(read_script(&packed, &out, &err), ERR_DAMAGED);
        packed.data[3] &= ~32;
        packed.data[11] ^= 1; /* of a name or of extra bytes */
        assert_true((bits & 8) == 0 || read_script(&packed, &out, &err) == ERR_DAMAGED);
    }
}

/* A frame of zstd 0.5 behind a good one. */
static void test_zstd_of_before(void **state)
{
    static const char old[] = "\x25\xB5\x2F\xFD\x04\x58\0\0";
    Error err = {0};
    Buffer bytes;
    Buffer text;

    (void)state;
    buffer_init(&bytes, SIZE_MAX);
    buffer_init(&text, SIZE_MAX);
    add_zstd(&bytes, "SELECT 1;\n", 10);
    assert_int_equal(read_script(&bytes, &text, &err), ERR_NONE);
    buffer_append(&bytes, old, sizeof old - 1);
    assert_int_equal(read_script(&bytes, &text, &err), ERR_DAMAGED);
    buffer_free(&bytes);
    buffer_free(&text);
}

static void test_what_is_no_script(void **state)
{
    static const char custom[] = "PGDMP\1\16\0\4\10\1\0";
    Buffer CLEANUP(buffer_free) bytes;
    Buffer CLEANUP(buffer_free) out;
    Error err = {0};

    (void)state;
    buffer_init(&bytes, SIZE_MAX);
    buffer_init(&out, SIZE_MAX);
    buffer_append(&bytes, custom, sizeof custom);
    assert_int_equal(read_script(&bytes, &out, &err), ERR_NOT_BACKUP);
    assert_non_null(strstr(err.message, "pg_dump custom archive"));
    for (size_t i = 0; i < ARRAY_LENGTH(packs); i++) {
        buffer_clear(&bytes);
        packs[i](&bytes, custom, sizeof custom);
        assert_int_equal(read_script(&bytes, &out, &err), ERR_NOT_BACKUP);
        assert_non_null(strstr(err.message, "pg_dump custom archive"));
        buffer_clear(&bytes);
        packs[i](&bytes, "", 0);
        assert_int_equal(read_script(&bytes, &out, &err), ERR_DAMAGED);
        assert_non_null(strstr(err.message, "empty"));
    }
    assert_false(script_stream_open("/nonexistent", NULL, NULL, &(Reader *){NULL}, &err));
    assert_int_equal(err.code, ERR_IO);
}

static void test_peek(void **state)
{
    Error err = {0};

    (void)state;
    for (size_t wanted = 1; wanted < 12; wanted++) {
        MemoryReader memory;
        PeekReader *peek;
        char all[16] = "";
        const void *first;
        size_t len = 0;
        size_t got;
        bool whole;

        memory_reader_init(&memory, "0123456789", 10);
        assert_true(peek_reader_new(&memory.base, wanted, &peek, &err));
        first = peek_reader_first(peek, &got, &whole);
        assert_memory_equal(first, "0123456789", got);
        assert_int_equal(got, wanted < 10 ? wanted : 10);
        assert_int_equal(whole, wanted > 10);
        do {
            assert_true(reader_read(peek_reader_stream(peek), all + len, 3, &got, &err));
            len += got;
        } while (got > 0);
        assert_string_equal(all, "0123456789");
        reader_close(peek_reader_stream(peek));
    }
}

static void test_file_writer(void **state)
{
    static char data[5000000];
    char name[sizeof path + 8];
    char expected[SHA256_HEX_SIZE];
    char got[SHA256_HEX_SIZE];
    FileWriter writer;
    Sha256 hash;
    Error err = {0};
    size_t step = 1;
    FILE *file;
    char *back = malloc(sizeof data);

    (void)state;
    assert_non_null(back);
    (void)snprintf(name, sizeof name, "%s.out", path);
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (char)(i * i >> 7);
    }
    assert_true(sha256_init(&hash, &err));
    assert_true(sha256_update(&hash, data, sizeof data, &err));
    assert_true(sha256_final(&hash, expected, &err));
    sha256_free(&hash);
    assert_true(file_writer_open(&writer, name, false, NULL, &err));
    for (size_t at = 0; at < sizeof data; at += step) {
        step = sizeof data - at < step * 2 ? sizeof data - at : step * 2;
        assert_true(writer_write(&writer.base, data + at, step, &err));
    }
    assert_int_equal(access(name, F_OK), -1);
    assert_true(file_writer_commit(&writer, got, &err));
    assert_string_equal(got, expected);
    file = fopen(name, "rb");
    assert_non_null(file);
    assert_int_equal(fread(back, 1, sizeof data, file), sizeof data);
    assert_memory_equal(back, data, sizeof data);
    assert_int_equal(fgetc(file), EOF);
    (void)fclose(file);
    free(back);
    assert_int_equal(unlink(name), 0);
}

static void test_sha256(void **state)
{
    char hex[SHA256_HEX_SIZE];
    Sha256 hash;
    Error err = {0};

    (void)state;
    assert_true(sha256_init(&hash, &err));
    assert_true(sha256_update(&hash, "ab", 2, &err));
    assert_true(sha256_update(&hash, "c", 1, &err));
    assert_true(sha256_final(&hash, hex, &err));
    sha256_free(&hash);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_row_counter(void **state)
{
    static const struct {
        const char *text;
        uint64_t rows;
        bool seen;
        bool whole;
    } cases[] = {
        {"", 0, false, true},
        {"COPY t FROM stdin;\n\\.\n", 0, true, true},
        {"COPY t FROM stdin;\n\\.\n\nCOPY u FROM stdin;\n1\n\\.\n\n", 1, true, true},
        {"-- COPY t\nSET x;\nCOPY t FROM stdin;\na\n\n\\N\n\\\\.\n\\.x\n\\.\n\n", 5, true, true},
        {"COPY \";\nCOPY \" (\"a\"\";\n\") FROM stdin;\n1\n2\n\\.\n", 2, true, true},
        {"COPY t FROM stdin;\n1\n2\n", 2, true, false},
        {"COPY t FROM stdin;\n1\n\\.", 1, true, false},
        {"XCOPY t FROM stdin;\n1\n", 0, false, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t len = strlen(cases[i].text);

        for (size_t piece = 1; piece < 20; piece += 3) {
            RowCounter counter = {0};

            for (size_t at = 0; at < len; at += piece) {
                row_counter_add(&counter, cases[i].text + at, len - at < piece ? len - at : piece);
            }
            assert_int_equal(counter.rows, cases[i].rows);
            assert_int_equal(counter.seen, cases[i].seen);
            assert_int_equal(row_counter_whole(&counter), cases[i].whole);
        }
    }
}

static int lowest_descriptor(void)
{
    int fd = dup(STDIN_FILENO);

    assert_true(fd >= 0 && close(fd) == 0);
    return fd;
}

static Source *keep(SpoolFile *file, const char *text)
{
    MemoryReader memory;
    Source *kept;
    Error err = {0};

    memory_reader_init(&memory, text, strlen(text));
    return spool_file_keep(file, &memory.base, "a member", NULL, &kept, &err) ? kept : NULL;
}

static void assert_kept(const Source *kept, const char *text)
{
    char bytes[64] = "";
    Error err = {0};

    assert_int_equal(kept->size, strlen(text));
    assert_true(source_read_at(kept, bytes, strlen(text), 0, &err));
    assert_string_equal(bytes, text);
    assert_false(source_read_at(kept, bytes, 1, strlen(text), &err)); /* the next one's */
}

/* Many in one file, which has room for two of them here, with ten bytes together. */
static void test_spool_file(void **state)
{
    const rlim_t room = 2 * (CRYPT_HEADER_SIZE + CRYPT_TAG_SIZE) + 10;
    struct rlimit was;
    SpoolFile *file;
    Source *first;
    Source *last;
    Error err = {0};
    int fd;

    (void)state;
    assert_true(spool_file_new(&file, &err));
    fd = lowest_descriptor();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){room, was.rlim_max}), 0);
    first = keep(file, "0123");
    assert_non_null(first);
    for (int i = 0; i < 3; i++) {
        last = keep(file, "456789");
        assert_non_null(last);
        assert_kept(first, "0123");
        assert_kept(last, "456789");
        source_close(last);
        assert_null(keep(file, "456789X")); /* what came of it doesn't stay */
    }
    last = keep(file, "456");
    assert_non_null(last);
    source_close(first); /* not the last one: it leaves a hole */
    assert_kept(last, "456");
    assert_int_equal(lowest_descriptor(), fd);
    source_close(last);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    spool_file_free(file);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_and_many_members), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_gzip_padding),         cmocka_unit_test(test_gzip_headers),
        cmocka_unit_test(test_what_is_no_script),    cmocka_unit_test(test_peek),
        cmocka_unit_test(test_file_writer),          cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_row_counter),          cmocka_unit_test(test_spool_file),
        cmocka_unit_test(test_zstd_of_before),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
