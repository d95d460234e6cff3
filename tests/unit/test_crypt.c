/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypted files: what goes in comes out, at any place; damage of every sort, and wrong keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "io/crypt_source.h"
#include "io/crypt_writer.h"
#include "io/memory_reader.h"
#include "io/memory_writer.h"

enum { TEXT_MAX = 4 * CRYPT_CHUNK_SIZE };

static CryptKey *key;
static CryptKey *other_key;
static uint8_t text[TEXT_MAX];

static void must(bool ok, const Error *err)
{
    if (!ok) {
        fail_msg("%s", err->message);
    }
}

static int make_keys(void **state)
{
    Error err;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 2654435761U >> 13);
    }
    return key_new_random(&key, &err) && key_new_random(&other_key, &err) ? 0 : 1;
}

static int free_keys(void **state)
{
    (void)state;
    key_free(key);
    key_free(other_key);
    return 0;
}

/* --- A file in memory, which counts what is read ------------------------------------------ */

typedef struct MemorySource {
    Source base;
    const Buffer *bytes;
    uint64_t *taken;
} MemorySource;

static bool memory_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    const MemorySource *source = (const MemorySource *)self;

    (void)err;
    memcpy(data, source->bytes->data + offset, len);
    *source->taken += len;
    return true;
}

static uint64_t taken;

static Source *over(MemorySource *source, const Buffer *bytes)
{
    *source = (MemorySource){
        .base = {.read_at = memory_read_at, .name = "f.enc", .size = bytes->len},
        .bytes = bytes,
        .taken = &taken,
    };
    taken = 0;
    return &source->base;
}

static void encrypt(const CryptKey *with, size_t len, size_t piece, Buffer *out)
{
    CryptWriter *writer;
    MemoryWriter memory;
    Error err;

    buffer_clear(out);
    memory_writer_init(&memory, out, "a file");
    must(crypt_writer_new(with, &memory.base, &writer, &err), &err);
    for (size_t done = 0; done < len; done += piece) {
        must(writer_write(crypt_writer_stream(writer), text + done,
                          len - done < piece ? len - done : piece, &err),
             &err);
    }
    must(crypt_writer_finish(writer, &err), &err);
    crypt_writer_free(writer);
}

static bool read_all(const Source *source, uint8_t *out, Error *err)
{
    return source_read_at(source, out, (size_t)source->size, 0, err);
}

/* As verify and a restore together read it: ERR_NONE, or what is wrong. */
static ErrorCode open_with(const CryptKey *with, const Buffer *bytes, size_t expected, Error *err)
{
    KeyRing ring = key_ring_of(with);
    static uint8_t out[TEXT_MAX];
    static CryptHeader header;
    MemorySource memory;
    Source *source;
    bool ok;

    *err = (Error){0};
    if (!crypt_header_read(over(&memory, bytes), &header, err) ||
        !crypt_header_verify(&header, "f.enc", err) ||
        !crypt_source_new(over(&memory, bytes), &ring, &source, err)) {
        return err->code;
    }
    ok = read_all(source, out, err);
    assert_true(!ok || (source->size == expected && memcmp(out, text, expected) == 0));
    source_close(source);
    return ok ? ERR_NONE : err->code;
}

/* The same from a pipe. */
static ErrorCode stream_with(const CryptKey *with, const Buffer *bytes, size_t expected, Error *err)
{
    KeyRing ring = key_ring_of(with);
    MemoryReader memory;
    Reader *reader;
    size_t done = 0;
    size_t got = 1;
    uint8_t piece[1000];
    bool ok = true;

    *err = (Error){0};
    memory_reader_init(&memory, bytes->data, bytes->len);
    if (!crypt_reader_over(&memory.base, &ring, "a pipe", &reader, err)) {
        return err->code;
    }
    while (ok && got > 0) {
        ok = reader_read(reader, piece, sizeof piece, &got, err);
        assert_true(!ok || memcmp(piece, text + done, got) == 0);
        done += ok ? got : 0;
    }
    reader_close(reader);
    assert_true(!ok || done == expected);
    return ok ? ERR_NONE : err->code;
}

