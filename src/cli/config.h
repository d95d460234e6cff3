/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the environment and configuration files say of options.
 *
 * A file has sections: [defaults] for every command that has the option, [list], [backup cluster]
 * and so on for one; [backup] and [restore] also for those whose names begin so. A variable is
 * DBBACKUP_ and the option's long name: DBBACKUP_BACKUP_DIR. Nothing is ever written. docs/cli.md,
 * "Configuration", is the contract.
 */
#ifndef DBB_CLI_CONFIG_H
#define DBB_CLI_CONFIG_H

#include <limits.h>

#include "cli/options.h"

/* Origin.rank: of a file, its place in the order of files and that of the section, of which there
 * are three, come on top. */
enum { CONFIG_RANK_FILE = 1, CONFIG_RANK_VARIABLE = 7, CONFIG_RANK_CALL = 8 };

#define CONFIG_ORIGIN_SIZE (PATH_MAX + 16)

/* The files that are usual, and this process's environment. *places points into user_file. */
void config_usual_places(ConfigPlaces *places, char user_file[static PATH_MAX]);
/* Reads what places say: all of it is checked, also what this command doesn't need. `call` holds
 * the command line's options, of which --config and --no-config count here. *out is freed with
 * config_free. ERR_USAGE and ERR_REFUSED name the variable, or FILE:LINE. */
bool config_read(const ConfigPlaces *places, const Options *call, Config **out,
                 Error *err) MUST_CHECK;
void config_free(Config *config);
/* Gives each option of the command that the command line doesn't hold its value. */
bool config_apply(const Config *config, Command command, Options *options, Error *err) MUST_CHECK;
/* The n-th file that was read, the farthest first; NULL behind the last. */
const char *config_file(const Config *config, size_t n);
/* "default", "DBBACKUP_JOBS", "/etc/dbbackup.conf:3" or "option". */
void config_origin_text(const char *option, const Origin *origin,
                        char out[static CONFIG_ORIGIN_SIZE]);

#endif
