/* SPDX-License-Identifier: Apache-2.0 */
/* The header of an encrypted file. */
#include "io/crypt_header.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "io/damage.h"
#include "io/sha256.h"

/* Of the first page. All else in it is zeros. */
enum {
    AT_MARK = 0,
    AT_VERSION = 16,
    AT_ID = 32,
    AT_PREFIX_CHECK = CRYPT_PREFIX_SIZE,
    ID_SIZE = 32,
    CHECK_SIZE = 8,
};

/* Of a slot's page. All else in it is zeros. */
enum {
    SLOT_KIND = 0,
    SLOT_LOG2_N = 1,
    SLOT_R = 2,
    SLOT_P = 3,
    SLOT_KEY_ID = 8,
    SLOT_SALT = 16,
    SLOT_WRAPPED = SLOT_SALT + KEY_SALT_SIZE,
    SLOT_TAG = SLOT_WRAPPED + CRYPT_KEY_SIZE,
    SLOT_CHECK = SLOT_TAG + CRYPT_TAG_SIZE,
    SLOT_END = SLOT_CHECK + CHECK_SIZE,
};

enum { FORMAT_VERSION = 1, SIMILAR = 2 /* bytes that may differ */ };

static const uint8_t mark[] = "dbbackup sealed\n"; /* without its NUL */

enum { MARK_SIZE = (int)sizeof mark - 1 };

typedef enum SlotState { SLOT_EMPTY, SLOT_FILLED, SLOT_BROKEN } SlotState;

_Static_assert((int)MARK_SIZE == (int)AT_VERSION, "the version follows the mark");
_Static_assert((int)KEY_SIZE == (int)CRYPT_KEY_SIZE, "a wrapping key is a key of the same cipher");

size_t crypt_slot_offset(unsigned slot)
{
    return (size_t)(1 + slot) * CRYPT_PAGE_SIZE;
}

bool crypt_header_begins(const void *bytes, size_t len)
{
    const uint8_t *found = bytes;
    size_t different = 0;

    for (size_t i = 0; i < MARK_SIZE; i++) {
        different += i >= len || found[i] != mark[i];
    }
    return different <= SIMILAR;
}

/* --- Checks ------------------------------------------------------------------------------- */

/* False, of this one and those that lead to it: there was no memory, which is no damage. */
static bool make_check(const uint8_t *bytes, size_t len, uint8_t out[static CHECK_SIZE], Error *err)
{
    uint8_t digest[SHA256_SIZE];

    if (!sha256_bytes(bytes, len, digest, err)) {
        return false;
    }
    memcpy(out, digest, CHECK_SIZE);
    return true;
}

static bool compare_check(const uint8_t *bytes, size_t len, bool *good, Error *err)
{
    uint8_t check[CHECK_SIZE];

    if (!make_check(bytes, len, check, err)) {
        return false;
    }
    *good = memcmp(bytes + len, check, CHECK_SIZE) == 0;
    return true;
}

static bool is_zeros(const uint8_t *bytes, size_t len)
{
    size_t i = 0;

    while (i < len && bytes[i] == 0) {
        i++;
    }
    return i == len;
}

static bool look_at_slot(const uint8_t *page, SlotState *state, Error *err)
{
    bool good;

    if (is_zeros(page, CRYPT_PAGE_SIZE)) {
        *state = SLOT_EMPTY;
        return true;
    }
    if (!compare_check(page, SLOT_CHECK, &good, err)) {
        return false;
    }
    good = good && is_zeros(page + SLOT_END, CRYPT_PAGE_SIZE - SLOT_END);
    *state = good ? SLOT_FILLED : SLOT_BROKEN;
    return true;
}

static bool is_known_kind(uint8_t kind)
{
    return kind == KEY_FROM_FILE || kind == KEY_FROM_PASSPHRASE;
}

bool crypt_header_check(const CryptHeader *header, const char *name, CryptFacts *facts, Error *err)
{
    const uint8_t *bytes = header->bytes;
    CryptFacts found = {0};
    bool good;

    if (!compare_check(bytes, CRYPT_PREFIX_SIZE, &good, err)) {
        return false;
    }
    if (!good || memcmp(bytes, mark, MARK_SIZE) != 0) {
        return damage_altered(err, name, "its beginning isn't what was written");
    }
    if (bytes[AT_VERSION] != FORMAT_VERSION) {
        return error_set(err, ERR_UNSUPPORTED, "%s was encrypted by a newer version of dbbackup",
                         name);
    }
    for (unsigned i = 0; i < CRYPT_SLOTS; i++) {
        const uint8_t *page = bytes + crypt_slot_offset(i);
        SlotState state;

        if (!look_at_slot(page, &state, err)) {
            return false;
        }
        if (state == SLOT_FILLED && is_known_kind(page[SLOT_KIND])) {
            found.slots++;
            found.kind = (KeyKind)page[SLOT_KIND];
            key_id_text(page + SLOT_KEY_ID, found.key_id);
        }
    }
    if (found.slots == 0) {
        return damage_altered(err, name, "neither of its wrapped keys is what was written");
    }
    *facts = found;
    return true;
}

