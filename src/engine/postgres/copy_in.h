/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows on their way into a table: one COPY FROM STDIN, from its statement to the server's count.
 * Nothing else may be done with the connection meanwhile.
 *
 * Where the types of all columns are known, rows go in COPY's binary format, which is less work for
 * the server; sql/binary_rows.h says what can be converted. From the first row on that can't be,
 * the rest goes as text, in a second COPY of the same transaction: so the server's own input
 * decides about all that is unusual.
 *
 *     copy_in_begin, copy_in_put …, copy_in_end; or at any time copy_in_abandon
 */
#ifndef DBB_ENGINE_POSTGRES_COPY_IN_H
#define DBB_ENGINE_POSTGRES_COPY_IN_H

#include "engine/postgres/connection.h"
#include "sql/binary_rows.h"

typedef struct CopyStatement {
    const char *before;  /* other statements that open the same message, "BEGIN; "; or NULL */
    const char *copy;    /* COPY … FROM stdin */
    bool freeze;         /* where it has no options of its own: WITH (FREEZE) */
    uint64_t rows_above; /* rows of the block that other COPYs take. The server's errors name a row
                            of this one, the reader of the message counts those of the block */
    const BinaryColumns *columns; /* of a COPY without options of its own, in an open transaction;
                                     must outlive the COPY. NULL: all goes as text */
} CopyStatement;

typedef struct CopyIn CopyIn;

/* Sends the statement, until the server asks for its rows. The statement needn't outlive the call.
 */
bool copy_in_begin(PgConnection *connection, const CopyStatement *statement, CopyIn **out,
                   Error *err) MUST_CHECK;
/* Any bytes of the rows' text. After a failure there is only copy_in_abandon. */
bool copy_in_put(CopyIn *copy, const char *data, size_t len, Error *err) MUST_CHECK;
/* Waits until the server has taken all. *rows: as it counted them. Frees `copy` in any case. */
bool copy_in_end(CopyIn *copy, uint64_t *rows, Error *err) MUST_CHECK;
/* The server must not take a part of the rows for the whole: its COPY fails. NULL is fine. */
void copy_in_abandon(CopyIn *copy);

#endif
