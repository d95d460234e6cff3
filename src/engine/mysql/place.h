/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a server is, and as whom to go there: a database's name, or a URI, with what the options
 * say. What neither says comes from the environment and from my.cnf, by way of libmariadb.
 *
 *     mysql://user:password@host:port/database?socket=/path&ssl-mode=VERIFY_IDENTITY&ssl-ca=/file
 *
 * As with MySQL's own programs, certificates to trust are there to be used: with ssl-ca or
 * ssl-capath alone, ssl-mode is VERIFY_CA.
 */
#ifndef DBB_ENGINE_MYSQL_PLACE_H
#define DBB_ENGINE_MYSQL_PLACE_H

#include "engine/engine.h"

/* As MySQL's own programs have them. */
typedef enum MyTls {
    MY_TLS_PREFERRED, /* over TCP: if the server can */
    MY_TLS_DISABLED,
    MY_TLS_REQUIRED,
    MY_TLS_VERIFY_CA, /* and somebody whom we trust has signed its certificate */
    MY_TLS_VERIFIED,  /* and the server is whom that says */
} MyTls;

/* What else is said of TLS: names of files and folders, ciphers, versions. */
typedef enum MySsl {
    MY_SSL_CA, /* certificates to trust */
    MY_SSL_CAPATH,
    MY_SSL_CERT, /* our own certificate and its key */
    MY_SSL_KEY,
    MY_SSL_CRL,
    MY_SSL_CIPHER,
    MY_SSL_VERSION,
    MY_SSL_COUNT
} MySsl;

extern const char *const my_ssl_names[MY_SSL_COUNT]; /* as option files spell them, too */

typedef struct MyPlace {
    const char *host; /* these are NULL where nobody says them */
    const char *user;
    const char *password;
    const char *socket;
    const char *ssl[MY_SSL_COUNT];
    MyTls tls;
    const char *database; /* a name, never a URI; "" where a URI has none */
    unsigned port;        /* 0: nobody says it */
    char *text;           /* what a URI's parts point into */
} MyPlace;

/* The options' strings must outlive it. An option wins over the URI. */
bool my_place_init(MyPlace *place, const ServerOptions *server, const char *database,
                   Error *err) MUST_CHECK;
void my_place_free(MyPlace *place); /* wipes the password; {0} is fine */

#endif
