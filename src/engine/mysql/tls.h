/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS to MySQL and MariaDB.
 *
 * libmariadb sees only after it has logged in that a server had no TLS, and goes on in the clear
 * even where TLS is required: whoever stands between could cut it off, and ask for the password. It
 * also lets my.cnf win over what it was told. So the first thing that answers a server's greeting
 * is a login plugin of ours, the gate: it sends nothing where TLS lacks, and says last what TLS
 * must be. The server then asks for the login that the user has. Only `default-auth` in my.cnf goes
 * around it.
 */
#ifndef DBB_ENGINE_MYSQL_TLS_H
#define DBB_ENGINE_MYSQL_TLS_H

#include <mysql.h>

#include "engine/mysql/place.h"

typedef struct MyGate {
    const MyPlace *place;
    MyTls tls;          /* what this connection is to have; never PREFERRED is DISABLED's like */
    bool falls_back;    /* nobody has asked to do without TLS: the server has none */
    bool no_tls;        /* out: that is why there is no connection */
    bool no_ca;         /* out: there is nothing to verify the certificate with */
    bool trust_is_said; /* out: my.cnf asks for a server that can be trusted */
} MyGate;

/* Before mysql_real_connect over TCP, in the thread that calls it. The gate must outlive that call.
 */
bool my_tls_begin(MYSQL *handle, MyGate *gate) MUST_CHECK;
/* After it: of a connection that is there, whether it has what was asked for; of one that failed
 * (`connected` is false), why, if it was TLS. False: err is filled. */
bool my_tls_end(MYSQL *handle, const MyGate *gate, bool connected, Error *err) MUST_CHECK;
/* Also used where a connection tells another program how to connect. */
enum mysql_option my_tls_option(MySsl ssl);

#endif
