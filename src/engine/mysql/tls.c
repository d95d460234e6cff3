/* SPDX-License-Identifier: Apache-2.0 */
/* The gate before a login, and what comes of it. */
#include "engine/mysql/tls.h"

#include <errmsg.h>
#include <pthread.h>
#include <stdarg.h>

#include <mysql/plugin_auth.h>

#include "base/compiler.h"

/* <mysql/client_plugin.h> can't be included: it wants a header that Debian's package lacks. So this
 * says what libmariadb's interface of logins, version 1.0, is. */
typedef struct LoginPlugin {
    int type;
    unsigned interface_version;
    const char *name;
    const char *author;
    const char *description;
    unsigned version[3];
    const char *license;
    void *library;
    int (*init)(char *message, size_t size, int n, va_list arguments);
    int (*deinit)(void);
    int (*options)(const char *option, const void *value);
    int (*log_in)(MYSQL_PLUGIN_VIO *vio, MYSQL *handle);
} LoginPlugin;

enum { LOGIN_PLUGIN = 2, LOGIN_PLUGIN_VERSION = 0x0100 };

/* libmariadb has no place for it in what it hands to a plugin. */
static _Thread_local MyGate *at_gate;

enum mysql_option my_tls_option(MySsl ssl)
{
    static const enum mysql_option options[] = {
        [MY_SSL_CA] = MYSQL_OPT_SSL_CA,
        [MY_SSL_CAPATH] = MYSQL_OPT_SSL_CAPATH,
        [MY_SSL_CERT] = MYSQL_OPT_SSL_CERT,
        [MY_SSL_KEY] = MYSQL_OPT_SSL_KEY,
        [MY_SSL_CRL] = MYSQL_OPT_SSL_CRL,
        [MY_SSL_CIPHER] = MYSQL_OPT_SSL_CIPHER,
        [MY_SSL_VERSION] = MARIADB_OPT_TLS_VERSION,
    };

    return options[ssl];
}

static bool is_set(MYSQL *handle, MySsl ssl)
{
    char *value = NULL;

    return mysql_get_option(handle, my_tls_option(ssl), (void *)&value) == 0 && value != NULL &&
           value[0] != '\0';
}

static bool has_ca(MYSQL *handle)
{
    return is_set(handle, MY_SSL_CA) || is_set(handle, MY_SSL_CAPATH);
}

static bool set_tls(MYSQL *handle, const MyGate *gate)
{
    my_bool yes = 1;
    bool ok = mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes) == 0;

    for (size_t i = 0; ok && i < MY_SSL_COUNT; i++) {
        ok = gate->place->ssl[i] == NULL ||
             mysql_options(handle, my_tls_option((MySsl)i), gate->place->ssl[i]) == 0;
    }
    return ok && (gate->tls != MY_TLS_VERIFIED ||
                  mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes) == 0);
}

/* In the clear, no login that gives the password away; nor one that encrypts it with whatever key
 * the other side sends, unless the user himself has said to do without TLS. */
static bool restrict_logins(MYSQL *handle, const MyGate *gate)
{
    static const char safe[] = "mysql_native_password,client_ed25519,auth_gssapi_client,parsec";
    static const char said[] = "mysql_native_password,client_ed25519,auth_gssapi_client,parsec,"
                               "caching_sha2_password,sha256_password";

    return mysql_options(handle, MARIADB_OPT_RESTRICTED_AUTH, gate->falls_back ? safe : said) == 0;
}

static bool may_go_on(MYSQL *handle, MyGate *gate)
{
    my_bool verify = 0;

    if (gate->tls == MY_TLS_DISABLED) {
        return restrict_logins(handle, gate);
    }
    (void)mysql_get_option(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    gate->trust_is_said = verify != 0 || has_ca(handle);
    gate->no_tls = (handle->server_capabilities & CLIENT_SSL) == 0;
    if (gate->no_tls || !set_tls(handle, gate)) {
        return false;
    }
    gate->no_ca = gate->tls == MY_TLS_VERIFY_CA && !has_ca(handle);
    return !gate->no_ca;
}

/* An empty answer in the name of a login that no server knows: it asks for another. TLS begins
 * before that is sent. */
static int pass_gate(MYSQL_PLUGIN_VIO *vio, MYSQL *handle)
{
    if (at_gate == NULL || !may_go_on(handle, at_gate)) {
        return CR_ERROR;
    }
    return vio->write_packet(vio, NULL, 0) == 0 ? CR_OK : CR_ERROR;
}

static LoginPlugin gate_plugin = {
    .type = LOGIN_PLUGIN,
    .interface_version = LOGIN_PLUGIN_VERSION,
    .name = "dbbackup_gate",
    .author = "dbbackup",
    .description = "looks whether there is TLS before anything is sent",
    .version = {1, 0, 0},
    .license = "Apache-2.0",
    .log_in = pass_gate,
};

static bool registered;

static void register_gate(void)
{
    MYSQL *handle = mysql_init(NULL);

    registered =
        handle != NULL &&
        mysql_client_register_plugin(handle, (struct st_mysql_client_plugin *)&gate_plugin) != NULL;
    mysql_close(handle);
}

bool my_tls_begin(MYSQL *handle, MyGate *gate)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    at_gate = gate;
    return pthread_once(&once, register_gate) == 0 && registered &&
           mysql_options(handle, MYSQL_DEFAULT_AUTH, gate_plugin.name) == 0;
}

static bool lacks_tls(Error *err)
{
    (void)error_set(err, ERR_CONNECT, "the server has no TLS (SSL), which is asked for");
    return error_hint(err, "Let the server use TLS, or say ssl-mode=DISABLED in a URI to do "
                           "without.");
}

bool my_tls_end(MYSQL *handle, const MyGate *gate, bool connected, Error *err)
{
    at_gate = NULL;
    if (connected) {
        return gate->tls == MY_TLS_DISABLED || mysql_get_ssl_cipher(handle) != NULL ||
               lacks_tls(err);
    }
    if (gate->no_tls) {
        return lacks_tls(err);
    }
    if (gate->no_ca) {
        (void)error_set(err, ERR_USAGE, "ssl-mode=VERIFY_CA has nothing to verify with");
        return error_hint(err, "Name the certificates to trust: ssl-ca=FILE or ssl-capath=FOLDER.");
    }
    if (mysql_errno(handle) == CR_PLUGIN_NOT_ALLOWED) {
        (void)error_set(err, ERR_CONNECT,
                        "the server asks for the password in a way that is safe with TLS only");
        return error_hint(err, "Let the server use TLS.%s",
                          gate->falls_back ? " Or ssl-mode=DISABLED in a URI lets "
                                             "caching_sha2_password do without."
                                           : "");
    }
    if (mysql_errno(handle) == CR_SSL_CONNECTION_ERROR) {
        (void)error_set(err, ERR_CONNECT, "no TLS connection: %s", mysql_error(handle));
        return error_hint(err, "The server's certificate must be signed by one in ssl-ca and, for "
                               "VERIFY_IDENTITY, name the host as -h does.");
    }
    return true;
}
