/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between the servers: programs, arguments, signals. */
#include "engine/tools/throwaway_kinds.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `name` in this folder, which is relative to that of the server's program. */
static bool find_beside(const Program *server, const char *folder, const char *name,
                        char out[static PATH_MAX])
{
    char *real = realpath(server->path, NULL);
    const char *slash = real == NULL ? NULL : strrchr(real, '/');
    int n = slash == NULL
                ? -1
                : snprintf(out, PATH_MAX, "%.*s/%s%s", (int)(slash - real), real, folder, name);

    free(real);
    return n > 0 && n < PATH_MAX && access(out, X_OK) == 0;
}

static bool refuse(const Program *server, const char *name, Error *err)
{
    (void)error_set(err, ERR_UNSUPPORTED, "there is no %s that belongs to %s", name, server->path);
    return error_hint(err, "It makes a server's first files, and comes with the server's package.");
}

/* --- PostgreSQL --------------------------------------------------------------------------- */

static bool postgres_initialize(const Program *server, const char *folder,
                                char program[static PATH_MAX], Arguments *arguments, Error *err)
{
    if (!find_beside(server, "", "initdb", program)) {
        return refuse(server, "initdb", err);
    }
    arguments_init(arguments, "initdb");
    arguments_format(arguments, "--pgdata=%s/" THROWAWAY_DATA, folder);
    arguments_add(arguments, "--username=postgres");
    arguments_add(arguments, "--auth=trust"); /* the socket's folder is open to nobody */
    arguments_add(arguments, "--encoding=UTF8");
    arguments_add(arguments, "--locale=C"); /* databases have their own */
    arguments_add(arguments, "--no-sync");
    return true;
}

static void postgres_start(const Program *server, const char *folder, Arguments *arguments)
{
    static const char *const settings[] = {
        "listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
        "autovacuum=off", "jit=off",
        /* What goes into a table that the same transaction has made isn't logged. */
        "wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h",
        "max_locks_per_transaction=1024", /* a database may have very many tables */
    };

    arguments_init(arguments, server->name);
    arguments_add(arguments, "-D");
    arguments_format(arguments, "%s/" THROWAWAY_DATA, folder);
    arguments_add(arguments, "-k");
    arguments_format(arguments, "%s/" THROWAWAY_SOCKET, folder);
    arguments_add(arguments, "-p");
    arguments_add(arguments, "5432"); /* only the socket's name */
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        arguments_add(arguments, "-c");
        arguments_add(arguments, settings[i]);
    }
}

/* --- MySQL and MariaDB -------------------------------------------------------------------- */

static bool mariadb_initialize(const Program *server, const char *folder,
                               char program[static PATH_MAX], Arguments *arguments, Error *err)
{
    static const char *const places[] = {"", "../bin/", "../scripts/"};
    static const char *const names[] = {"mariadb-install-db", "mysql_install_db"};
    bool found = false;

    for (size_t i = 0; !found && i < ARRAY_LENGTH(names); i++) {
        for (size_t p = 0; !found && p < ARRAY_LENGTH(places); p++) {
            found = find_beside(server, places[p], names[i], program);
        }
    }
    if (!found) {
        return refuse(server, names[0], err);
    }
    arguments_init(arguments, names[0]);
    arguments_add(arguments, "--no-defaults"); /* the first one, or it isn't known */
    arguments_add(arguments, "--auth-root-authentication-method=normal");
    arguments_add(arguments, "--skip-test-db");
    arguments_format(arguments, "--datadir=%s/" THROWAWAY_DATA, folder);
    arguments_format(arguments, "--tmpdir=%s/" THROWAWAY_TMP, folder);
    return true;
}

