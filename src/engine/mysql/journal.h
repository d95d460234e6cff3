/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of a restore: a table in the target that says what is done, so that a restore which
 * broke off can be resumed. It goes when all is done. Rows are written down in the transaction that
 * loads them. A definition commits by itself, and is written down behind it: what is there and
 * isn't in the journal is made again. Restores that keep no journal pass through all of this.
 */
#ifndef DBB_ENGINE_MYSQL_JOURNAL_H
#define DBB_ENGINE_MYSQL_JOURNAL_H

#include "engine/mysql/catalog.h"
#include "engine/mysql/restore_session.h"

/* Of the target, before it is changed: is there a journal, and does it go with what is asked for? A
 * restore that is to be resumed becomes as it was begun. */
bool my_journal_look(RestoreSession *session, Error *err) MUST_CHECK;
/* Makes the journal, or reads what an earlier restore left. Then nobody else is at work on that. */
bool my_journal_open(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;
/* Of a worker, before its first entry. */
bool my_journal_join(RestoreSession *worker, unsigned number, Error *err) MUST_CHECK;
/* An earlier restore has done it. */
bool my_journal_has(const RestoreSession *session, const Entry *entry, uint32_t chunk);
/* Before an entry that isn't done: clears away what an earlier restore may have made of it. */
bool my_journal_begin(RestoreSession *session, const Entry *entry, Error *err) MUST_CHECK;
/* After an entry failed: it did because an earlier restore had made it, all of it. */
bool my_journal_was_made(const RestoreSession *session);
/* A definition is made; the journal says so by the next flush, or with the next rows. */
bool my_journal_end(RestoreSession *session, const Entry *entry, Error *err) MUST_CHECK;
/* Within the transaction of the rows. */
bool my_journal_put_rows(RestoreSession *session, const Entry *entry, uint32_t chunk,
                         Error *err) MUST_CHECK;
bool my_journal_flush(RestoreSession *session, Error *err) MUST_CHECK;
/* All is done: drops it. */
bool my_journal_close(RestoreSession *session, Error *err) MUST_CHECK;
void my_journal_free(RestoreSession *session);

#endif
