/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: what they are called, what they are for, how they are used. */
#include "cli/commands.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/password.h"

enum { JOBS_BY_DEFAULT_MAX = 8, STALL_SECONDS_BY_DEFAULT = 60 };

const CommandSpec command_table[] = {
    {
        .id = COMMAND_BACKUP,
        .name = "backup",
        .summary = "back up a database into a file",
        .usage = "backup single DB [OPTION]...",
        .about =
            "Writes DIR/DB_YYYYmmdd_HHMMSS.sql.gz: one consistent snapshot of the database, as a\n"
            "compressed SQL script that dbbackup restores and that `zcat FILE | psql DB` loads "
            "too.\n"
            "Beside it stands FILE.json, the manifest, which is written last: a file without one "
            "is\nnot a finished backup. DB is a name or a postgresql:// URI.",
        .examples = "  dbbackup backup single shop\n"
                    "  dbbackup backup single shop -h db1 -U backup --backup-dir /var/backups\n"
                    "  dbbackup backup single postgresql://backup@db1/shop -o /mnt/nas/\n"
                    "  dbbackup backup single shop -o - | ssh nas 'cat > shop.sql.gz'\n",
        .operand = "database",
        .least_operands = 1,
        .most_operands = 1,
        .run = command_backup,
    },
    {
        .id = COMMAND_BACKUP_GLOBALS,
        .name = "backup globals",
        .summary = "back up what belongs to no database",
        .usage = "backup globals [DB] [OPTION]...",
        .about =
            "Writes DIR/globals_YYYYmmdd_HHMMSS.sql: roles with passwords, memberships and "
            "settings,\ntablespaces, privileges on server parameters, as a plain SQL script that "
            "dbbackup restores\nand that psql loads. A database's own privileges and settings are "
            "in its own backup.\nOf MySQL and MariaDB: users, roles, all privileges.\n"
            "DB says where to connect; default: postgres or template1.",
        .examples = "  dbbackup backup globals --backup-dir /var/backups\n"
                    "  dbbackup backup globals -h db1 -U admin --no-role-passwords -o -\n"
                    "  dbbackup restore globals_20261123_070509.sql --confirm\n",
        .operand = "database",
        .least_operands = 0,
        .most_operands = 1,
        .run = command_backup_globals,
    },
    {
        .id = COMMAND_BACKUP_CLUSTER,
        .name = "backup cluster",
        .summary = "back up a whole server into one archive",
        .usage = "backup cluster [DB] [OPTION]...",
        .about =
            "Writes DIR/cluster_YYYYmmdd_HHMMSS.tar.gz: roles and the like, and every database "
            "that\nallows connections, each from a snapshot of its own. `tar xzf` unpacks it: "
            "globals.sql and\ndatabases/NAME.sql.gz, which psql loads. Beside it stands "
            "FILE.json, written last.\n"
            "-j says how many connections work at once; a large database gets several of them.\n"
            "A database that fails is named, the others go on, and the exit status is 3.\n"
            "DB says where to connect first; default: postgres or template1.",
        .examples = "  dbbackup backup cluster --backup-dir /var/backups\n"
                    "  dbbackup backup cluster -h db1 -U admin -j 4 --exclude-database 'test*'\n"
                    "  dbbackup backup cluster --include-database shop --include-database 'crm_*'\n"
                    "  dbbackup backup cluster -o - | ssh nas 'cat > db1.tar.gz'\n",
        .operand = "database",
        .least_operands = 0,
        .most_operands = 1,
        .run = command_backup_cluster,
    },
    {
        .id = COMMAND_RESTORE,
        .name = "restore",
        .summary = "bring a file back into a database",
        .usage = "restore FILE [OPTION]...\nrestore single FILE [OPTION]...",
        .about =
            "FILE is a backup by dbbackup, or a plain SQL script by pg_dump or another program,\n"
            "compressed with gzip or zstd or not; - is standard input. What it is, its bytes "
            "tell.\nOf a backup of a whole server, --database says which database of it.\n"
            "The whole file is checked before anything is changed on the server, and a database\n"
            "that isn't empty is refused unless --clean or --confirm says otherwise.",
        .examples = "  dbbackup restore shop_20261123_070509.sql.gz --target shop_new --create\n"
                    "  dbbackup restore shop_20261123_070509.sql.gz --dry-run\n"
                    "  dbbackup restore dump.sql --target shop --single-transaction\n"
                    "  pg_dump shop | dbbackup restore - --target shop_copy --create\n"
                    "  dbbackup restore cluster.tar.gz --database shop --target shop_old -t orders "
                    "-C\n",
        .operand = "file",
        .least_operands = 1,
        .most_operands = 1,
        .run = command_restore,
    },
    {
        .id = COMMAND_RESTORE_CLUSTER,
        .name = "restore cluster",
        .summary = "bring back a whole server",
        .usage = "restore cluster FILE [DB] [OPTION]...",
        .about =
            "FILE is a backup of a whole server; - is standard input. Without --confirm, the plan "
            "is\nprinted, and nothing is changed. With it, the whole file is checked first; then "
            "roles and\ntablespaces are made, or changed to what they were; then the databases, "
            "several at once.\nA database that exists is refused unless --clean says to drop it; "
            "nothing else is dropped.\nOne that fails is named, and the others go on: the exit "
            "status is 3 then.\nDB says where to connect first; default: postgres or template1.",
        .examples = "  dbbackup restore cluster cluster_20261123_070509.tar.gz\n"
                    "  dbbackup restore cluster cluster_20261123_070509.tar.gz --confirm -j 4\n"
                    "  dbbackup restore cluster cluster.tar.gz --database shop,crm --confirm\n"
                    "  dbbackup restore cluster cluster.tar.gz --clean --confirm -h db2\n"
                    "  ssh nas cat cluster.tar.gz | dbbackup restore cluster - --confirm\n",
        .operand = "file",
        .least_operands = 1,
        .most_operands = 2,
        .run = command_restore_cluster,
    },
    {
        .id = COMMAND_LIST,
        .name = "list",
        .summary = "list the backups in a folder",
        .usage = "list [DIR] [OPTION]...",
        .about = "The newest first. What isn't complete is shown too, and says why.",
        .examples = "  dbbackup list /var/backups\n"
                    "  dbbackup list /var/backups --json | jq '.[0].file'\n",
        .operand = "folder",
        .least_operands = 0,
        .most_operands = 1,
        .run = command_list,
    },
    {
        .id = COMMAND_INFO,
        .name = "info",
        .summary = "show what a file holds",
        .usage = "info FILE [OPTION]...",
        .about = "Of which database, from which server, when, how much of what. Reads only the\n"
                 "file's index: whether its contents are intact, `verify` tells.",
        .examples = "  dbbackup info shop_20261123_070509.sql.gz\n"
                    "  dbbackup info shop_20261123_070509.sql.gz --json | jq .rows\n",
        .operand = "file",
        .least_operands = 1,
        .most_operands = 1,
        .run = command_info,
    },
    {
        .id = COMMAND_VERIFY,
        .name = "verify",
        .summary = "check every byte of a file; with --restore, restore it for proof",
        .usage = "verify FILE [OPTION]...\n"
                 "verify FILE --restore [DB] [OPTION]...\n"
                 "verify FILE --restore --throwaway [OPTION]...",
        .about =
            "Needs no server. Compares checksums, sizes and numbers of rows with the file's\n"
            "index and its manifest. The exit status is 4 when the file is damaged.\n"
            "\n"
            "With --restore it also restores the file into a scratch database on a server,\n"
            "compares each definition, the rows of each table and their checksums with the\n"
            "file, and drops the scratch database. DB, a name or a URI, says where to connect;\n"
            "nothing is changed in it. The exit status is 4 when anything differs, and 1 when\n"
            "the restore failed. With --throwaway the server is one that is made for it, of\n"
            "the server's programs on this machine, in $TMPDIR, and removed in the end.",
        .examples =
            "  dbbackup verify shop_20261123_070509.sql.gz\n"
            "  dbbackup verify shop_20261123_070509.sql.gz --restore -h testserver -U postgres\n"
            "  dbbackup verify shop_20261123_070509.sql.gz --restore --throwaway\n"
            "  dbbackup verify cluster_20261123_070509.tar.gz --restore --database shop \\\n"
            "      --report proof.json\n",
        .operand = "file",
        .least_operands = 1,
        .most_operands = 2,
        .run = command_verify,
    },
    {
        .id = COMMAND_KEY,
        .name = "key",
        .summary = "make a key; give an encrypted file a new one",
        .usage = "key new FILE\nkey rotate FILE [OPTION]...",
        .about =
            "new: writes a new random key to FILE, which must not exist, readable by its owner "
            "only.\nWithout its key nobody can read an encrypted backup: keep copies of it, apart "
            "from these.\n"
            "rotate: what opened FILE, a backup, opens it no more, but --new-key-file or a new\n"
            "passphrase does. The data isn't written again.",
        .examples = "  dbbackup key new /etc/dbbackup.key\n"
                    "  dbbackup backup single shop --encrypt --key-file /etc/dbbackup.key\n"
                    "  dbbackup key rotate shop_20261123_070509.sql.gz.enc --key-file old.key \\\n"
                    "      --new-key-file new.key\n",
        .operand = "of \"new\" and \"rotate\", and which FILE",
        .least_operands = 2,
        .most_operands = 2,
        .run = command_key,
    },
    {
        .id = COMMAND_ENGINES,
        .name = "engines",
        .summary = "show what can do the work",
        .usage = "engines [DB] [OPTION]...",
        .about =
            "Which engine can do what with which format, and the servers' own programs (tools) "
            "that\nwere found. With a DB, or where -h, -p, --socket or -U says which server: why "
            "one of them\nisn't for it.",
        .examples = "  dbbackup engines\n"
                    "  dbbackup engines -h db1 -U backup\n"
                    "  dbbackup engines --json | jq '.tools[].path'\n",
        .operand = "database",
        .most_operands = 1,
        .run = command_engines,
    },
    {
        .id = COMMAND_CONFIG,
        .name = "config",
        .summary = "show which settings hold, and where they come from",
        .usage = "config [COMMAND] [OPTION]...",
        .about =
            "From the call (option), a variable DBBACKUP_NAME, a line of a file, or by default.\n"
            "With a COMMAND, only its options; put `config` before all that you would type.",
        .examples = "  dbbackup config\n"
                    "  dbbackup config backup single shop -j 4\n"
                    "  dbbackup config restore --json | jq '.[] | select(.from == \"file\")'\n",
        .operand = "command",
        .most_operands = MOST_OPERANDS,
        .run = command_config,
    },
    {
        .id = COMMAND_VERSION,
        .name = "version",
        .summary = "print the version",
        .usage = "version [OPTION]...",
        .about = "",
        .examples = "  dbbackup version --licences\n",
        .operand = "",
        .run = command_version,
    },
    {
        .id = COMMAND_HELP,
        .name = "help",
        .summary = "explain a command",
        .usage = "help [COMMAND]",
        .about = "",
        .examples = "  dbbackup help restore\n",
        .operand = "command",
        .most_operands = 2,
        .run = command_help,
    },
};
const size_t command_count = ARRAY_LENGTH(command_table);

