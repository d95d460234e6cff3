/* SPDX-License-Identifier: Apache-2.0 */
/* LOAD DATA LOCAL of what is in memory: no file of this machine is ever read, whatever a server
 * asks for. */
#include <errmsg.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "engine/mysql/connection_inside.h"

/* libmariadb calls these while it reads the answer to a LOAD DATA; or whenever a server asks. */
static int load_begin(void **state, const char *name, void *connection)
{
    (void)name;
    *state = connection;
    return ((MyConnection *)connection)->load == NULL;
}

/* A statement that was killed gets no more, and ends. */
static int load_read(void *state, char *data, unsigned size)
{
    MyConnection *connection = state;
    size_t len = connection->load_len < size ? connection->load_len : size;
    Error ignored = {0};

    if (connection->killed || !my_wait_for(connection, POLLOUT, &ignored) || connection->killed) {
        return 0;
    }
    memcpy(data, connection->load, len);
    connection->load += len;
    connection->load_len -= len;
    return (int)len;
}

/* All is sent; the answer comes when the server has stored it. */
static void load_end(void *state)
{
    Error ignored = {0};

    if (state != NULL && ((MyConnection *)state)->load != NULL) {
        (void)!my_wait_for(state, POLLIN, &ignored);
    }
}

static int load_error(void *state, char *message, unsigned size)
{
    (void)state;
    (void)snprintf(message, size, "the server asks for a file of this machine");
    return CR_UNKNOWN_ERROR;
}

void my_load_handlers(MYSQL *handle, const MyConnection *connection)
{
    mysql_set_local_infile_handler(handle, load_begin, load_read, load_end, load_error,
                                   (void *)connection);
}

bool my_load(MyConnection *connection, const char *sql, const char *data, size_t len, Error *err)
{
    bool ok;

    connection->load = data;
    connection->load_len = len;
    connection->trace.data_bytes += len;
    ok = my_exec_text(connection, sql, err);
    connection->load = NULL;
    return ok;
}
