/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and passphrases: their files, and what is derived from them, by libcrypto. */
#include "io/key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret_memory.h"
#include "io/sha256.h"

/* A key file is one line: the mark, the key, and a check of it, against typing errors. */
enum {
    CHECK_SIZE = 4,
    KEY_HEX = 2 * KEY_SIZE,
    CHECK_HEX = 2 * CHECK_SIZE,
};

static const char file_mark[] = "dbbackup key 1 ";

enum { LINE_SIZE = (int)sizeof file_mark - 1 + KEY_HEX + 1 + CHECK_HEX + 1 };

/* A hostile file can't ask for more than 256 MiB, four times over: a second or some more. */
enum { LOG2_N_MIN = 10, LOG2_N_MAX = 20, P_MAX = 4, SCRYPT_BLOCK = 128 };
static const uint64_t memory_max = (uint64_t)256 << 20;

const KeyCost key_usual_cost = {.log2_n = 16, .r = 8, .p = 1};

static bool refused(const char *what, Error *err)
{
    return error_set(err, ERR_INTERNAL, "libcrypto can't compute %s", what);
}

/* --- Hexadecimal digits ------------------------------------------------------------------- */

static void put_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(const char *text, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int high = digit(text[2 * i]);
        int low = digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void key_id_text(const uint8_t id[static KEY_ID_SIZE], char out[static KEY_ID_TEXT_SIZE])
{
    put_hex(id, KEY_ID_SIZE, out);
    out[KEY_ID_TEXT_SIZE - 1] = '\0';
}

/* --- Derivation --------------------------------------------------------------------------- */

static bool derive(const char *name, const OSSL_PARAM *params, uint8_t *out, size_t len, Error *err)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
    EVP_KDF_CTX *context = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    bool ok = context != NULL && EVP_KDF_derive(context, out, len, params) == 1;

    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return ok || refused(name, err);
}

static bool derive_hkdf(const CryptKey *key, const uint8_t *salt, size_t salt_len,
                        const char *purpose, uint8_t *out, size_t len, Error *err)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key->secret, key->len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)purpose, strlen(purpose)),
        OSSL_PARAM_construct_end(),
    };

    return derive("HKDF", params, out, len, err);
}

static bool is_affordable(KeyCost cost)
{
    return cost.log2_n >= LOG2_N_MIN && cost.log2_n <= LOG2_N_MAX && cost.r > 0 && cost.p > 0 &&
           cost.p <= P_MAX && ((uint64_t)SCRYPT_BLOCK * cost.r << cost.log2_n) <= memory_max;
}

/* Of a cost that is affordable. */
static bool derive_scrypt(const CryptKey *key, KeyCost cost, const uint8_t *salt, uint8_t *out,
                          Error *err)
{
    uint64_t n = (uint64_t)1 << cost.log2_n;
    uint32_t r = cost.r;
    uint32_t p = cost.p;
    uint64_t memory = 2 * memory_max;
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, key->secret, key->len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, KEY_SALT_SIZE),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
        OSSL_PARAM_construct_end(),
    };

    return derive("SCRYPT", params, out, KEY_SIZE, err);
}

bool key_derive(const CryptKey *key, KeyCost cost, const uint8_t salt[static KEY_SALT_SIZE],
                uint8_t out[static KEY_SIZE], Error *err)
{
    if (key->kind != KEY_FROM_PASSPHRASE) {
        return derive_hkdf(key, salt, KEY_SALT_SIZE, "dbbackup wrapping key 1", out, KEY_SIZE, err);
    }
    if (!is_affordable(cost)) {
        return error_set(
            err, ERR_LIMIT,
            "the passphrase's scrypt parameters (N=2^%u, r=%u, p=%u) are out of bounds",
            cost.log2_n, cost.r, cost.p);
    }
    return derive_scrypt(key, cost, salt, out, err);
}

/* --- To make one -------------------------------------------------------------------------- */

static CryptKey *key_alloc(KeyKind kind, size_t len, Error *err)
{
    CryptKey *key = malloc(sizeof *key);

    if (key != NULL) {
        *key = (CryptKey){.kind = kind, .len = len, .secret = secret_alloc(len)};
    }
    if (key == NULL || key->secret == NULL) {
        free(key);
        (void)error_set_memory(err, "a key");
        return NULL;
    }
    return key;
}

void key_free(CryptKey *key)
{
    if (key != NULL) {
        secret_free(key->secret, key->len);
        free(key);
    }
}

/* Gives the key its id, and to the caller. Takes over key. */
static bool finish(CryptKey *key, CryptKey **out, Error *err)
{
    static const uint8_t no_salt[1];

    if (!derive_hkdf(key, no_salt, 0, "dbbackup key id 1", key->id, KEY_ID_SIZE, err)) {
        key_free(key);
        return false;
    }
    *out = key;
    return true;
}

bool key_new_random(CryptKey **out, Error *err)
{
    CryptKey *key = key_alloc(KEY_FROM_FILE, KEY_SIZE, err);

    if (key == NULL) {
        return false;
    }
    if (RAND_priv_bytes(key->secret, KEY_SIZE) != 1) {
        key_free(key);
        return refused("random bytes", err);
    }
    return finish(key, out, err);
}

