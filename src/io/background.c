/* SPDX-License-Identifier: Apache-2.0 */
/* Servers of our own. */
#include "io/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/process_start.h"

enum { MOMENT_NANOSECONDS = 10000000 };

static bool launch(const ProcessSpec *spec, int nothing, int log_fd, Background *out, Error *err)
{
    int started[2];
    bool ok;

    if (pipe2(started, O_CLOEXEC) != 0) {
        return error_set_errno(err, errno, "cannot start %s", spec->argv[0]);
    }
    ok = process_launch(spec, (int[]){nothing, log_fd, log_fd, started[1]}, &out->pid, err);
    (void)close(started[1]);
    if (ok && !process_check_started(spec, started[0], err)) {
        background_end(out, SIGKILL, 0);
        ok = false;
    }
    (void)close(started[0]);
    return ok;
}

bool background_start(const ProcessSpec *spec, int log_fd, Background *out, Error *err)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool ok;

    *out = (Background){0};
    if (nothing < 0) {
        return error_set_errno(err, errno, "/dev/null");
    }
    ok = launch(spec, nothing, log_fd, out, err);
    (void)close(nothing);
    return ok;
}

bool background_lives(Background *background)
{
    if (background->pid > 0 && !background->ended) {
        pid_t pid = waitpid(background->pid, &background->status, WNOHANG);

        background->ended = pid == background->pid || (pid < 0 && errno == ECHILD);
    }
    return background->pid > 0 && !background->ended;
}

void background_end(Background *background, int signal, unsigned seconds)
{
    const struct timespec moment = {.tv_nsec = MOMENT_NANOSECONDS};
    double start = clock_monotonic();
    int asked = 0;

    while (background_lives(background)) {
        int now = clock_monotonic() - start > seconds ? SIGKILL : signal;

        if (now != asked) { /* a server takes a second one for another wish */
            (void)kill(now == SIGKILL ? -background->pid : background->pid, now);
            asked = now;
        }
        (void)nanosleep(&moment, NULL);
    }
    background->pid = 0;
}
