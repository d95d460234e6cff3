/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An encrypted file of anyone's making, also of who knows the key. The input is a plan of it: what
 * its header's pages begin with; which checks and wrapped keys are set right then; what chunks, or
 * other bytes, follow; and a byte that is altered at the end. Whatever it is, a file at any place
 * and as a stream are of one mind, and what comes out is what was encrypted under its key, whole.
 */
#include "fuzz.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <xxhash.h>

#include "io/crypt_source.h"

/* Of the plan: one byte each, and the pages' beginnings behind them. */
enum {
    PLAN_REPAIRS,
    PLAN_KEYS,
    PLAN_ALTER, /* xored to the byte at the place that the next three say */
    PLAN_PLACE,
    PLAN_PAGE = PLAN_PLACE + 3,
    PAGE_HEAD = 80,
    PLAN_SLOT = PLAN_PAGE + PAGE_HEAD,
    SLOT_HEAD = 112,
    PLAN_CHUNKS = PLAN_SLOT + CRYPT_SLOTS * SLOT_HEAD,
};

enum { REPAIR_PREFIX = 1, REPAIR_CHECK = 2, REPAIR_WRAPPED = 8 }; /* the last two: of slot 1 */
enum { RING_FILE = 1, RING_PASSPHRASE = 2 };

/* A piece of what stands behind the header: three bytes of the plan. */
enum { PIECE_SIZE = 3, PIECES_MAX = 5 };
typedef enum PieceKind { PIECE_INNER, PIECE_LAST, PIECE_BYTES, PIECE_OTHER_FILE } PieceKind;

/* Where things stand in a file; docs/format.md. */
enum {
    CHECK_SIZE = 8,
    SLOT_COST = 1,
    SLOT_SALT = 16,
    SLOT_WRAPPED = 48,
    SLOT_TAG = 80,
    SLOT_CHECK = 96,
};

typedef struct File {
    uint8_t bytes[CRYPT_HEADER_SIZE + PIECES_MAX * CRYPT_SEALED_SIZE];
    size_t size;
    bool is_whole;     /* its chunks are: each at its place, the last one last, nothing altered */
    uint64_t text_len; /* of one that is whole */
} File;

static uint8_t text[PIECES_MAX * CRYPT_CHUNK_SIZE];
static const uint8_t data_key[CRYPT_KEY_SIZE] = "the key of the file's own bytes";
static CryptKey file_key = {KEY_FROM_FILE, 32, "fuzz-key",
                            (uint8_t *)"a key file's thirty-two bytes: 3"};
static CryptKey passphrase = {KEY_FROM_PASSPHRASE, 13, {0}, (uint8_t *)"correct horse"};

/* --- To make the file ----------------------------------------------------------------------- */

static void put_check(uint8_t *bytes, size_t len)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    FUZZ_ASSERT(SHA256(bytes, len, digest) != NULL);
    memcpy(bytes + len, digest, CHECK_SIZE);
}

/* scrypt may take 256 MiB, which is much for each input: this leaves it some, and what is refused.
 */
static void cheapen(uint8_t *cost)
{
    cost[0] = cost[0] > 10 && cost[0] <= 20 ? 10 : cost[0];
    cost[1] &= 15;
}

static void wrap(const uint8_t *prefix, uint8_t *slot)
{
    const CryptKey *key = slot[0] == KEY_FROM_FILE ? &file_key : &passphrase;
    KeyCost cost = {slot[SLOT_COST], slot[SLOT_COST + 1], slot[SLOT_COST + 2]};
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t wrapping[KEY_SIZE];
    const uint8_t nonce[12] = {0};
    Error err;
    int n;

    FUZZ_ASSERT(context != NULL);
    if (key_derive(key, cost, slot + SLOT_SALT, wrapping, &err)) {
        FUZZ_ASSERT(
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, wrapping, nonce) == 1 &&
            EVP_EncryptUpdate(context, NULL, &n, prefix, CRYPT_PREFIX_SIZE) == 1 &&
            EVP_EncryptUpdate(context, NULL, &n, slot, SLOT_WRAPPED) == 1 &&
            EVP_EncryptUpdate(context, slot + SLOT_WRAPPED, &n, data_key, sizeof data_key) == 1 &&
            EVP_EncryptFinal_ex(context, slot + SLOT_TAG, &n) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CRYPT_TAG_SIZE, slot + SLOT_TAG) ==
                1);
    }
    EVP_CIPHER_CTX_free(context);
}

