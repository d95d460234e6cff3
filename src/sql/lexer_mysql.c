/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer in MySQL's dialect. The server cuts nothing: it is the client who looks for delimiters,
 * in quotes and comments he doesn't, and DELIMITER is his own word.
 */
#include <string.h>

#include "sql/lexer_state.h"
#include "sql/words.h"

/* What must be at hand to know what something is: a delimiter, or how a comment begins. */
enum { LOOK_AHEAD = LEXER_DELIMITER, SETTING_LENGTH = 4096 };

/* Plain characters are passed over, within a statement. */
static void fill_classes(SqlLexer *lexer)
{
    static const char others[] = "'\"`#-/*\\";

    for (int i = 0; i < 256; i++) {
        lexer->classes[i] = CHAR_PLAIN;
    }
    for (const char *p = others; *p != '\0'; p++) {
        lexer->classes[(unsigned char)*p] = CHAR_QUOTE;
    }
    lexer->classes['\0'] = CHAR_END;
    lexer->classes[(unsigned char)lexer->delimiter[0]] = CHAR_SEMICOLON;
}

void lexer_begin_mysql(SqlLexer *lexer)
{
    lexer->delimiter[0] = ';';
    lexer->delimiter[1] = '\0';
    lexer->delimiter_len = 1;
    fill_classes(lexer);
}

/* --- sql_mode ----------------------------------------------------------------------------- */

/* Where `sql_mode` is given a value: behind its "=". NULL: nowhere. */
static const char *assigned_mode(const char *text)
{
    for (const char *p = strcasestr(text, "sql_mode"); p != NULL; p = strcasestr(p, "sql_mode")) {
        bool whole = p == text || !sql_is_name_char(p[-1]);

        p += strlen("sql_mode");
        if (whole) {
            const char *sign = p + strspn(p, " \t`");

            sign += *sign == ':';
            if (*sign == '=') {
                return sign + 1;
            }
        }
    }
    return NULL;
}

/* SET sql_mode decides how what follows is to be read. One that is put back from a variable is
 * taken for the usual one, as the clients begin with. */
static void note_setting(SqlLexer *lexer, const char *text, size_t len)
{
    const char *word = text;
    const char *value;

    if (strncmp(word, "/*!", 3) == 0) {
        word += 3 + strspn(word + 3, "0123456789 ");
    }
    if (len > SETTING_LENGTH || strncasecmp(word, "set", 3) != 0) {
        return;
    }
    value = assigned_mode(word);
    if (value != NULL) {
        lexer->no_backslashes = strcasestr(value, "NO_BACKSLASH_ESCAPES") != NULL;
        lexer->ansi_quotes =
            strcasestr(value, "ANSI") != NULL || strcasestr(value, "ORACLE") != NULL;
    }
}

/* --- Statements --------------------------------------------------------------------------- */

Step lexer_end_mysql_statement(SqlLexer *lexer, SqlToken *token, size_t len, Error *err)
{
    const char *text = lexer->data + lexer->start;

    if (len > lexer->limit) {
        (void)lexer_too_large(lexer, err);
        return STEP_FAIL;
    }
    while (len > 0 && sql_is_space(text[len - 1])) {
        len--;
    }
    lexer_set_token(lexer, token, SQL_STATEMENT, len);
    lexer_end_text(lexer, token);
    note_setting(lexer, token->text, token->len);
    lexer->in_statement = false;
    lexer->body = (MysqlBody){.no_backslashes = lexer->no_backslashes};
    lexer->body_len = 0;
    return STEP_TOKEN;
}

bool lexer_is_within_body(SqlLexer *lexer, size_t len)
{
    size_t from = lexer->body_len;

    if (strcmp(lexer->delimiter, ";") != 0) {
        return false;
    }
    lexer->body_len = len + 1;
    return mysql_body_goes_on(&lexer->body, lexer->data + lexer->start + from, len - from);
}

static Step scan_delimiter(SqlLexer *lexer, SqlToken *token, Error *err)
{
    size_t len = lexer->scan - lexer->start;

    lexer->scan += lexer->delimiter_len;
    return lexer->in_statement && !lexer_is_within_body(lexer, len)
               ? lexer_end_mysql_statement(lexer, token, len, err)
               : STEP_ON;
}

/* DELIMITER and what it is from here on: the rest of the line, up to a blank. */
static Step scan_delimiter_word(SqlLexer *lexer, Error *err)
{
    const char *text = lexer->data + lexer->scan + strlen("delimiter");
    const char *newline = memchr(text, '\n', lexer->end - (size_t)(text - lexer->data));
    size_t len;

    if (newline == NULL && !lexer->eof) {
        return STEP_MORE;
    }
    text += strspn(text, " \t");
    len = strcspn(text, " \t\r\n");
    if (len == 0 || len >= sizeof lexer->delimiter || memchr(text, '\\', len) != NULL) {
        (void)error_set(err, ERR_UNSUPPORTED, "%s:%llu: no delimiter that can be used: %.*s",
                        lexer->name, lexer_peek_line(lexer, lexer->scan), (int)len, text);
        return STEP_FAIL;
    }
    memcpy(lexer->delimiter, text, len);
    lexer->delimiter[len] = '\0';
    lexer->delimiter_len = len;
    fill_classes(lexer);
    lexer->scan = newline == NULL ? lexer->end : (size_t)(newline - lexer->data);
    return STEP_ON;
}

