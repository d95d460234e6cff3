/* SPDX-License-Identifier: Apache-2.0 */
/* From fork to exec. */
#include "io/process_start.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/vec.h"

enum { NOT_FOUND_STATUS = 127 };

static bool is_variable(const char *entry, const char *setting)
{
    size_t len = strcspn(setting, "=");

    return strncmp(entry, setting, len) == 0 && entry[len] == '=';
}

typedef VEC(char *) Environment;

/* A child gets the one password that it needs, by spec->environment or a file, and no other. */
static bool is_withheld(const char *entry)
{
    static const char *const names[] = {"PGPASSWORD", "MYSQL_PWD", "DBBACKUP_PASSPHRASE"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (is_variable(entry, names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_replaced(const char *entry, const char *const *settings)
{
    for (size_t i = 0; settings != NULL && settings[i] != NULL; i++) {
        if (is_variable(entry, settings[i])) {
            return true;
        }
    }
    return is_variable(entry, "LC_ALL") || is_variable(entry, "LANGUAGE") || is_withheld(entry);
}

/* Pointers to what others own; NULL-ended. */
static bool make_environment(const ProcessSpec *spec, Environment *out, Error *err)
{
    static char messages[] = "LC_ALL=C";
    bool ok = vec_push(out, messages);

    for (char **entry = environ; ok && *entry != NULL; entry++) {
        ok = is_replaced(*entry, spec->environment) || vec_push(out, *entry);
    }
    for (size_t i = 0; ok && spec->environment != NULL && spec->environment[i] != NULL; i++) {
        ok = strchr(spec->environment[i], '=') == NULL ||
             vec_push(out, (char *)spec->environment[i]);
    }
    return (ok && vec_push(out, NULL)) || error_set_memory(err, spec->argv[0]);
}

/* What the user is to be comes first: to change it forgets what else is to be sent. */
static bool become_user(const ProcessUser *user)
{
    return user == NULL ||
           (setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0);
}

/* In the child, between fork and exec: nothing but plain system calls. */
static _Noreturn void become(const ProcessSpec *spec, char *const environment[],
                             const int ends[static 4], pid_t parent)
{
    sigset_t none;
    int why;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_DFL);
    /* A group of its own: Ctrl-C reaches us alone, and we end it and its children together. */
    (void)setpgid(0, 0);
    /* Ours close by themselves; those that whoever started us left open, not. */
    (void)close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    if (become_user(spec->user) &&
        prctl(PR_SET_PDEATHSIG, spec->death_signal != 0 ? spec->death_signal : SIGKILL) == 0 &&
        getppid() == parent && (spec->folder == NULL || chdir(spec->folder) == 0) &&
        dup2(ends[0], STDIN_FILENO) >= 0 && dup2(ends[1], STDOUT_FILENO) >= 0 &&
        dup2(ends[2], STDERR_FILENO) >= 0 &&
        (spec->secret_fd <= 0 || fcntl(spec->secret_fd, F_SETFD, 0) == 0)) {
        (void)execve(spec->program, (char *const *)spec->argv, environment);
    }
    why = errno;
    (void)!write(ends[3], &why, sizeof why);
    _exit(NOT_FOUND_STATUS);
}

bool process_launch(const ProcessSpec *spec, const int ends[static 4], pid_t *pid, Error *err)
{
    Environment environment = {0};
    pid_t parent = getpid();
    bool ok = make_environment(spec, &environment, err);

    if (ok) {
        *pid = fork();
        if (*pid == 0) {
            become(spec, environment.items, ends, parent);
        }
        ok = *pid > 0 || error_set_errno(err, errno, "cannot start %s", spec->argv[0]);
    }
    if (ok) {
        (void)setpgid(*pid, *pid); /* so that it is done, whoever comes first */
    }
    vec_free(&environment);
    return ok;
}

bool process_check_started(const ProcessSpec *spec, int started, Error *err)
{
    struct pollfd entry = {.fd = started, .events = POLLIN};
    int why = 0;
    ssize_t n;

    do {
        (void)poll(&entry, 1, -1);
        n = read(started, &why, sizeof why);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    return n != (ssize_t)sizeof why || error_set_errno(err, why, "cannot run %s", spec->program);
}
