/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup: prepares the process, runs one command, and says how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/static_program.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/exit_code.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/password.h"
#include "cli/privacy.h"
#include "engine/tools/programs.h"
#include "sched/cancel.h"
#include "ui/ui.h"

/* When we were started with one of the three standard descriptors closed, the next file that is
 * opened would get its number, and messages would end up in a backup. They are filled with what
 * fails when it is used. */
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

/* What was printed must have arrived: a full disk behind `> FILE` is a failure. */
static bool finish_stdout(Error *err)
{
    if (ferror(stdout) != 0 || fflush(stdout) != 0) {
        return error_set_errno(err, errno == 0 ? EIO : errno, "cannot write to standard output");
    }
    return true;
}

/* What to do, where nobody who was nearer to the error has said it. */
static void hint_at_last(Error *err)
{
    if (err->code == ERR_DAMAGED) {
        (void)error_hint(err, "Use another copy of the file, or an older backup: `dbbackup list "
                              "DIR` shows what there is.");
    } else if (err->code == ERR_NOT_BACKUP) {
        (void)error_hint(err, "Known are SQL scripts, plain or packed with gzip or zstd, of "
                              "dbbackup and others; archives of whole servers; pg_dump's own "
                              "formats.");
    } else if (err->os_errno == ENOENT) {
        (void)error_hint(err, "Check the path: something in it does not exist.");
    } else if (err->os_errno == EACCES || err->os_errno == EPERM) {
        (void)error_hint(err,
                         "Check the rights of the file and its folder; this runs as user id "
                         "%ld.",
                         (long)geteuid());
    }
}

static bool run_command(const Options *options, Ui *ui, Cancel *cancel, Error *err)
{
    const CommandSpec *spec = command_by_id(options->command);
    CommandContext context = {
        .options = options,
        .engine = {.events = ui_events(ui), .cancel = cancel},
        .ui = ui,
    };
    bool ok;

    if (!programs_new(options->tools_path, &context.engine.programs, err)) {
        return false;
    }
    ok = (options->help      ? command_help
          : options->version ? command_version
                             : spec->run)(&context, err);
    programs_free(context.engine.programs);
    return ok;
}

/* Everything from here on can say what goes wrong as the user wants it. Returns the exit status. */
static int run_with_ui(const Options *options, Cancel *cancel, Error *err)
{
    UiOptions ui_options = {
        .progress = (ProgressMode)options->progress,
        .json = options->log_format == LOG_JSON,
        .quiet = options->quiet,
        .verbose = options->verbose,
        .debug = options->native_debug,
    };
    int status = EXIT_DONE;
    Ui *ui = ui_new(&ui_options, err);

    if (ui == NULL) {
        ui_error_early(err, EXIT_FAILED, ui_options.json);
        return EXIT_FAILED;
    }
    password_init(ui, cancel);
    if (!run_command(options, ui, cancel, err)) {
        Error second;

        (void)!finish_stdout(&second); /* the first failure is the one to tell */
        if ((err->code == ERR_CONNECT || err->code == ERR_USAGE) && cancel_signal(cancel) != 0) {
            /* Ctrl-C while a password or passphrase was asked for: that is why there is no
             * connection, or no key. */
            (void)error_set(err, ERR_CANCELLED, "stopped on request; nothing was done");
        }
        status = exit_code(err->code, cancel_signal(cancel));
        hint_at_last(err);
        ui_error(ui, err, status);
    } else if (!finish_stdout(err)) {
        status = exit_code(err->code, 0);
        ui_error(ui, err, status);
    }
    ui_free(ui);
    return status;
}

int main(int argc, char *argv[])
{
    static Error err; /* large, and needed to the end */
    static Options options;
    char user_file[PATH_MAX];
    ConfigPlaces places;
    bool json = options_want_json(argc - 1, argv + 1);
    Cancel *cancel;
    char **arguments;
    int status;
    bool ok;

    privacy_begin();
    static_program_begin();
    fill_standard_descriptors();
    /* A closed pipe and a file's limit (ulimit -f) are errors of write(), with their messages. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    /* Whoever started us may ignore how children end; we must know it of ours. */
    (void)signal(SIGCHLD, SIG_DFL);
    /* Nobody who reads the environment may see the passphrase: no setting, and no program. */
    ok = keys_take_environment(&err);
    config_usual_places(&places, user_file);
    arguments = ok ? privacy_take_arguments(argc, argv, &err) : NULL;
    cancel = arguments == NULL ? NULL : cancel_new(&err);
    if (cancel == NULL || !cancel_watch_signals(cancel, &err) ||
        !options_parse(argc - 1, arguments + 1, &places, &options, &err)) {
        status = exit_code(err.code, 0);
        hint_at_last(&err);
        ui_error_early(&err, status, json);
    } else {
        status = run_with_ui(&options, cancel, &err);
    }
    options_free(&options);
    cancel_free(cancel);
    privacy_arguments_free(arguments);
    password_forget();
    return status;
}