static bool at_delimiter_word(const SqlLexer *lexer)
{
    static const char word[] = "delimiter";
    const char *text = lexer->data + lexer->scan;

    return !lexer->in_statement && lexer->end - lexer->scan >= sizeof word &&
           strncasecmp(text, word, sizeof word - 1) == 0 &&
           (text[sizeof word - 1] == ' ' || text[sizeof word - 1] == '\t');
}

/* --- Quotes and comments ------------------------------------------------------------------ */

static Step begin_quoted(SqlLexer *lexer)
{
    lexer->in_statement = true;
    lexer->mode = MODE_MYSQL_QUOTED;
    lexer->mode_start = lexer->scan;
    lexer->quote = lexer->data[lexer->scan];
    lexer->scan++;
    return STEP_ON;
}

/* A doubled quote closes it and opens it again, which comes to the same. */
Step lexer_scan_mysql_quoted(SqlLexer *lexer)
{
    const char *data = lexer->data;
    char quote = lexer->quote;
    bool escapes = quote != '`' && !lexer->no_backslashes && !(quote == '"' && lexer->ansi_quotes);
    size_t scan = lexer->scan;

    while (scan < lexer->end && data[scan] != quote) {
        if (data[scan] == '\\' && escapes) {
            if (scan + 1 == lexer->end) {
                break;
            }
            scan++;
        }
        scan++;
    }
    lexer->scan = scan;
    if (scan >= lexer->end || data[scan] != quote) {
        return STEP_MORE;
    }
    lexer->scan++;
    lexer->mode = MODE_CODE;
    return STEP_ON;
}

Step lexer_scan_mysql_comment(SqlLexer *lexer)
{
    const char *close = memmem(lexer->data + lexer->scan, lexer->end - lexer->scan, "*/", 2);

    if (close == NULL) {
        if (lexer->end > lexer->scan) { /* the last byte may be half of the end */
            lexer->scan = lexer->end - 1;
        }
    } else {
        lexer->scan = (size_t)(close - lexer->data) + 2;
        lexer->mode = MODE_CODE;
    }
    if (!lexer->in_statement) {
        lexer->start = lexer->scan;
    }
    return close == NULL ? STEP_MORE : STEP_ON;
}

/* Behind "/" and "*". */
static Step begin_comment(SqlLexer *lexer)
{
    const char *text = lexer->data + lexer->scan + 2;

    if (text[0] == '!' || (text[0] == 'M' && text[1] == '!')) {
        lexer->in_statement = true;
        lexer->in_server_comment = true;
        lexer->scan += text[0] == '!' ? 3 : 4;
        return STEP_ON;
    }
    lexer->construct_line = lexer_peek_line(lexer, lexer->scan);
    lexer->mode = MODE_MYSQL_COMMENT;
    lexer->scan += 2;
    return STEP_ON;
}

static bool at_line_comment(const SqlLexer *lexer)
{
    const char *text = lexer->data + lexer->scan;

    return text[0] == '#' ||
           (text[0] == '-' && text[1] == '-' && (text[2] == '\0' || sql_is_space(text[2])));
}

/* --- All ---------------------------------------------------------------------------------- */

static Step scan_one(SqlLexer *lexer, SqlToken *token, Error *err)
{
    const char *text = lexer->data + lexer->scan;

    if (!lexer->in_server_comment && lexer->end - lexer->scan >= lexer->delimiter_len &&
        memcmp(text, lexer->delimiter, lexer->delimiter_len) == 0) {
        return scan_delimiter(lexer, token, err);
    }
    if (*text == '\'' || *text == '"' || *text == '`') {
        return begin_quoted(lexer);
    }
    if (text[0] == '/' && text[1] == '*') {
        return begin_comment(lexer);
    }
    if (lexer->in_server_comment && text[0] == '*' && text[1] == '/') {
        lexer->in_server_comment = false;
        lexer->scan += 2;
        return STEP_ON;
    }
    if (at_line_comment(lexer)) {
        lexer->mode = MODE_LINE_COMMENT;
        return STEP_ON;
    }
    if (at_delimiter_word(lexer)) {
        return scan_delimiter_word(lexer, err);
    }
    if (*text == '\\' && !lexer->in_server_comment) {
        (void)error_set(err, ERR_UNSUPPORTED, "%s:%llu: a command of the mysql client: %.2s",
                        lexer->name, lexer_peek_line(lexer, lexer->scan), text);
        return STEP_FAIL;
    }
    lexer->in_statement = true;
    lexer->scan++;
    return STEP_ON;
}

Step lexer_scan_mysql(SqlLexer *lexer, SqlToken *token, Error *err)
{
    Step step = STEP_ON;

    while (step == STEP_ON && lexer->mode == MODE_CODE) {
        lexer_skip_plain(lexer);
        if (lexer->scan >= lexer->end || (lexer->end - lexer->scan < LOOK_AHEAD && !lexer->eof)) {
            return STEP_MORE;
        }
        step = scan_one(lexer, token, err);
    }
    return step;
}
