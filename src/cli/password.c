/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for a password on /dev/tty. Ctrl-C doesn't interrupt a read here (the signals have a thread
 * of their own), so the wait looks at the cancel flag from time to time; the terminal's echo is
 * restored whatever happens.
 */
#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "ui/text.h"

enum {
    LOOK_AROUND = 100, /* milliseconds */
    PASSWORD_ROOM = 1024,
};

/* The process has one terminal. */
static struct {
    Ui *ui;
    const Cancel *cancel;
} terminal;

void password_init(Ui *ui, const Cancel *cancel)
{
    terminal.ui = ui;
    terminal.cancel = cancel;
}

static bool say(int tty, const char *text)
{
    Error ignored;

    return file_write_all(tty, "/dev/tty", text, strlen(text), &ignored);
}

/* One byte at a time: the terminal gives a line as soon as it ends, and nothing must be read that
 * comes after it. */
static bool read_line(int tty, Buffer *line)
{
    for (;;) {
        struct pollfd wait = {.fd = tty, .events = POLLIN};
        int ready = poll(&wait, 1, LOOK_AROUND);
        char c = '\0';
        bool ended;

        if (cancel_requested(terminal.cancel) || (ready < 0 && errno != EINTR)) {
            return false;
        }
        if (ready <= 0) {
            continue;
        }
        if (read(tty, &c, 1) != 1) {
            return false;
        }
        ended = c == '\n';
        if (!ended) {
            buffer_putc(line, c);
        }
        explicit_bzero(&c, sizeof c);
        if (ended) {
            return !line->no_memory && !line->over_limit;
        }
    }
}

static bool ask(int tty, const char *prompt, Buffer *password)
{
    struct termios normal;
    struct termios silent;
    Buffer clean;
    bool ok;

    if (tcgetattr(tty, &normal) != 0) {
        return false;
    }
    silent = normal;
    silent.c_lflag &= (tcflag_t) ~(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    if (tcsetattr(tty, TCSAFLUSH, &silent) != 0) {
        return false;
    }
    buffer_init(&clean, 4096);
    text_clean(&clean, prompt, false);
    /* Room from the start: a buffer that grows leaves copies of the password behind. */
    ok = buffer_reserve(password, PASSWORD_ROOM) != NULL && say(tty, clean.data) &&
         read_line(tty, password);
    buffer_free(&clean);
    (void)tcsetattr(tty, TCSAFLUSH, &normal);
    (void)say(tty, "\n");
    return ok;
}

bool password_ask(const char *prompt, Buffer *password)
{
    int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool ok;

    if (tty < 0) {
        return false;
    }
    if (terminal.ui != NULL) {
        ui_pause(terminal.ui);
    }
    ok = ask(tty, prompt, password);
    if (terminal.ui != NULL) {
        ui_resume(terminal.ui);
    }
    (void)close(tty);
    return ok;
}

/* What password_ask_once() was told. */
static struct {
    pthread_mutex_t lock;
    char text[PASSWORD_ROOM + 1];
    bool is_known;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool password_ask_once(const char *prompt, Buffer *password)
{
    bool ok = true;

    (void)pthread_mutex_lock(&known.lock);
    if (known.is_known) {
        /* Room from the start, as above. */
        ok = buffer_reserve(password, PASSWORD_ROOM) != NULL;
        buffer_puts(password, known.text);
    } else if (password_ask(prompt, password)) {
        known.is_known = password->len <= PASSWORD_ROOM;
        if (known.is_known) {
            memcpy(known.text, password->data, password->len + 1);
        }
    } else {
        ok = false;
    }
    (void)pthread_mutex_unlock(&known.lock);
    return ok;
}

void password_forget(void)
{
    explicit_bzero(known.text, sizeof known.text);
    known.is_known = false;
}
