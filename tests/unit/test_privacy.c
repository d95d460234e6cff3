/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords within texts, and what others see of the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/event.h"
#include "base/secret.h"
#include "cli/privacy.h"

static void test_masked(void **state)
{
    static const struct {
        const char *text;
        const char *argument; /* as a whole */
        const char *message;  /* NULL: the same */
    } rows[] = {
        {"", "", NULL},
        {"shop", "shop", NULL},
        {"mysql://u:p@h/d", "mysql://u:*@h/d", NULL},
        {"--target=postgresql://u:p/@q?@h:1/d", "--target=postgresql://u:*@h:1/d", NULL},
        {"postgresql://u@h:5432/d?sslmode=require", "postgresql://u@h:5432/d?sslmode=require",
         NULL},
        {"postgresql://h/d?password=p@q&x=y", "postgresql://h/d?password=*", NULL},
        {"host=h PASSWORD='p q' user=u", "host=h PASSWORD=*' user=u", NULL},
        {"--password=p", "--password=*", NULL},
        {"mysql://u:p q@h/d", "mysql://u:*@h/d", "mysql://u:p q@h/d"},
        {"cannot open mysql://u:pqr@h/d: ann@home", "cannot open mysql://u:*@home",
         "cannot open mysql://u:*@h/d: ann@home"},
        {"\"mysql://u:p@h\" and a@b", "\"mysql://u:*@b", "\"mysql://u:*@h\" and a@b"},
        {"mysql://u:p@h, mysql://v:q@i", "mysql://u:*@i", "mysql://u:*@h, mysql://v:*@i"},
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        (void)snprintf(text, sizeof text, "%s", rows[i].text);
        secret_mask(text, "");
        assert_string_equal(text, rows[i].argument);
        /* Nothing of it is left behind the end, either. */
        for (size_t j = strlen(text); j < strlen(rows[i].text); j++) {
            assert_int_equal(text[j], '\0');
        }
        (void)snprintf(text, sizeof text, "%s", rows[i].text);
        secret_mask(text, SECRET_IN_A_MESSAGE);
        assert_string_equal(text, rows[i].message != NULL ? rows[i].message : rows[i].argument);
    }
}

static void keep_text(void *context, const Event *event)
{
    (void)snprintf(context, 128, "%s", event->text);
}

static void test_messages(void **state)
{
    char text[128];
    const EventSink sink = {.emit = keep_text, .context = text};
    Error err = {0};

    (void)state;
    (void)error_set(&err, ERR_USAGE, "too many: %s", "mysql://u:p@h/d");
    assert_string_equal(err.message, "too many: mysql://u:*@h/d");
    (void)error_set_errno(&err, 2, "cannot open %s", "mysql://u:p@h/d");
    assert_string_equal(err.message, "cannot open mysql://u:*@h/d: No such file or directory");
    event_text(&sink, EVENT_WARNING, "%s is odd", "mysql://u:p@h/d");
    assert_string_equal(text, "mysql://u:*@h/d is odd");
}

static void test_arguments(void **state)
{
    char name[] = "dbbackup";
    char uri[] = "mysql://u:p@h/d";
    char *argv[] = {name, uri, NULL};
    Error err = {0};
    char **copy;

    (void)state;
    copy = privacy_take_arguments(2, argv, &err);
    assert_non_null(copy);
    assert_string_equal(copy[0], "dbbackup");
    assert_string_equal(copy[1], "mysql://u:p@h/d");
    assert_null(copy[2]);
    assert_string_equal(uri, "mysql://u:*@h/d");
    privacy_arguments_free(copy);
}

static void test_process(void **state)
{
    struct rlimit core;

    (void)state;
    (void)umask(0200);
    privacy_begin();
    assert_int_equal(umask(022), 0277);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    assert_true(core.rlim_max <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masked),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