static void make_header(const uint8_t *plan, uint8_t *header)
{
    memset(header, 0, CRYPT_HEADER_SIZE);
    memcpy(header, plan + PLAN_PAGE, PAGE_HEAD);
    if ((plan[PLAN_REPAIRS] & REPAIR_PREFIX) != 0) {
        put_check(header, CRYPT_PREFIX_SIZE);
    }
    for (unsigned i = 0; i < CRYPT_SLOTS; i++) {
        uint8_t *slot = header + crypt_slot_offset(i);

        memcpy(slot, plan + PLAN_SLOT + (size_t)i * SLOT_HEAD, SLOT_HEAD);
        cheapen(slot + SLOT_COST);
        if ((plan[PLAN_REPAIRS] & REPAIR_WRAPPED << i) != 0) {
            wrap(header, slot);
        }
        if ((plan[PLAN_REPAIRS] & REPAIR_CHECK << i) != 0) {
            put_check(slot, SLOT_CHECK);
        }
    }
}

/* 0 says that it is a full one; but of bytes there may be none, and a last chunk may be empty. */
static size_t piece_len(PieceKind kind, const uint8_t *piece)
{
    size_t len = (size_t)piece[1] << 8 | piece[2];

    if (kind == PIECE_LAST && len == 1) {
        return 0;
    }
    return len == 0 && kind != PIECE_BYTES ? (size_t)CRYPT_CHUNK_SIZE : len;
}

/* len: of its text. True where it is what belongs there. */
static bool add_piece(File *file, const ChunkCipher ciphers[2], PieceKind kind, uint64_t number,
                      size_t len, uint64_t expected)
{
    const uint8_t *from = text + number * CRYPT_CHUNK_SIZE;
    uint8_t *to = file->bytes + file->size;
    Error err;

    if (kind == PIECE_BYTES) {
        memcpy(to, from, len);
        file->size += len;
        return len == 0;
    }
    FUZZ_ASSERT(chunk_seal(&ciphers[kind == PIECE_OTHER_FILE], number, kind == PIECE_LAST, from,
                           len, to, &err));
    file->size += len + CRYPT_TAG_SIZE;
    return kind != PIECE_OTHER_FILE && number == expected;
}

static void add_pieces(File *file, const uint8_t *data, size_t size)
{
    static const uint8_t other_prefix[CRYPT_PREFIX_SIZE] = "of another file";
    ChunkCipher ciphers[2];
    uint64_t done = 0; /* chunks */
    bool ended = false;
    Error err;

    FUZZ_ASSERT(chunk_cipher_init(&ciphers[0], true, data_key, file->bytes, &err) &&
                chunk_cipher_init(&ciphers[1], true, data_key, other_prefix, &err));
    for (size_t i = 0; i < PIECES_MAX; i++) {
        const uint8_t *piece;
        PieceKind kind;
        size_t len;

        if (PLAN_CHUNKS + (i + 1) * PIECE_SIZE > size) {
            break;
        }
        piece = data + PLAN_CHUNKS + i * PIECE_SIZE;
        kind = (PieceKind)(piece[0] & 3);
        len = piece_len(kind, piece);
        if (!add_piece(file, ciphers, kind, (piece[0] >> 2) % PIECES_MAX, len, done)) {
            file->is_whole = false;
        } else if (kind != PIECE_BYTES) {
            file->is_whole &=
                !ended && (kind == PIECE_LAST ? len > 0 || done == 0 : len == CRYPT_CHUNK_SIZE);
            ended = kind == PIECE_LAST;
            file->text_len += len;
            done++;
        }
    }
    file->is_whole &= ended;
    chunk_cipher_free(&ciphers[0]);
    chunk_cipher_free(&ciphers[1]);
}

static void alter(File *file, const uint8_t *plan)
{
    size_t place = (size_t)plan[PLAN_PLACE] << 16 | (size_t)plan[PLAN_PLACE + 1] << 8 |
                   (size_t)plan[PLAN_PLACE + 2];

    file->bytes[place % file->size] ^= plan[PLAN_ALTER];
}

/* --- To read it ----------------------------------------------------------------------------- */

static void check_error(const Error *err)
{
    FUZZ_ASSERT(err->code == ERR_DAMAGED || err->code == ERR_UNSUPPORTED || err->code == ERR_KEY ||
                err->code == ERR_USAGE || err->code == ERR_LIMIT);
    fuzz_check_verdict(false, err);
}