/* ------------------------------------------------------------------------------------------ */

static void test_sizes(void **state)
{
    static const size_t sizes[] = {0,
                                   1,
                                   CRYPT_CHUNK_SIZE - 1,
                                   CRYPT_CHUNK_SIZE,
                                   CRYPT_CHUNK_SIZE + 1,
                                   (size_t)2 * CRYPT_CHUNK_SIZE,
                                   3 * CRYPT_CHUNK_SIZE + 17};
    static const size_t pieces[] = {777, CRYPT_CHUNK_SIZE, (size_t)3 * CRYPT_CHUNK_SIZE};
    Buffer bytes;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            size_t chunks = sizes[i] == 0 ? 1 : (sizes[i] - 1) / CRYPT_CHUNK_SIZE + 1;

            encrypt(key, sizes[i], pieces[p], &bytes);
            assert_int_equal(bytes.len, CRYPT_HEADER_SIZE + sizes[i] + chunks * CRYPT_TAG_SIZE);
            assert_int_equal(open_with(key, &bytes, sizes[i], &err), ERR_NONE);
            assert_int_equal(stream_with(key, &bytes, sizes[i], &err), ERR_NONE);
        }
    }
    buffer_free(&bytes);
}

/* Whoever reads a little reads little. */
static void test_any_place(void **state)
{
    const size_t size = 3 * CRYPT_CHUNK_SIZE + 100;
    const uint64_t offsets[] = {0, 1, CRYPT_CHUNK_SIZE - 3, (size_t)2 * CRYPT_CHUNK_SIZE, size - 9};
    KeyRing ring = key_ring_of(key);
    static uint8_t out[2 * CRYPT_CHUNK_SIZE];
    MemorySource memory;
    Source *source;
    Buffer bytes;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    encrypt(key, size, size, &bytes);
    must(crypt_source_new(over(&memory, &bytes), &ring, &source, &err), &err);
    assert_int_equal(taken, CRYPT_HEADER_SIZE + 100 + CRYPT_TAG_SIZE); /* and the last chunk */
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        taken = 0;
        must(source_read_at(source, out, 9, offsets[i], &err), &err);
        assert_memory_equal(out, text + offsets[i], 9);
        assert_true(taken <= 2 * (uint64_t)CRYPT_SEALED_SIZE);
    }
    must(source_read_at(source, out, CRYPT_CHUNK_SIZE + 50, 70, &err), &err);
    assert_memory_equal(out, text + 70, CRYPT_CHUNK_SIZE + 50);
    assert_false(source_read_at(source, out, 2, size - 1, &err));
    source_close(source);
    buffer_free(&bytes);
}

static void test_each_byte(void **state)
{
    const size_t size = 40;
    Buffer bytes;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    encrypt(key, size, size, &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        ErrorCode code;

        bytes.data[i] = (char)(bytes.data[i] ^ 0x10);
        code = open_with(key, &bytes, size, &err);
        if (code != ERR_DAMAGED) {
            fail_msg("byte %zu: %d, %s", i, (int)code, err.message);
        }
        bytes.data[i] = (char)(bytes.data[i] ^ 0x10);
    }
    for (size_t full = bytes.len; bytes.len > 0;) {
        bytes.len--;
        assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
        if (bytes.len > 64 && (bytes.len % 97 == 0 || bytes.len + 100 > full)) {
            assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);
        }
    }
    buffer_free(&bytes);
}

static void swap_chunks(Buffer *bytes)
{
    static uint8_t first[CRYPT_SEALED_SIZE];
    char *chunks = bytes->data + CRYPT_HEADER_SIZE;

    memcpy(first, chunks, sizeof first);
    memmove(chunks, chunks + CRYPT_SEALED_SIZE, CRYPT_SEALED_SIZE);
    memcpy(chunks + CRYPT_SEALED_SIZE, first, sizeof first);
}

