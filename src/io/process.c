/* SPDX-License-Identifier: Apache-2.0 */
/* A child process and the pipes to it, driven by one poll loop: whichever end is ready is served,
 * so neither side can wait for the other for ever. */
#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "io/process_start.h"
#include "io/process_words.h"

enum {
    PIECE = 256 * 1024,
    POLL_MILLISECONDS = 100,
    PATIENCE_SECONDS = 5, /* between SIGTERM and SIGKILL */
};

typedef struct Process {
    const ProcessSpec *spec;
    pid_t pid;
    int input; /* our ends of the pipes; -1: closed */
    int output;
    int errors;
    int started; /* tells errno when the program could not be started */
    int status;  /* of waitpid, once ended */
    bool ended;
    bool unknown; /* how: somebody else has taken the status */
    bool asked_to_end;
    bool failed; /* err is filled: what remains is to see the child off */
    double asked_at;
    char *piece;     /* of input, PIECE bytes */
    size_t piece_at; /* what of it has been given */
    size_t piece_len;
    ProcessWords words; /* what it said */
} Process;

/* --- Starting ----------------------------------------------------------------------------- */

static void close_pair(int pair[static 2])
{
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            close(pair[i]);
            pair[i] = -1;
        }
    }
}

static void close_end(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* [0] is the end that is read. Both are close-on-exec; the child duplicates what it needs. */
static bool open_pipes(const ProcessSpec *spec, int pipes[static 4][2], Error *err)
{
    for (int i = 0; i < 4; i++) {
        bool is_nothing = (i == 0 && spec->input == NULL) || (i == 1 && spec->output == NULL);

        if (is_nothing) {
            pipes[i][i == 0 ? 0 : 1] =
                open("/dev/null", (i == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
        }
        if (is_nothing ? pipes[i][i == 0 ? 0 : 1] < 0 : pipe2(pipes[i], O_CLOEXEC) != 0) {
            return error_set_errno(err, errno, "cannot start %s", spec->argv[0]);
        }
    }
    return true;
}

static bool launch(Process *process, int pipes[static 4][2], Error *err)
{
    const int ends[4] = {pipes[0][0], pipes[1][1], pipes[2][1], pipes[3][1]};

    if (!process_launch(process->spec, ends, &process->pid, err)) {
        return false;
    }
    process->input = process->spec->input != NULL ? pipes[0][1] : -1;
    process->output = process->spec->output != NULL ? pipes[1][0] : -1;
    process->errors = pipes[2][0];
    process->started = pipes[3][0];
    for (int i = 0; i < 4; i++) { /* these are the loop's from now on */
        if (pipes[i][i == 0 ? 1 : 0] >= 0) {
            (void)fcntl(pipes[i][i == 0 ? 1 : 0], F_SETFL, O_NONBLOCK);
            pipes[i][i == 0 ? 1 : 0] = -1;
        }
    }
    return true;
}

static bool start(Process *process, Error *err)
{
    int pipes[4][2] = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    bool ok = open_pipes(process->spec, pipes, err) && launch(process, pipes, err);

    for (int i = 0; i < 4; i++) {
        close_pair(pipes[i]);
    }
    return ok;
}

/* --- Ending ------------------------------------------------------------------------------- */

static void ask_to_end(Process *process)
{
    if (!process->asked_to_end) {
        process->asked_to_end = true;
        process->asked_at = clock_monotonic();
        (void)kill(-process->pid, SIGTERM);
        (void)kill(-process->pid, SIGCONT);
        close_end(&process->input);
    } else if (clock_monotonic() - process->asked_at > PATIENCE_SECONDS) {
        (void)kill(-process->pid, SIGKILL);
    }
}

static void fail(Process *process)
{
    process->failed = true;
    ask_to_end(process);
}

static void look_for_end(Process *process)
{
    pid_t pid;

    if (process->ended) {
        return;
    }
    pid = waitpid(process->pid, &process->status, WNOHANG);
    process->unknown = pid < 0 && errno == ECHILD;
    process->ended = pid == process->pid || process->unknown;
}

static bool ended_well(const Process *process)
{
    return !process->unknown && WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0;
}

/* For all other ends. Returns false. */
static bool describe_end(const Process *process, Error *err)
{
    const char *name = process->spec->argv[0];
    const char *words = process_words_last(&process->words);
    int status = process->status;
    char how[128];

    if (process->unknown) {
        (void)snprintf(how, sizeof how, "has ended, and nobody knows how");
    } else if (WIFSIGNALED(status)) {
        (void)snprintf(how, sizeof how, "was killed by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    } else {
        (void)snprintf(how, sizeof how, "failed with status %d", WEXITSTATUS(status));
    }
    (void)error_set(err, ERR_TOOL, "%s %s%s%s", name, how, words[0] == '\0' ? "" : ": ", words);
    if (strstr(words, "No space left on device") != NULL) {
        err->code = ERR_IO;
        err->os_errno = ENOSPC;
        return error_hint(err, "Make room where the backup goes, or write it elsewhere.");
    }
    return error_hint(err, "These are the words of %s itself, which ran as %s.", name,
                      process->spec->program);
}

/* --- The loop ----------------------------------------------------------------------------- */

static bool fill_piece(Process *process, Error *err)
{
    Reader *input = process->spec->input;

    process->piece_at = 0;
    return reader_read(input, process->piece, PIECE, &process->piece_len, err);
}

/* Gives what the pipe takes. A program that takes no more will say why by its status. */
static bool serve_input(Process *process, Error *err)
{
    ssize_t n;

    if (process->piece_at == process->piece_len) {
        if (!fill_piece(process, err)) {
            return false;
        }
        if (process->piece_len == 0) {
            close_end(&process->input);
            return true;
        }
    }
    n = write(process->input, process->piece + process->piece_at,
              process->piece_len - process->piece_at);
    if (n >= 0) {
        process->piece_at += (size_t)n;
    } else if (errno == EPIPE) {
        close_end(&process->input);
    } else if (errno != EAGAIN && errno != EINTR) {
        return error_set_errno(err, errno, "cannot write to %s", process->spec->argv[0]);
    }
    return true;
}

/* What there is of it now. *fd becomes -1 at the end. */
static bool serve_pipe(Process *process, int *fd, Error *err)
{
    char piece[PIECE / 4];
    ssize_t n = read(*fd, piece, sizeof piece);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (n < 0) {
        return error_set_errno(err, errno, "cannot read from %s", process->spec->argv[0]);
    }
    if (n == 0) {
        close_end(fd);
        return true;
    }
    if (fd == &process->errors) {
        process_words_add(&process->words, piece, (size_t)n);
        return true;
    }
    /* Once something failed, it is only read so that the child doesn't wait for us. */
    return process->failed || writer_write(process->spec->output, piece, (size_t)n, err);
}

static bool serve(Process *process, const struct pollfd entries[static 3], Error *err)
{
    return (entries[0].fd < 0 || entries[0].revents == 0 || serve_input(process, err)) &&
           (entries[1].fd < 0 || entries[1].revents == 0 ||
            serve_pipe(process, &process->output, err)) &&
           (entries[2].fd < 0 || entries[2].revents == 0 ||
            serve_pipe(process, &process->errors, err));
}

/* One of its own children may hold a pipe open when it has ended: no reason to wait. */
static bool is_over(const Process *process, int ready)
{
    return process->ended && (ready == 0 || (process->output < 0 && process->errors < 0));
}

static void drive(Process *process, Error *err)
{
    for (;;) {
        bool quiet = process->output < 0 && process->errors < 0 && process->input < 0;
        struct pollfd entries[3] = {
            {.fd = process->input, .events = POLLOUT},
            {.fd = process->output, .events = POLLIN},
            {.fd = process->errors, .events = POLLIN},
        };
        int ready = poll(entries, 3, quiet ? 5 : POLL_MILLISECONDS);
        Error later;

        look_for_end(process);
        if (process->ended && process->input >= 0) {
            close_end(&process->input);
            entries[0].fd = -1;
        }
        if (is_over(process, ready)) {
            return;
        }
        if (!process->failed && !cancel_check(process->spec->cancel, err)) {
            fail(process);
        } else if (process->asked_to_end) {
            ask_to_end(process);
        }
        entries[0].fd = process->input;
        if (ready > 0 && !serve(process, entries, process->failed ? &later : err) &&
            !process->failed) {
            fail(process);
        }
    }
}

static bool run(Process *process, Error *err)
{
    if (!start(process, err)) {
        return false;
    }
    process->failed = !process_check_started(process->spec, process->started, err);
    close_end(&process->started);
    drive(process, err);
    close_end(&process->input);
    close_end(&process->output);
    close_end(&process->errors);
    process_words_end(&process->words);
    /* Whoever sent the signal to us may have sent it to the program, too. */
    return !process->failed && (ended_well(process) || (cancel_check(process->spec->cancel, err) &&
                                                        describe_end(process, err)));
}

bool process_run(const ProcessSpec *spec, Error *err)
{
    Process process = {.spec = spec, .input = -1, .output = -1, .errors = -1, .started = -1};
    bool ok;

    process_words_init(&process.words, spec->argv[0], spec->events);
    process.piece = spec->input != NULL ? malloc(PIECE) : NULL;
    if (spec->input != NULL && process.piece == NULL) {
        return error_set_memory(err, spec->argv[0]);
    }
    ok = cancel_check(spec->cancel, err) && run(&process, err);
    free(process.piece);
    return ok;
}

bool process_secret(const char *text, size_t len, int *fd, char path[PROCESS_SECRET_PATH_SIZE],
                    Error *err)
{
    *fd = memfd_create("dbbackup", MFD_CLOEXEC);
    if (*fd < 0) {
        return error_set_errno(err, errno, "cannot make a file in memory");
    }
    (void)snprintf(path, PROCESS_SECRET_PATH_SIZE, "/proc/self/fd/%d", *fd);
    if (fchmod(*fd, 0600) != 0) {
        (void)error_set_errno(err, errno, "cannot protect a file in memory");
    } else if (file_write_all(*fd, "a file in memory", text, len, err)) {
        return true;
    }
    close_end(fd);
    return false;
}