bool crypt_header_verify(const CryptHeader *header, const char *name, Error *err)
{
    enum { PREFIX_END = AT_PREFIX_CHECK + CHECK_SIZE };
    CryptFacts facts;

    if (!crypt_header_check(header, name, &facts, err)) {
        return false;
    }
    if (!is_zeros(header->bytes + PREFIX_END, CRYPT_PAGE_SIZE - PREFIX_END)) {
        return damage_altered(err, name, "its header isn't what was written");
    }
    for (unsigned i = 0; i < CRYPT_SLOTS; i++) {
        SlotState state;

        if (!look_at_slot(header->bytes + crypt_slot_offset(i), &state, err)) {
            return false;
        }
        if (state == SLOT_BROKEN) {
            (void)error_set(err, ERR_DAMAGED,
                            "%s: one of its two wrapped keys isn't what was written, or `key "
                            "rotate` broke off; the other one is good",
                            name);
            return error_hint(err, "`dbbackup key rotate` writes it anew. The data can be "
                                   "restored.");
        }
    }
    return true;
}

/* --- To wrap a key, and to unwrap it ------------------------------------------------------ */

/* A wrapping key is used once, for its salt is new each time: so its nonce may be zeros. */
static bool wrap_key(bool wraps, const uint8_t key[static KEY_SIZE], const uint8_t *prefix,
                     const uint8_t *page, const uint8_t *in, uint8_t *out, uint8_t *tag, bool *good)
{
    static const uint8_t nonce[12];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int n = 0;
    bool ok =
        context != NULL &&
        EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce, wraps) == 1 &&
        EVP_CipherUpdate(context, NULL, &n, prefix, CRYPT_PREFIX_SIZE) == 1 &&
        EVP_CipherUpdate(context, NULL, &n, page, SLOT_WRAPPED) == 1 &&
        EVP_CipherUpdate(context, out, &n, in, CRYPT_KEY_SIZE) == 1 &&
        (wraps || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CRYPT_TAG_SIZE, tag) == 1);

    *good = ok && EVP_CipherFinal_ex(context, out + n, &n) == 1;
    ok = ok && (!wraps || (*good && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG,
                                                        CRYPT_TAG_SIZE, tag) == 1));
    EVP_CIPHER_CTX_free(context);
    return ok;
}

static bool cannot_wrap(Error *err)
{
    return error_set(err, ERR_INTERNAL, "libcrypto can't wrap a key");
}

static KeyCost slot_cost(const uint8_t *page)
{
    return (KeyCost){page[SLOT_LOG2_N], page[SLOT_R], page[SLOT_P]};
}

bool crypt_header_wrap(CryptHeader *header, unsigned slot, const CryptKey *key,
                       const uint8_t data_key[static CRYPT_KEY_SIZE], Error *err)
{
    uint8_t *page = header->bytes + crypt_slot_offset(slot);
    uint8_t wrapping[KEY_SIZE] = {0};
    bool good = false;
    bool ok;

    crypt_header_wipe(header, slot);
    page[SLOT_KIND] = (uint8_t)key->kind;
    if (key->kind == KEY_FROM_PASSPHRASE) {
        page[SLOT_LOG2_N] = key_usual_cost.log2_n;
        page[SLOT_R] = key_usual_cost.r;
        page[SLOT_P] = key_usual_cost.p;
    }
    memcpy(page + SLOT_KEY_ID, key->id, KEY_ID_SIZE);
    ok = (RAND_bytes(page + SLOT_SALT, KEY_SALT_SIZE) == 1 || cannot_wrap(err)) &&
         key_derive(key, slot_cost(page), page + SLOT_SALT, wrapping, err) &&
         (wrap_key(true, wrapping, header->bytes, page, data_key, page + SLOT_WRAPPED,
                   page + SLOT_TAG, &good) ||
          cannot_wrap(err)) &&
         make_check(page, SLOT_CHECK, page + SLOT_CHECK, err);
    OPENSSL_cleanse(wrapping, sizeof wrapping);
    return ok;
}