/* Whole chunks, each with its tag. */
static void test_order(void **state)
{
    const size_t size = (size_t)3 * CRYPT_CHUNK_SIZE;
    Buffer bytes;
    Buffer other;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    buffer_init(&other, 1 << 20);

    encrypt(key, size, size, &bytes);
    swap_chunks(&bytes);
    assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);

    encrypt(key, size, size, &bytes); /* without the last one */
    bytes.len -= CRYPT_SEALED_SIZE;
    assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_string_equal(err.message, "f.enc has been cut: it ends too early");
    assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_string_equal(err.message, "a pipe has been cut: it ends too early");

    encrypt(key, size, size, &bytes); /* without the first one */
    memmove(bytes.data + CRYPT_HEADER_SIZE, bytes.data + CRYPT_HEADER_SIZE + CRYPT_SEALED_SIZE,
            (size_t)2 * CRYPT_SEALED_SIZE);
    bytes.len -= CRYPT_SEALED_SIZE;
    assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);

    encrypt(key, size, size, &bytes); /* with another one behind it */
    buffer_clear(&other);
    buffer_append(&other, bytes.data + CRYPT_HEADER_SIZE, CRYPT_SEALED_SIZE);
    buffer_append(&bytes, other.data, other.len);
    assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);

    encrypt(key, size, size, &bytes); /* with one of another file */
    encrypt(key, size, size, &other);
    memcpy(bytes.data + CRYPT_HEADER_SIZE, other.data + CRYPT_HEADER_SIZE, CRYPT_SEALED_SIZE);
    assert_int_equal(open_with(key, &bytes, size, &err), ERR_DAMAGED);
    assert_int_equal(stream_with(key, &bytes, size, &err), ERR_DAMAGED);
    buffer_free(&bytes);
    buffer_free(&other);
}

static void test_keys(void **state)
{
    CryptKey *phrase;
    CryptKey *wrong;
    Buffer bytes;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    encrypt(key, 10, 10, &bytes);
    assert_int_equal(open_with(other_key, &bytes, 10, &err), ERR_KEY);
    assert_int_equal(open_with(NULL, &bytes, 10, &err), ERR_USAGE);
    assert_non_null(strstr(err.hint, "--key-file"));

    must(key_new_passphrase("correct horse", 13, &phrase, &err), &err);
    must(key_new_passphrase("correct house", 13, &wrong, &err), &err);
    assert_int_equal(open_with(phrase, &bytes, 10, &err), ERR_USAGE);
    encrypt(phrase, 10, 10, &bytes);
    assert_int_equal(open_with(phrase, &bytes, 10, &err), ERR_NONE);
    assert_int_equal(open_with(wrong, &bytes, 10, &err), ERR_KEY);
    assert_int_equal(open_with(key, &bytes, 10, &err), ERR_USAGE);
    assert_non_null(strstr(err.hint, "--passphrase-file"));
    key_free(phrase);
    key_free(wrong);
    buffer_free(&bytes);
}

/* A file can't make us spend all memory, or an hour. */
static void test_hostile_cost(void **state)
{
    static const KeyCost costs[] = {{9, 8, 1},  {21, 1, 1}, {19, 8, 1}, {20, 255, 1},   {16, 8, 5},
                                    {16, 0, 1}, {16, 8, 0}, {64, 8, 1}, {255, 255, 255}};
    uint8_t salt[KEY_SALT_SIZE] = {0};
    uint8_t out[KEY_SIZE];
    CryptKey *phrase;
    Error err;

    (void)state;
    must(key_new_passphrase("a", 1, &phrase, &err), &err);
    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        assert_false(key_derive(phrase, costs[i], salt, out, &err));
        assert_int_equal(err.code, ERR_LIMIT);
    }
    must(key_derive(phrase, (KeyCost){10, 8, 1}, salt, out, &err), &err);
    key_free(phrase);
}

