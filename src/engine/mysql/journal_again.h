/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by journal.c and journal_again.c. Nobody else includes this. */
#ifndef DBB_ENGINE_MYSQL_JOURNAL_AGAIN_H
#define DBB_ENGINE_MYSQL_JOURNAL_AGAIN_H

#include "engine/mysql/journal.h"

/* As a chunk's number: the line that says what was there before the entry was begun. */
#define MY_BEGUN (UINT32_MAX - 1)

/* False: it was never begun, or needed no such line. */
bool my_journal_begun(const RestoreSession *session, const Entry *entry, uint32_t *state);
bool my_journal_put_begun(RestoreSession *session, const Entry *entry, uint32_t state,
                          Error *err) MUST_CHECK;
/* In memory: none of it is done. */
bool my_journal_forget(RestoreSession *session, const Entry *entry) MUST_CHECK;
bool my_journal_is_forgotten(const RestoreSession *session, const Entry *entry);

/* --- journal_again.c --- */

/* Of tables that this restore doesn't make, keys need a line before they begin, and so do rows that
 * know no transactions. In a restore that is resumed, a table without transactions that it does
 * make, and of whose rows not all are known to be there, isn't done. */
bool my_journal_look_at_tables(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;

#endif