void crypt_header_wipe(CryptHeader *header, unsigned slot)
{
    memset(header->bytes + crypt_slot_offset(slot), 0, CRYPT_PAGE_SIZE);
}

bool crypt_header_make(const CryptKey *key, CryptHeader *header,
                       uint8_t data_key[static CRYPT_KEY_SIZE], Error *err)
{
    uint8_t *bytes = header->bytes;

    *header = (CryptHeader){0};
    memcpy(bytes + AT_MARK, mark, MARK_SIZE);
    bytes[AT_VERSION] = FORMAT_VERSION;
    if (RAND_bytes(bytes + AT_ID, ID_SIZE) != 1 || RAND_priv_bytes(data_key, CRYPT_KEY_SIZE) != 1) {
        return error_set(err, ERR_INTERNAL, "libcrypto has no random bytes");
    }
    return make_check(bytes, CRYPT_PREFIX_SIZE, bytes + AT_PREFIX_CHECK, err) &&
           crypt_header_wrap(header, 0, key, data_key, err);
}

static bool unwrap(const CryptHeader *header, const uint8_t *page, const CryptKey *key,
                   uint8_t data_key[static CRYPT_KEY_SIZE], bool *good, Error *err)
{
    uint8_t wrapping[KEY_SIZE] = {0};
    uint8_t tag[CRYPT_TAG_SIZE];
    bool ok;

    *good = false;
    if (key->kind == KEY_FROM_FILE && memcmp(key->id, page + SLOT_KEY_ID, KEY_ID_SIZE) != 0) {
        return true;
    }
    memcpy(tag, page + SLOT_TAG, sizeof tag);
    ok =
        key_derive(key, slot_cost(page), page + SLOT_SALT, wrapping, err) &&
        (wrap_key(false, wrapping, header->bytes, page, page + SLOT_WRAPPED, data_key, tag, good) ||
         cannot_wrap(err));
    OPENSSL_cleanse(wrapping, sizeof wrapping);
    if (!*good) {
        OPENSSL_cleanse(data_key, CRYPT_KEY_SIZE);
    }
    return ok;
}

/* Nothing that the ring has opens the file. */
static bool tell_wrong(const CryptFacts *facts, const CryptKey *key, const char *name, Error *err)
{
    char id[KEY_ID_TEXT_SIZE];

    if (key == NULL && facts->kind == KEY_FROM_FILE) {
        (void)error_set(err, ERR_USAGE, "%s is encrypted, with the key %s", name, facts->key_id);
        return error_hint(err, "Say with --key-file FILE where this key is.");
    }
    if (key == NULL) {
        (void)error_set(err, ERR_USAGE, "%s is encrypted, with a passphrase", name);
        return error_hint(err, "Give it on the terminal, in a file (--passphrase-file FILE), or in "
                               "DBBACKUP_PASSPHRASE.");
    }
    if (key->kind == KEY_FROM_PASSPHRASE) {
        return error_set(err, ERR_KEY, "wrong passphrase: %s was encrypted with another one", name);
    }
    key_id_text(key->id, id);
    return error_set(err, ERR_KEY, "wrong key: %s was encrypted with the key %s, and this is %s",
                     name, facts->key_id, id);
}

bool crypt_header_open(const CryptHeader *header, KeyRing *ring, const char *name,
                       uint8_t data_key[static CRYPT_KEY_SIZE], unsigned *slot, Error *err)
{
    const CryptKey *tried = NULL;
    CryptFacts facts = {0};

    if (!crypt_header_check(header, name, &facts, err)) {
        return false;
    }
    for (unsigned i = 0; i < CRYPT_SLOTS; i++) {
        const uint8_t *page = header->bytes + crypt_slot_offset(i);
        const CryptKey *key = NULL;
        SlotState state;
        bool good = false;

        if (!look_at_slot(page, &state, err)) {
            return false;
        }
        if (state != SLOT_FILLED || !is_known_kind(page[SLOT_KIND])) {
            continue;
        }
        if (!key_ring_get(ring, (KeyKind)page[SLOT_KIND], name, &key, err) ||
            (key != NULL && !unwrap(header, page, key, data_key, &good, err))) {
            return false;
        }
        if (good) {
            *slot = i;
            return true;
        }
        tried = key != NULL ? key : tried;
    }
    return tell_wrong(&facts, tried, name, err);
}