/* The two slots: at each step of a rotation one of them opens the file. */
static void test_slots(void **state)
{
    static CryptHeader header;
    uint8_t data_key[CRYPT_KEY_SIZE];
    KeyRing ring = key_ring_of(key);
    Buffer bytes;
    unsigned slot = 9;
    Error err;

    (void)state;
    buffer_init(&bytes, 1 << 20);
    encrypt(key, 10, 10, &bytes);
    memcpy(header.bytes, bytes.data, sizeof header.bytes);
    must(crypt_header_open(&header, &ring, "f", data_key, &slot, &err), &err);
    assert_int_equal(slot, 0);
    must(crypt_header_wrap(&header, 1, other_key, data_key, &err), &err);

    memcpy(bytes.data, header.bytes, sizeof header.bytes);
    assert_int_equal(open_with(key, &bytes, 10, &err), ERR_NONE);
    assert_int_equal(open_with(other_key, &bytes, 10, &err), ERR_NONE);

    bytes.data[crypt_slot_offset(1) + 50] ^= 1; /* half-written: the old key is still good */
    ring = key_ring_of(key);
    must(crypt_header_open((const CryptHeader *)bytes.data, &ring, "f", data_key, &slot, &err),
         &err);
    assert_int_equal(open_with(key, &bytes, 10, &err), ERR_DAMAGED); /* but verify tells */

    crypt_header_wipe(&header, 0);
    memcpy(bytes.data, header.bytes, sizeof header.bytes);
    assert_int_equal(open_with(key, &bytes, 10, &err), ERR_KEY);
    assert_int_equal(open_with(other_key, &bytes, 10, &err), ERR_NONE);
    buffer_free(&bytes);
}

static void put_text(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_key_files(void **state)
{
    static const char *const bad[] = {
        "",
        "hello\n",
        "dbbackup key 1 00112233\n",
        /* a digit differs from what the check was made of */
        "dbbackup key 1 1206e52d79b69b859318337292721bcaef35483f34fc923e8c9e2aed8592e2bc "
        "4e634a54\n",
        "dbbackup key 2 1206e52d79b69b859318337292721bcaef35483f34fc923e8c9e2aed8592e2bb "
        "4e634a54\n",
    };
    char path[] = "/tmp/dbb-key-XXXXXX";
    int fd = mkstemp(path);
    struct stat status;
    CryptKey *again;
    Error err;

    (void)state;
    assert_true(fd >= 0 && close(fd) == 0);
    assert_false(key_write_file(key, path, &err)); /* never over another one */
    assert_int_equal(err.code, ERR_REFUSED);
    assert_int_equal(unlink(path), 0);
    must(key_write_file(key, path, &err), &err);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    must(key_read_file(path, &again, &err), &err);
    assert_memory_equal(again->secret, key->secret, KEY_SIZE);
    assert_memory_equal(again->id, key->id, KEY_ID_SIZE);
    key_free(again);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put_text(path, bad[i]);
        assert_false(key_read_file(path, &again, &err));
        assert_int_equal(err.code, ERR_USAGE);
    }
    put_text(path, "a phrase \r\nanother line\n");
    must(key_read_passphrase(path, &again, &err), &err);
    assert_int_equal(again->len, 9);
    assert_memory_equal(again->secret, "a phrase ", 9);
    key_free(again);
    put_text(path, "\n");
    assert_false(key_read_passphrase(path, &again, &err));
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),     cmocka_unit_test(test_any_place),
        cmocka_unit_test(test_each_byte), cmocka_unit_test(test_order),
        cmocka_unit_test(test_keys),      cmocka_unit_test(test_hostile_cost),
        cmocka_unit_test(test_slots),     cmocka_unit_test(test_key_files),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
