/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script lexer in both dialects, and all that looks at a statement. The statements must be the
 * same in whatever pieces the script is read, and cover no byte twice.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sql/database_names.h"
#include "sql/if_exists.h"
#include "sql/lexer.h"
#include "sql/meta_commands.h"
#include "sql/mysql_grant.h"
#include "sql/mysql_statement.h"
#include "sql/script_check.h"
#include "sql/statement_class.h"
#include "sql/statement_label.h"

enum { STATEMENT_MOST = 65536 };

typedef struct Lexed {
    ErrorCode code;
    uint64_t hash; /* of all tokens; data of COPY as one */
    uint64_t rows;
} Lexed;

static void check_span(SqlSpan span, size_t len)
{
    FUZZ_ASSERT(span.start <= len && span.len <= len - span.start);
}

static void look_at_postgres(const char *text, size_t len)
{
    char label[STATEMENT_LABEL_SIZE];
    StatementFacts facts = sql_classify(text, len);
    DatabaseName database = sql_find_database(text, len);
    CopyFacts copy;
    Buffer out;

    buffer_init(&out, SIZE_MAX);
    check_span(facts.table, len);
    check_span(facts.other, len);
    if (sql_plain_copy(text, len, &copy)) {
        check_span(copy.table, len);
    }
    if (database.statement != DATABASE_NOT_NAMED) {
        check_span((SqlSpan){database.start, database.len}, len);
        sql_unquote_identifier(&out, text + database.start, database.len);
    }
    (void)sql_sets_own_parameter(text, len);
    sql_statement_label(SQL_POSTGRES, text, len, label);
    FUZZ_ASSERT(strlen(label) < sizeof label);
    if (strlen(text) == len) {
        sql_put_if_exists(&out, text);
    }
    buffer_free(&out);
}

static void look_at_mysql(const char *text, size_t len)
{
    char label[STATEMENT_LABEL_SIZE];
    MysqlGrant grant;
    Buffer out;

    buffer_init(&out, SIZE_MAX);
    (void)mysql_statement(text, len, &out);
    mysql_put_without_definer(&out, text, len);
    mysql_put_without_database(&out, text, len);
    if (strlen(text) == len && mysql_read_grant(text, &grant)) {
        check_span((SqlSpan){grant.object, grant.object_len}, len);
        check_span((SqlSpan){grant.grantee, grant.grantee_len}, len);
        mysql_grant_database(text, &grant, &out);
    }
    sql_statement_label(SQL_MYSQL, text, len, label);
    FUZZ_ASSERT(strlen(label) < sizeof label);
    buffer_free(&out);
}

/* Nothing that runs a program or opens a file may pass for harmless, however it is spelled. */
static void look_at_meta(const char *line, size_t len)
{
    static const char *const harmless[] = {"c",      "connect", "echo",      "encoding",
                                           "pset",   "qecho",   "restrict",  "set",
                                           "timing", "warn",    "unrestrict"};
    size_t position = sql_meta_word(line, len);
    MetaCommand command = sql_meta_command(line, len);
    bool known = false;
    Buffer out;
    Buffer user;

    FUZZ_ASSERT(len > 0 && line[0] == '\\' && position <= len);
    for (size_t i = 0; i < ARRAY_LENGTH(harmless); i++) {
        size_t n = strlen(harmless[i]);

        known = known || (position == n + 1 && memcmp(line + 1, harmless[i], n) == 0);
    }
    FUZZ_ASSERT(command == META_REFUSED || known);
    buffer_init(&out, SIZE_MAX);
    buffer_init(&user, SIZE_MAX);
    (void)sql_parse_connect(line, len, &out, &user);
    while (sql_meta_argument(line, len, &position, &out)) {
        FUZZ_ASSERT(position <= len);
        buffer_clear(&out);
    }
    buffer_free(&out);
    buffer_free(&user);
}

static void look(const SqlToken *token, SqlDialect dialect)
{
    if (token->kind == SQL_META) {
        look_at_meta(token->text, token->len);
    } else if (token->kind == SQL_STATEMENT) {
        FUZZ_ASSERT(token->text[token->len] == '\0');
        if (dialect == SQL_MYSQL) {
            look_at_mysql(token->text, token->len);
        } else {
            look_at_postgres(token->text, token->len);
        }
    }
}

static void add_token(XXH3_state_t *hash, const SqlToken *token)
{
    if (token->kind != SQL_COPY_DATA) {
        (void)XXH3_64bits_update(hash, &token->kind, sizeof token->kind);
        (void)XXH3_64bits_update(hash, &token->line, sizeof token->line);
        (void)XXH3_64bits_update(hash, &token->copy_from_stdin, sizeof token->copy_from_stdin);
    }
    if (token->len > 0) {
        (void)XXH3_64bits_update(hash, token->text, token->len);
    }
}

static Lexed lex(const uint8_t *data, size_t size, size_t piece, SqlDialect dialect)
{
    XXH3_state_t *hash = XXH3_createState();
    SqlToken token = {0};
    Lexed lexed = {0};
    uint64_t line = 1;
    DripReader reader;
    SqlLexer *lexer;
    Error err = {0};
    bool ok;

    FUZZ_ASSERT(hash != NULL && XXH3_64bits_reset(hash) == XXH_OK);
    drip_reader_init(&reader, data, size, piece);
    FUZZ_ASSERT(sql_lexer_new(&reader.base, "bytes", STATEMENT_MOST, &lexer, &err));
    sql_lexer_set_dialect(lexer, dialect);
    do {
        ok = sql_lexer_next(lexer, &token, &err);
        if (ok) {
            FUZZ_ASSERT(token.line >= line);
            line = token.line;
            lexed.rows += token.rows;
            add_token(hash, &token);
            if (piece == SIZE_MAX) {
                look(&token, sql_lexer_dialect(lexer));
            }
            (void)sql_lexer_copy_is_short(lexer);
        }
    } while (ok && token.kind != SQL_END);
    sql_lexer_free(lexer);
    fuzz_check_verdict(ok, &err);
    lexed.code = ok ? ERR_NONE : err.code;
    lexed.hash = XXH3_64bits_digest(hash);
    (void)XXH3_freeState(hash);
    return lexed;
}

static void check_script(const uint8_t *data, size_t size)
{
    ScriptFacts facts = {0};
    DripReader reader;
    Error err = {0};

    drip_reader_init(&reader, data, size, SIZE_MAX);
    fuzz_check_verdict(
        sql_script_check(&reader.base, "bytes", SQL_GUESSED, NULL, NULL, &facts, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const SqlDialect dialects[] = {SQL_POSTGRES, SQL_MYSQL};

    for (size_t i = 0; i < ARRAY_LENGTH(dialects); i++) {
        Lexed whole = lex(data, size, SIZE_MAX, dialects[i]);
        Lexed pieces = lex(data, size, 61, dialects[i]);

        /* Of several faults another one may be met first, for some are seen ahead. */
        FUZZ_ASSERT((whole.code == ERR_NONE) == (pieces.code == ERR_NONE));
        FUZZ_ASSERT(whole.code != ERR_NONE ||
                    (whole.hash == pieces.hash && whole.rows == pieces.rows));
    }
    check_script(data, size);
    return 0;
}
