/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords within texts: `scheme://user:PASSWORD@host`, and `password=PASSWORD`. */
#include "base/secret.h"

#include <string.h>

static void replace(char *from, char *to)
{
    size_t rest = strlen(to);

    if (from < to) {
        *from = '*';
        memmove(from + 1, to, rest + 1);
        explicit_bzero(from + 1 + rest, (size_t)(to - from));
    }
}

/* `password=`, also as a URI's parameter, and libpq's `sslpassword=`. */
static void mask_settings(char *text, const char *stop)
{
    static const char name[] = "password=";

    for (char *at = strcasestr(text, name); at != NULL; at = strcasestr(at, name)) {
        char *quoted;

        at += sizeof name - 1;
        quoted = *at == '\'' ? strchr(at + 1, '\'') : NULL;
        replace(at, quoted != NULL ? quoted : at + strcspn(at, stop));
    }
}

/* A password may hold what it shouldn't, as `/` or `@`: so it ends at the last `@` there is. */
static void mask_uris(char *text, const char *stop)
{
    for (char *place = strstr(text, "://"); place != NULL; place = strstr(place, "://")) {
        char *colon;
        char *at;

        place += strlen("://");
        colon = strchr(place, ':');
        at = memrchr(place, '@', strcspn(place, stop));
        if (colon != NULL && at != NULL && colon < at) {
            replace(colon + 1, at);
        }
    }
}

void secret_mask(char *text, const char *stop)
{
    mask_settings(text, stop);
    mask_uris(text, stop);
}
