# SPDX-License-Identifier: Apache-2.0
"""What keeps passwords and files private."""
from . import broken, in_postgres

broken("base/secret.c", "a password in a URI is shown", "replace(colon + 1, at);", "(void)replace;",
       "privacy::test_masked", "privacy::test_messages", "privacy::test_arguments")
broken("cli/privacy.c", "ps shows a typed URI's password", 'secret_mask(argv[i], "");', "(void)secret_mask;",
       "privacy::test_arguments", "test_secrets.py::test_mariadb")
broken("cli/privacy.c", "the umask decides what pg_dump's files may be", "(void)umask(umask(077) | 077);", "",
       "privacy::test_process", "test_secrets.py::test_postgres")
broken("io/process_start.c", "programs get all passwords", "|| is_withheld(entry)", "|| (is_withheld(entry) && false)",
       "test_secrets.py::test_mariadb")
broken("base/file.c", "another's file is written into", "if (!is_new && !is_ours(", "if (false && !is_ours(",
       "test_secrets.py::test_what_others_left_behind")
in_postgres("connect.c", "libpq tells what is wrong with a URI", "if (expand && !pg_uri_check(values[0], err)) {", "if (false) {",
            "test_secrets.py::test_wrong_passwords")
in_postgres("connect.c", "a URI is its own database's name", "&& strcmp(database, server->uri) != 0;", ";", "test_secrets.py::test_postgres")
broken("engine/mysql/tls.c", "a password is sent before TLS is looked for", "mysql_options(handle, MYSQL_DEFAULT_AUTH, gate_plugin.name) == 0;",
       "true;", "test_secrets.py::test_tls_that_is_cut_off")
broken("engine/mysql/tls.c", "without TLS any login will do", "return restrict_logins(handle, gate);", "return restrict_logins != NULL;",
       "test_secrets.py::test_tls_that_is_cut_off")
broken("engine/mysql/connect.c", "TLS that my.cnf asks for is done without", "&& !gate.trust_is_said) {", ") {",
       "test_secrets.py::test_tls_that_is_cut_off")
broken("engine/mysql/tls.c", "the host's name isn't compared", "ok && (gate->tls != MY_TLS_VERIFIED ||", "ok && (true ||",
       "test_secrets.py::test_tls_of_mariadb")
broken("engine/mysql/place.c", "ssl-ca alone isn't used", "place->tls = MY_TLS_VERIFY_CA;", "(void)place;", "mysql_place::test_places")
in_postgres("connect.c", "a list of revoked certificates isn't looked at", '"fallback_application_name"', '"sslcrl"',
            "test_secrets.py::test_tls_of_postgres")
in_postgres("connect.c", "nobody is told what to do about a certificate", "if (tls_hint(text) != NULL) {", "if (false) {",
            "test_secrets.py::test_tls_of_postgres")