bool key_new_passphrase(const char *text, size_t len, CryptKey **out, Error *err)
{
    CryptKey *key;

    if (len == 0 || len > PASSPHRASE_MAX) {
        return error_set(err, ERR_USAGE, "the passphrase %s",
                         len == 0 ? "is empty" : "is longer than 1024 bytes");
    }
    key = key_alloc(KEY_FROM_PASSPHRASE, len, err);
    if (key == NULL) {
        return false;
    }
    memcpy(key->secret, text, len);
    *out = key;
    return true;
}

/* --- Files -------------------------------------------------------------------------------- */

/* The first bytes of a small file. */
static bool read_start(const char *path, char *out, size_t size, size_t *len, Error *err)
{
    bool ok;
    int fd;

    if (!file_open_read(path, &fd, err)) {
        return false;
    }
    ok = file_read(fd, path, out, size, len, err);
    (void)close(fd);
    return ok;
}

static bool take_key_line(const char *line, size_t len, uint8_t secret[static KEY_SIZE],
                          uint8_t check[static CHECK_SIZE])
{
    size_t mark = sizeof file_mark - 1;

    return (len == LINE_SIZE || (len == LINE_SIZE - 1 && line[len - 1] != '\n')) &&
           memcmp(line, file_mark, mark) == 0 && line[mark + KEY_HEX] == ' ' &&
           (len < LINE_SIZE || line[len - 1] == '\n') && take_hex(line + mark, secret, KEY_SIZE) &&
           take_hex(line + mark + KEY_HEX + 1, check, CHECK_SIZE);
}

/* *good: it is a key's. False: there was no memory to find out. */
static bool read_key_line(const char *line, size_t len, uint8_t secret[static KEY_SIZE], bool *good,
                          Error *err)
{
    uint8_t check[CHECK_SIZE];
    uint8_t digest[SHA256_SIZE];

    *good = take_key_line(line, len, secret, check);
    if (!*good) {
        return true;
    }
    if (!sha256_bytes(secret, KEY_SIZE, digest, err)) {
        return false;
    }
    *good = memcmp(digest, check, CHECK_SIZE) == 0;
    OPENSSL_cleanse(digest, sizeof digest);
    return true;
}

bool key_read_file(const char *path, CryptKey **out, Error *err)
{
    char line[LINE_SIZE + 1];
    size_t len = 0;
    CryptKey *key;
    bool good = false;
    bool ok;

    if (!read_start(path, line, sizeof line, &len, err)) {
        return error_prefix(err, "the key file");
    }
    key = key_alloc(KEY_FROM_FILE, KEY_SIZE, err);
    ok = key != NULL && read_key_line(line, len, key->secret, &good, err);
    OPENSSL_cleanse(line, sizeof line);
    if (!ok) {
        key_free(key);
        return false;
    }
    if (!good) {
        key_free(key);
        (void)error_set(err, ERR_USAGE, "%s is not a key file, or was altered", path);
        return error_hint(err, "`dbbackup key new FILE` makes one. A file with a passphrase is for "
                               "--passphrase-file.");
    }
    return finish(key, out, err);
}

bool key_read_passphrase(const char *path, CryptKey **out, Error *err)
{
    enum { ROOM = PASSPHRASE_MAX + 2 /* CR LF */ };
    char *text = secret_alloc(ROOM);
    size_t len = 0;
    bool ok;

    if (text == NULL) {
        return error_set_memory(err, "a passphrase");
    }
    ok = read_start(path, text, ROOM, &len, err);
    if (ok) {
        const char *end = memchr(text, '\n', len);

        len = end != NULL ? (size_t)(end - text) : len;
        len -= len > 0 && text[len - 1] == '\r';
        ok = key_new_passphrase(text, len, out, err);
    }
    secret_free(text, ROOM);
    return ok || error_prefix(err, "the passphrase file %s", path);
}

/* No rename, for nothing of that name may be replaced; what wasn't written well is removed. */
static bool write_line(const char *path, const char *line, Error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool ok;

    if (fd < 0 && errno == EEXIST) {
        (void)error_set(err, ERR_REFUSED, "%s exists: a key must never be overwritten", path);
        return error_hint(err, "Whoever loses a key loses all backups that were made with it. "
                               "Choose another name.");
    }
    if (fd < 0) {
        return error_set_errno(err, errno, "cannot make %s", path);
    }
    ok = file_write_all(fd, path, line, LINE_SIZE, err) &&
         (fsync(fd) == 0 || error_set_errno(err, errno, "cannot flush %s to disk", path));
    if (close(fd) != 0 && ok) {
        ok = error_set_errno(err, errno, "cannot write %s", path);
    }
    if (!ok) {
        (void)unlink(path);
    }
    return ok;
}

bool key_write_file(const CryptKey *key, const char *path, Error *err)
{
    size_t mark = sizeof file_mark - 1;
    uint8_t digest[SHA256_SIZE];
    char line[LINE_SIZE];
    bool ok;

    if (!sha256_bytes(key->secret, key->len, digest, err)) {
        return false;
    }
    memcpy(line, file_mark, mark);
    put_hex(key->secret, KEY_SIZE, line + mark);
    line[mark + KEY_HEX] = ' ';
    put_hex(digest, CHECK_SIZE, line + mark + KEY_HEX + 1);
    line[LINE_SIZE - 1] = '\n';
    ok = write_line(path, line, err);
    OPENSSL_cleanse(line, sizeof line);
    OPENSSL_cleanse(digest, sizeof digest);
    return ok;
}
