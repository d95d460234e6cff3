/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a call: from options, the environment, and the terminal. */
#ifndef DBB_CLI_KEYS_H
#define DBB_CLI_KEYS_H

#include "cli/options.h"
#include "io/key_ring.h"

/* Takes DBBACKUP_PASSPHRASE out of the environment, before any other program can inherit it and
 * before the environment is read for settings. Call it first, once. */
bool keys_take_environment(Error *err) MUST_CHECK;
/* What files are opened with. The caller frees it with key_ring_free. */
KeyRing keys_of_options(const Options *options);
/* What a backup is encrypted with; NULL without --encrypt. It belongs to the ring. A passphrase
 * that is typed is asked for twice. ERR_USAGE when there is none. */
bool keys_for_backup(const Options *options, KeyRing *ring, const CryptKey **out,
                     Error *err) MUST_CHECK;
/* The new one of `key rotate`, which the caller frees. */
bool keys_for_rotation(const Options *options, CryptKey **out, Error *err) MUST_CHECK;

#endif
