/* SPDX-License-Identifier: Apache-2.0 */
/* A connection's inside, shared by connect.c, connection.c and local_load.c. Nobody else includes
 * this. */
#ifndef DBB_ENGINE_MYSQL_CONNECTION_INSIDE_H
#define DBB_ENGINE_MYSQL_CONNECTION_INSIDE_H

#include "engine/mysql/connection.h"

enum { MY_PATIENCE_SECONDS = 5 /* for a server that was asked to stop */ };

struct MyConnection {
    MYSQL *handle;
    const ServerOptions *server;
    const MyPlace *place;
    EngineContext context;
    Buffer password; /* that the user gave; wiped with the connection */
    bool has_password;
    bool is_mariadb;
    bool may_load;
    bool killed;      /* the statement at work */
    double killed_at; /* clock_monotonic */
    unsigned silent;  /* milliseconds that we have waited, and nothing moved */
    Error stall;      /* why it was given up, where libmariadb only knows that it was */
    bool probing;     /* another handle is being made, to find out about this one */
    Trace trace;
    /* What my_load has yet to send; NULL: nothing may be asked for. */
    const char *load;
    size_t load_len;
};

/* Whose calls of libmariadb this thread makes: its my_wait_io has no other way to know. */
extern _Thread_local MyConnection *my_at_work;

/* Another handle to the same place, with what is known of the password; NULL for no connection. */
MYSQL *my_try_connect(const MyConnection *connection, Error *err) MUST_CHECK;
/* Until something can be read (POLLIN: the answer's first byte) or written. */
bool my_wait_for(MyConnection *connection, short events, Error *err) MUST_CHECK;
/* Nothing has moved for some more milliseconds. When that has gone on for too long, finds out
 * whether the server is at work; false: the connection is dead. */
bool my_bear_silence(MyConnection *connection, short events, unsigned milliseconds,
                     Error *err) MUST_CHECK;
/* libmariadb asks this wherever it would block. 1: go on; -1: the connection is of no more use. */
int my_wait_io(my_socket handle, my_bool is_read, int milliseconds);
/* From now on LOAD DATA LOCAL gets what my_load gives, and nothing else. */
void my_load_handlers(MYSQL *handle, const MyConnection *connection);

#endif
