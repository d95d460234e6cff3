# SPDX-License-Identifier: Apache-2.0
"""Decrypts a file by docs/format.md alone, with none of dbbackup's code: `decrypt.py FILE KEYFILE > OUT`.

Whoever needs a backup when dbbackup isn't to be had can use it; the tests do, too."""
import hashlib
import struct
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PAGE, CHUNK, TAG = 4096, 65536, 16


def check(data):
    return hashlib.sha256(data).digest()[:8]


def wrapping_key(slot, key=None, passphrase=None):
    kind, log2_n, r, p = slot[:4]
    salt = slot[16:48]
    if kind == 1:
        return HKDF(hashes.SHA256(), 32, salt, b"dbbackup wrapping key 1").derive(key)
    return hashlib.scrypt(passphrase, salt=salt, n=1 << log2_n, r=r, p=p, maxmem=1 << 30, dklen=32)


def data_key(header, key, passphrase):
    prefix = header[:64]
    assert prefix[:16] == b"dbbackup sealed\n" and prefix[16] == 1 and check(prefix) == header[64:72]
    for page in (header[PAGE:2 * PAGE], header[2 * PAGE:]):
        if page[0] == (1 if key else 2) and check(page[:96]) == page[96:104]:
            wrapping = AESGCM(wrapping_key(page, key, passphrase))
            return wrapping.decrypt(bytes(12), page[48:96], prefix + page[:48])
    raise ValueError("no slot is for such a key")


def read_key_file(path):
    with open(path, encoding="ascii") as file:
        word, kind, version, digits, shown = file.read().split()
    key = bytes.fromhex(digits)
    assert (word, kind, version) == ("dbbackup", "key", "1") and hashlib.sha256(key).hexdigest()[:8] == shown
    return key


def decrypt(data, key=None, passphrase=None):
    header, body = data[:3 * PAGE], data[3 * PAGE:]
    cipher = AESGCM(data_key(header, key, passphrase))
    chunks = [body[at:at + CHUNK + TAG] for at in range(0, len(body), CHUNK + TAG)]
    return b"".join(cipher.decrypt(struct.pack("<QB3x", number, number == len(chunks) - 1), chunk, header[:64])
                    for number, chunk in enumerate(chunks))


def seal(sealed, content, key):
    """The encrypted file `sealed`, with other content: for files that no program of ours would write."""
    header = sealed[:3 * PAGE]
    cipher = AESGCM(data_key(header, key, None))
    chunks = [content[at:at + CHUNK] for at in range(0, len(content), CHUNK)]
    return header + b"".join(cipher.encrypt(struct.pack("<QB3x", number, number == len(chunks) - 1), chunk, header[:64])
                             for number, chunk in enumerate(chunks))


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as encrypted:
        sys.stdout.buffer.write(decrypt(encrypted.read(), key=read_key_file(sys.argv[2])))
