/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A security label provider for the tests: accepts every label. PostgreSQL takes SECURITY LABEL
 * statements only when a provider is loaded, and Debian packages none that runs without SELinux.
 * Written against the server's binary interface (fmgr.h, Pg_magic_struct of version 15;
 * seclabel.h), so that the server's development package isn't needed.
 */
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    int len;
    int version;
    int funcmaxargs;
    int indexmaxkeys;
    int namedatalen;
    int float8byval;
    char abi_extra[32];
} PgMagic;

const PgMagic *Pg_magic_func(void);
void _PG_init(void);
extern void register_label_provider(const char *name, void (*check)(const void *, const char *));

const PgMagic *Pg_magic_func(void)
{
    static const PgMagic magic = {sizeof(PgMagic), PG_MAJOR * 100, 100, 32, 64, true, "PostgreSQL"};

    return &magic;
}

static void accept(const void *object, const char *label)
{
    (void)object;
    (void)label;
}

void _PG_init(void)
{
    register_label_provider("dummy", accept);
}
