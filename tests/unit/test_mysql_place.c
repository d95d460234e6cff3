/* SPDX-License-Identifier: Apache-2.0 */
/* Where a MySQL server is: URIs, and options over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mysql/place.h"

static void assert_text(const char *found, const char *expected)
{
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
}

static void check(const char *database, MyPlace expected)
{
    const ServerOptions none = {0};
    MyPlace place;
    Error err = {0};

    assert_true(my_place_init(&place, &none, database, &err));
    assert_text(place.host, expected.host);
    assert_text(place.user, expected.user);
    assert_text(place.password, expected.password);
    assert_text(place.socket, expected.socket);
    assert_text(place.database, expected.database);
    assert_int_equal(place.port, expected.port);
    for (size_t i = 0; i < MY_SSL_COUNT; i++) {
        assert_text(place.ssl[i], expected.ssl[i]);
    }
    assert_int_equal(place.tls, expected.tls);
    my_place_free(&place);
}

static void test_places(void **state)
{
    (void)state;
    check("shop", (MyPlace){.database = "shop"});
    check("my://shop", (MyPlace){.database = "my://shop"});
    check("mysql://h/shop", (MyPlace){.host = "h", .database = "shop"});
    check("mysql://", (MyPlace){.database = ""});
    check("mariadb:///a%2Fb?socket=/s%20x", (MyPlace){.database = "a/b", .socket = "/s x"});
    check(
        "mysql://h/d?ssl-mode=verify_identity&ssl-ca=/c%20a",
        (MyPlace){.host = "h", .database = "d", .tls = MY_TLS_VERIFIED, .ssl[MY_SSL_CA] = "/c a"});
    check("mysql://h/d?ssl-capath=/c&ssl-cert=1&ssl-key=2&tls-version=3",
          (MyPlace){.host = "h",
                    .database = "d",
                    .tls = MY_TLS_VERIFY_CA,
                    .ssl = {[MY_SSL_CAPATH] = "/c",
                            [MY_SSL_CERT] = "1",
                            [MY_SSL_KEY] = "2",
                            [MY_SSL_VERSION] = "3"}});
    check("mysql://h/d?ssl-verify-server-cert=1&ssl-ca=/c",
          (MyPlace){.host = "h", .database = "d", .tls = MY_TLS_VERIFIED, .ssl[MY_SSL_CA] = "/c"});
    check("mysql://h/d?ssl-mode=DISABLED",
          (MyPlace){.host = "h", .database = "d", .tls = MY_TLS_DISABLED});
    check("mysql://u@h:3307/d", (MyPlace){.user = "u", .host = "h", .port = 3307, .database = "d"});
    check(
        "mysql://u%40x:p%3A@q:w@[::1]:33/d",
        (MyPlace){.user = "u@x", .password = "p:@q:w", .host = "::1", .port = 33, .database = "d"});
}

static void test_refused(void **state)
{
    static const char *const uris[] = {
        "mysql://h:x/d", "mysql://h:0/d",          "mysql://h:70000/d", "mysql://[::1/d",
        "mysql://h/%zz", "mysql://h/d?ssl-mode=1", "mysql://h/%00",     "mysql://h/d?socket",
    };
    const ServerOptions none = {0};
    const ServerOptions two_ports = {.port = "1,2"};
    MyPlace place;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(uris); i++) {
        Error err = {0};

        assert_false(my_place_init(&place, &none, uris[i], &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_null(strstr(err.message, uris[i])); /* it may hold a password */
    }
    assert_false(my_place_init(&place, &two_ports, "d", &(Error){0}));
}

static void test_options_win(void **state)
{
    const ServerOptions options = {.host = "o", .port = "1", .user = "v", .socket = "/o"};
    MyPlace place;
    Error err = {0};

    (void)state;
    assert_true(my_place_init(&place, &options, "mysql://u:p@h:2/d?socket=/s", &err));
    assert_text(place.host, "o");
    assert_text(place.user, "v");
    assert_text(place.password, "p");
    assert_text(place.socket, "/o");
    assert_int_equal(place.port, 1);
    my_place_free(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_options_win),
    };

    return cmocka_run_group_tests_name("mysql_place", tests, NULL, NULL);
}