const CommandSpec *command_by_name(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(command_table[i].name, name) == 0) {
            return &command_table[i];
        }
    }
    return NULL;
}

const CommandSpec *command_by_id(Command id)
{
    for (size_t i = 0; i < command_count; i++) {
        if (command_table[i].id == id) {
            return &command_table[i];
        }
    }
    return NULL;
}

void command_database_text(const char *database, char *out, size_t size)
{
    const char *scheme = strstr(database, "://");
    const char *rest;
    const char *at;
    size_t len;

    if (scheme == NULL) {
        (void)snprintf(out, size, "%s",
                       strstr(database, "password") != NULL && strchr(database, '=') != NULL
                           ? "a connection string"
                           : database);
        return;
    }
    rest = scheme + 3;
    len = strcspn(rest, "/?");
    at = memrchr(rest, '@', len);
    rest = at != NULL ? at + 1 : rest;
    (void)snprintf(out, size, "%.*s%.*s", (int)(scheme + 3 - database), database,
                   (int)strcspn(rest, "?"), rest);
}

EngineChoice command_choice(const Options *options)
{
    return options->native ? ENGINE_NATIVE : (EngineChoice)options->engine;
}

BackupFormat command_format(const Options *options)
{
    static const BackupFormat formats[] = {
        FORMAT_AUTO, FORMAT_SQL, FORMAT_CUSTOM, FORMAT_DIRECTORY, /* by our own names … */
        FORMAT_SQL,  FORMAT_SQL, FORMAT_CUSTOM, FORMAT_DIRECTORY, /* plain, p, c, d */
    };

    return formats[options->format];
}

