/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a mysql:// URI apart, in a copy of its own, and puts the options over it. */
#include "engine/mysql/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

const char *const my_ssl_names[] = {
    [MY_SSL_CA] = "ssl-ca",           [MY_SSL_CAPATH] = "ssl-capath",
    [MY_SSL_CERT] = "ssl-cert",       [MY_SSL_KEY] = "ssl-key",
    [MY_SSL_CRL] = "ssl-crl",         [MY_SSL_CIPHER] = "ssl-cipher",
    [MY_SSL_VERSION] = "tls-version",
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %41 becomes A, in place. A part with a NUL in it is none. */
static bool decode(char *text)
{
    char *out = text;

    for (const char *in = text; *in != '\0'; in++) {
        if (*in == '%') {
            int high = hex_digit(in[1]);
            int low = high < 0 ? -1 : hex_digit(in[2]);

            if (low < 0 || high * 16 + low == 0) {
                return false;
            }
            *out++ = (char)(high * 16 + low);
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
    return true;
}

static bool read_port(const char *text, unsigned *port)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number == 0 || number > 65535) {
        return false;
    }
    *port = (unsigned)number;
    return true;
}

/* Cuts text at the first such character and returns what is behind it; NULL where there is none. */
static char *cut(char *text, char at)
{
    char *place = strchr(text, at);

    if (place != NULL) {
        *place++ = '\0';
    }
    return place;
}

static bool read_host(MyPlace *place, char *host)
{
    char *port;

    if (host[0] == '[') { /* [::1]:3306 */
        char *behind = cut(++host, ']');

        if (behind == NULL || (behind[0] != '\0' && behind[0] != ':')) {
            return false;
        }
        port = behind[0] == ':' ? behind + 1 : NULL;
    } else {
        port = cut(host, ':');
    }
    place->host = host[0] == '\0' ? NULL : host;
    return decode(host) && (port == NULL || port[0] == '\0' || read_port(port, &place->port));
}

static bool read_tls(const char *text, MyTls *tls)
{
    static const struct {
        const char *name;
        MyTls tls;
    } modes[] = {
        {"PREFERRED", MY_TLS_PREFERRED},      {"DISABLED", MY_TLS_DISABLED},
        {"REQUIRED", MY_TLS_REQUIRED},        {"VERIFY_CA", MY_TLS_VERIFY_CA},
        {"VERIFY_IDENTITY", MY_TLS_VERIFIED},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(modes); i++) {
        if (strcasecmp(text, modes[i].name) == 0) {
            *tls = modes[i].tls;
            return true;
        }
    }
    return false;
}

static bool read_parameter(MyPlace *place, const char *name, const char *value)
{
    if (strcmp(name, "socket") == 0) {
        place->socket = value;
        return true;
    }
    for (size_t i = 0; i < MY_SSL_COUNT; i++) {
        if (strcmp(name, my_ssl_names[i]) == 0) {
            place->ssl[i] = value;
            return true;
        }
    }
    if (strcmp(name, "ssl-verify-server-cert") == 0 && strcmp(value, "1") == 0) {
        place->tls = MY_TLS_VERIFIED;
        return true;
    }
    return strcmp(name, "ssl-mode") == 0 && read_tls(value, &place->tls);
}

static bool read_parameters(MyPlace *place, char *parameters)
{
    while (parameters != NULL && parameters[0] != '\0') {
        char *next = cut(parameters, '&');
        char *value = cut(parameters, '=');

        if (value == NULL || !decode(value) || !read_parameter(place, parameters, value)) {
            return false;
        }
        parameters = next;
    }
    if (place->tls == MY_TLS_PREFERRED &&
        (place->ssl[MY_SSL_CA] != NULL || place->ssl[MY_SSL_CAPATH] != NULL)) {
        place->tls = MY_TLS_VERIFY_CA;
    }
    return true;
}

/* What stands behind "mysql://". */
static bool read_uri(MyPlace *place, char *rest)
{
    char *parameters = cut(rest, '?');
    char *database = cut(rest, '/');
    char *host = rest;
    char *at = strrchr(rest, '@');
    char *password = NULL;

    if (at != NULL) {
        *at = '\0';
        host = at + 1;
        password = cut(rest, ':');
        place->user = rest[0] == '\0' ? NULL : rest;
        place->password = password;
        if (!decode(rest) || (password != NULL && !decode(password))) {
            return false;
        }
    }
    place->database = database == NULL ? "" : database;
    return (database == NULL || decode(database)) && read_host(place, host) &&
           read_parameters(place, parameters);
}

bool my_place_init(MyPlace *place, const ServerOptions *server, const char *database, Error *err)
{
    const char *uri = server->uri != NULL ? server->uri : database;
    const char *scheme = strncmp(uri, "mysql://", 8) == 0      ? "mysql://"
                         : strncmp(uri, "mariadb://", 10) == 0 ? "mariadb://"
                                                               : NULL;

    *place = (MyPlace){.database = database};
    if (scheme != NULL) {
        place->text = strdup(uri + strlen(scheme));
        if (place->text == NULL) {
            return error_set_memory(err, "a URI");
        }
        if (!read_uri(place, place->text)) {
            my_place_free(place);
            (void)error_set(err, ERR_USAGE, "the connection URI can't be read");
            return error_hint(
                err,
                "It is %suser@host:port/database?socket=PATH&ssl-mode=MODE&ssl-ca=FILE; odd "
                "characters "
                "are written as %%XX.",
                scheme);
        }
    }
    if (server->port != NULL && !read_port(server->port, &place->port)) {
        my_place_free(place);
        return error_set(err, ERR_USAGE, "not a port of MySQL: %s", server->port);
    }
    if (server->uri != NULL && strcmp(database, server->uri) != 0) {
        place->database = database;
    }
    place->host = server->host != NULL ? server->host : place->host;
    place->user = server->user != NULL ? server->user : place->user;
    place->socket = server->socket != NULL ? server->socket : place->socket;
    return true;
}

void my_place_free(MyPlace *place)
{
    if (place->password != NULL) {
        explicit_bzero((char *)place->text + (place->password - place->text),
                       strlen(place->password));
    }
    free(place->text);
    *place = (MyPlace){0};
}