static bool mysql_initialize(const Program *server, const char *folder,
                             char program[static PATH_MAX], Arguments *arguments, Error *err)
{
    (void)err;
    (void)snprintf(program, PATH_MAX, "%s", server->path);
    arguments_init(arguments, server->name);
    arguments_add(arguments, "--no-defaults");
    arguments_add(arguments, "--initialize-insecure");
    arguments_add(arguments, "--secure-file-priv=NULL"); /* its usual folder isn't ours to read */
    arguments_format(arguments, "--datadir=%s/" THROWAWAY_DATA, folder);
    arguments_format(arguments, "--tmpdir=%s/" THROWAWAY_TMP, folder);
    return true;
}

static void mysql_start(const Program *server, const char *folder, Arguments *arguments)
{
    static const char *const options[] = {
        "--skip-networking",        "--skip-log-bin",    "--innodb-flush-log-at-trx-commit=0",
        "--innodb-fast-shutdown=2", /* nobody will read the data again */
        "--max-allowed-packet=1G",  "--local-infile=ON", "--event-scheduler=OFF",
        "--log-output=NONE",
    };
    static const char *const of_mysql[] = {"--secure-file-priv=NULL", "--loose-mysqlx=OFF",
                                           "--innodb-flush-method=O_DIRECT_NO_FSYNC"};

    arguments_init(arguments, server->name);
    arguments_add(arguments, "--no-defaults");
    arguments_format(arguments, "--datadir=%s/" THROWAWAY_DATA, folder);
    arguments_format(arguments, "--socket=%s/" THROWAWAY_SOCKET "/socket", folder);
    arguments_format(arguments, "--pid-file=%s/" THROWAWAY_SOCKET "/pid", folder);
    arguments_format(arguments, "--tmpdir=%s/" THROWAWAY_TMP, folder);
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        arguments_add(arguments, options[i]);
    }
    if (server->is_mariadb) {
        arguments_add(arguments, "--innodb-flush-method=nosync");
    }
    for (size_t i = 0; !server->is_mariadb && i < ARRAY_LENGTH(of_mysql); i++) {
        arguments_add(arguments, of_mysql[i]);
    }
}

/* --- All of them -------------------------------------------------------------------------- */

static const ThrowawayKind postgres_kind = {
    .engine = &postgres_engine,
    .id = PROGRAM_POSTGRES,
    .people = "PostgreSQL",
    .packages = "postgresql",
    .user = "postgres",
    .database = "postgres",
    .socket = THROWAWAY_SOCKET "/.s.PGSQL.5432",
    .uri = "postgresql:///postgres?host=%s%%2F" THROWAWAY_SOCKET "&port=5432&user=postgres",
    .end_signal = SIGQUIT, /* at once; SIGKILL would leave its shared memory */
    .death_signal = SIGQUIT,
    .initialize = postgres_initialize,
    .start = postgres_start,
};

#define MYSQL_KIND                                                                                 \
    .engine = &mysql_engine, .id = PROGRAM_MYSQLD, .user = "mysql", .database = "",                \
    .socket = THROWAWAY_SOCKET "/socket",                                                          \
    .uri =                                                                                         \
        "mysql://root:@localhost/?socket=%s%%2F" THROWAWAY_SOCKET "%%2Fsocket&ssl-mode=DISABLED",  \
    .end_signal = SIGTERM, .death_signal = SIGKILL, .start = mysql_start

static const ThrowawayKind mariadb_kind = {
    MYSQL_KIND,
    .people = "MariaDB",
    .packages = "mariadb-server",
    .initialize = mariadb_initialize,
};

static const ThrowawayKind mysql_kind = {
    MYSQL_KIND,
    .people = "MySQL",
    .packages = "mysql-server",
    .initialize = mysql_initialize,
};

const ThrowawayKind *throwaway_kind(const char *dbms)
{
    if (strcmp(dbms, "postgres") == 0) {
        return &postgres_kind;
    }
    if (strcmp(dbms, "mariadb") == 0) {
        return &mariadb_kind;
    }
    return strcmp(dbms, "mysql") == 0 ? &mysql_kind : NULL;
}