bool command_fallback(const Options *options, bool by_default)
{
    return options->fallback_tools || (by_default && !options->no_fallback_tools);
}

bool command_check_output(const Options *options, Error *err)
{
    if (options->output != NULL && strncmp(options->output, "s3://", 5) == 0) {
        (void)error_set(err, ERR_USAGE, "S3 isn't there yet in this version");
        return error_hint(err, "Write to standard output (-o -) and pipe it to an S3 client.");
    }
    return true;
}

bool command_check_file(const char *path, Error *err)
{
    if (strncmp(path, "s3://", 5) == 0) {
        (void)error_set(err, ERR_USAGE, "S3 isn't there yet in this version");
        return error_hint(err, "Pipe the object into `dbbackup restore -`.");
    }
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO) == 1) {
        (void)error_set(err, ERR_USAGE, "standard input is a terminal: there is no backup in it");
        return error_hint(err, "Redirect a file: dbbackup restore - < FILE");
    }
    return true;
}

unsigned command_jobs(const Options *options)
{
    cpu_set_t processors;
    int n = 1;

    if (options->jobs > 0) {
        return (unsigned)options->jobs;
    }
    if (sched_getaffinity(0, sizeof processors, &processors) == 0) {
        n = CPU_COUNT(&processors);
    }
    return n < 1 ? 1U : n > JOBS_BY_DEFAULT_MAX ? (unsigned)JOBS_BY_DEFAULT_MAX : (unsigned)n;
}

