/* SPDX-License-Identifier: Apache-2.0 */
/* What a static program must not load. */
#include "base/static_program.h"

#ifdef DBB_STATIC

#include <dlfcn.h>
#include <nss.h>
#include <stddef.h>

/* By the linker (meson.build), whoever calls dlopen and dlerror gets to these: OpenSSL for its
 * modules, Connector/C for login plugins, whose names come from the server. */
void *__wrap_dlopen(const char *file, int mode);
char *__wrap_dlerror(void);

void *__wrap_dlopen(const char *file, int mode)
{
    (void)file;
    (void)mode;
    return NULL;
}

char *__wrap_dlerror(void)
{
    static char message[] = "this dbbackup is one static program, which loads no plugins";

    return message;
}

/* Names of hosts and users: what /etc/nsswitch.conf asks for beyond these would be loaded. */
void static_program_begin(void)
{
    (void)__nss_configure_lookup("hosts", "files dns");
    (void)__nss_configure_lookup("passwd", "files");
    (void)__nss_configure_lookup("services", "files");
}

#else

void static_program_begin(void)
{
}

#endif
