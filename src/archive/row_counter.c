/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the rows of COPY blocks and of INSERT statements. It needs no more of SQL than a table's
 * data holds: a COPY statement at the start of a line, its rows, and `\.`; or INSERT INTO … VALUES
 * at the start of a line, and its rows, each ended by a comma or, the last one, a semicolon. A
 * newline inside a value is written `\n` in both, so a row is a line.
 */
#include "archive/row_counter.h"

#include <string.h>

static RowState outside(RowCounter *counter, char c)
{
    static const struct {
        const char *text;
        RowState behind;
    } words[] = {{"COPY ", ROW_STATEMENT}, {"INSERT INTO ", ROW_INSERT}};

    if (c == '\n') {
        counter->matched = 0;
        return ROW_OUTSIDE_START;
    }
    if (counter->matched == 0) {
        counter->word = c == words[0].text[0] ? 0 : 1;
    }
    if (counter->state == ROW_OUTSIDE || c != words[counter->word].text[counter->matched]) {
        return ROW_OUTSIDE;
    }
    counter->matched++;
    if (words[counter->word].text[counter->matched] != '\0') {
        return ROW_OUTSIDE_START;
    }
    counter->matched = 0;
    counter->quote = 0;
    return words[counter->word].behind;
}

/* A table's name may hold anything, in quotes. */
static RowState statement(RowCounter *counter, char c)
{
    if (counter->quote != 0) {
        counter->quote = c == counter->quote ? 0 : counter->quote;
    } else if (c == '"' || c == '\'') {
        counter->quote = c;
    } else if (c == ';') {
        counter->seen = true;
        return ROW_STATEMENT_END;
    }
    return ROW_STATEMENT;
}

/* Names may hold anything here, too, also newlines. */
static RowState insert(RowCounter *counter, char c)
{
    if (counter->quote != 0) {
        counter->quote = c == counter->quote ? 0 : counter->quote;
    } else if (c == '`') {
        counter->quote = c;
    } else if (c == '\n') {
        counter->seen = true;
        return ROW_VALUES_START;
    }
    return ROW_INSERT;
}

/* At the end of a line with a row. */
static RowState values(RowCounter *counter)
{
    counter->rows++;
    if (counter->last == ',') {
        return ROW_VALUES_START;
    }
    counter->matched = 0;
    return counter->last == ';' ? ROW_OUTSIDE_START : ROW_VALUES;
}

/* Inside a row, or at its start. */
static RowState row(RowCounter *counter, char c)
{
    if (c == '\n') {
        if (counter->state == ROW_DOT) {
            counter->matched = 0;
            return ROW_OUTSIDE_START;
        }
        counter->rows++;
        return ROW_START;
    }
    if (counter->state == ROW_START && c == '\\') {
        return ROW_BACKSLASH;
    }
    return counter->state == ROW_BACKSLASH && c == '.' ? ROW_DOT : ROW_INSIDE;
}

void row_counter_add(RowCounter *counter, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        switch (counter->state) {
        case ROW_OUTSIDE_START:
        case ROW_OUTSIDE:
            counter->state = outside(counter, *text);
            break;
        case ROW_STATEMENT:
            counter->state = statement(counter, *text);
            break;
        case ROW_STATEMENT_END:
            counter->state = *text == '\n' ? ROW_START : ROW_STATEMENT_END;
            break;
        case ROW_INSIDE:
            text = memchr(text, '\n', (size_t)(end - text));
            if (text == NULL) {
                return;
            }
            counter->state = row(counter, '\n');
            break;
        case ROW_INSERT:
            counter->state = insert(counter, *text);
            break;
        case ROW_VALUES_START:
            counter->last = *text;
            counter->state = ROW_VALUES;
            break;
        case ROW_VALUES: {
            const char *newline = memchr(text, '\n', (size_t)(end - text));

            if (newline != text) {
                counter->last = (newline == NULL ? end : newline)[-1];
            }
            if (newline == NULL) {
                return;
            }
            text = newline;
            counter->state = values(counter);
            break;
        }
        case ROW_START:
        case ROW_BACKSLASH:
        case ROW_DOT:
            counter->state = row(counter, *text);
            break;
        }
        text++;
    }
}

bool row_counter_whole(const RowCounter *counter)
{
    return counter->state == ROW_OUTSIDE || counter->state == ROW_OUTSIDE_START;
}