/* All of it, and what a plan's byte chooses of it. ERR_NONE, or what it failed with. */
static ErrorCode read_at_places(const File *file, KeyRing *ring, uint8_t choice)
{
    static uint8_t out[sizeof text];
    BytesSource bytes;
    Source *source;
    Error err = {0};

    bytes_source_init(&bytes, file->bytes, file->size);
    if (!crypt_source_new(&bytes.base, ring, &source, &err)) {
        check_error(&err);
        return err.code;
    }
    FUZZ_ASSERT(source->size <= sizeof out);
    if (source_read_at(source, out, (size_t)source->size, 0, &err)) {
        uint64_t from = source->size * choice / 256;
        uint64_t len = (source->size - from) / 3;

        FUZZ_ASSERT(source->size == file->text_len);
        FUZZ_ASSERT(memcmp(out, text, (size_t)source->size) == 0);
        FUZZ_ASSERT(source_read_at(source, out, (size_t)len, from, &err));
        FUZZ_ASSERT(memcmp(out, text + from, (size_t)len) == 0);
    } else {
        check_error(&err);
    }
    source_close(source);
    return err.code;
}

static ErrorCode read_as_stream(const File *file, KeyRing *ring, uint8_t choice)
{
    DripReader bytes;
    Drained drained;
    Reader *reader;
    Error err = {0};

    drip_reader_init(&bytes, file->bytes, file->size, (size_t)choice * 257 + 1);
    if (!crypt_reader_over(&bytes.base, ring, "bytes", &reader, &err)) {
        check_error(&err);
        return err.code;
    }
    drained = fuzz_drain(reader, (size_t)65536 - choice, UINT64_MAX);
    if (drained.ok) {
        FUZZ_ASSERT(drained.size == file->text_len);
        FUZZ_ASSERT(drained.hash == XXH3_64bits(text, (size_t)drained.size));
    }
    return drained.code;
}

static void read_file(const File *file, const uint8_t *plan)
{
    KeyRing ring = {.from_file = (plan[PLAN_KEYS] & RING_FILE) != 0 ? &file_key : NULL,
                    .passphrase = (plan[PLAN_KEYS] & RING_PASSPHRASE) != 0 ? &passphrase : NULL};
    const CryptHeader *header = (const CryptHeader *)file->bytes;
    uint8_t opened[CRYPT_KEY_SIZE];
    CryptFacts facts;
    unsigned slot;
    ErrorCode code;
    Error err = {0};
    bool is_good = crypt_header_check(header, "bytes", &facts, &err);
    bool is_open = crypt_header_open(header, &ring, "bytes", opened, &slot, &err);
    bool is_verified = crypt_header_verify(header, "bytes", &err);

    FUZZ_ASSERT(is_good || !(is_open || is_verified));
    if (is_open) {
        FUZZ_ASSERT(slot < CRYPT_SLOTS && memcmp(opened, data_key, sizeof opened) == 0);
    }
    code = read_at_places(file, &ring, plan[PLAN_KEYS]);
    FUZZ_ASSERT((code == ERR_NONE) == (is_open && file->is_whole));
    FUZZ_ASSERT(!is_open || code == ERR_NONE || code == ERR_DAMAGED);
    if (crypt_header_begins(file->bytes, file->size)) {
        FUZZ_ASSERT(read_as_stream(file, &ring, plan[PLAN_KEYS]) == code);
    }
}

/* As verify has it, with all keys. */
static bool is_good(const File *file, const uint8_t *plan)
{
    KeyRing ring = {.from_file = &file_key, .passphrase = &passphrase};
    Error err = {0};

    return crypt_header_verify((const CryptHeader *)file->bytes, "bytes", &err) &&
           read_at_places(file, &ring, plan[PLAN_KEYS]) == ERR_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static File file;
    uint8_t plan[PLAN_CHUNKS] = {0};
    bool was_good;

    for (size_t i = 0; text[1] == 0 && i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 2654435761U >> 13);
    }
    if (size > 0) {
        memcpy(plan, data, size < sizeof plan ? size : sizeof plan);
    }
    make_header(plan, file.bytes);
    file.size = CRYPT_HEADER_SIZE;
    file.is_whole = true;
    file.text_len = 0;
    add_pieces(&file, data, size);
    read_file(&file, plan);
    was_good = is_good(&file, plan);
    alter(&file, plan);
    FUZZ_ASSERT(!was_good || plan[PLAN_ALTER] == 0 || !is_good(&file, plan)); /* each is found */
    return 0;
}