static bool is_mysql_uri(const char *database)
{
    return strncmp(database, "mysql://", 8) == 0 || strncmp(database, "mariadb://", 10) == 0;
}

static bool is_postgres_uri(const char *database)
{
    return strncmp(database, "postgres://", 11) == 0 || strncmp(database, "postgresql://", 13) == 0;
}

/* What files and environment say holds for other calls, too: only what was typed can be wrong. */
static bool is_typed(const Options *options, const char *name)
{
    return options_origin(options, name)->kind == ORIGIN_CALL;
}

const Engine *command_engine(const Options *options, const char *database, Error *err)
{
    bool mysql = options->db_type == DB_TYPE_MYSQL || options->db_type == DB_TYPE_MARIADB;
    bool said = options->db_type != DB_TYPE_NOT_GIVEN;
    bool mysql_uri = database != NULL && is_mysql_uri(database);
    bool postgres_uri = database != NULL && is_postgres_uri(database);

    if (said && (mysql ? postgres_uri : mysql_uri)) {
        if (is_typed(options, "db-type")) {
            (void)error_set(err, ERR_USAGE, "--db-type and the URI name two kinds of servers");
            return NULL;
        }
        mysql = mysql_uri;
    }
    if (mysql || mysql_uri) {
        return &mysql_engine;
    }
    if (options->no_definer && is_typed(options, "no-definer")) {
        (void)error_set(err, ERR_USAGE, "--no-definer is for MySQL and MariaDB");
        (void)error_hint(err, "For PostgreSQL, --no-owner does the like.");
        return NULL;
    }
    if (options->history && is_typed(options, "history")) {
        (void)error_set(err, ERR_USAGE, "--history is for MariaDB's system-versioned tables");
        (void)error_hint(err, "For a MariaDB server, add --db-type mariadb.");
        return NULL;
    }
    if (options->socket != NULL && is_typed(options, "socket")) {
        (void)error_set(err, ERR_USAGE, "--socket is for MySQL and MariaDB");
        (void)error_hint(err, "Add --db-type mysql; or, for PostgreSQL, give the socket's folder "
                              "to --host.");
        return NULL;
    }
    return &postgres_engine;
}

bool command_is_uri(const char *database)
{
    return is_mysql_uri(database) || is_postgres_uri(database);
}

unsigned command_stall_seconds(const Options *options)
{
    if (options->stall_timeout == NO_SECONDS) {
        return 0;
    }
    return options->stall_timeout == 0 ? STALL_SECONDS_BY_DEFAULT
                                       : (unsigned)options->stall_timeout;
}

ServerOptions command_server(const Options *options, const char *database)
{
    bool uri = database != NULL && command_is_uri(database);

    return (ServerOptions){
        .host = !uri || is_typed(options, "host") ? options->host : NULL,
        .port = !uri || is_typed(options, "port") ? options->port : NULL,
        .socket = !uri || is_typed(options, "socket") ? options->socket : NULL,
        .user = !uri || is_typed(options, "user") ? options->user : NULL,
        .force_password = options->password_prompt,
        .never_password = options->no_password,
        .stall_seconds = command_stall_seconds(options),
        .ask_password = password_ask,
    };
}
