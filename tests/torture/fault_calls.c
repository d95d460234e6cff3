/* SPDX-License-Identifier: Apache-2.0 */
/* Counts and fails calls of the C library, but for allocations. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"

/* --- Bytes --------------------------------------------------------------------------------- */

static bool is_socket(int fd)
{
    struct stat status;

    return syscall(SYS_fstat, fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* A connection that was reset once is gone. */
static ssize_t fail(int fd)
{
    int number = errno;

    if (number == ECONNRESET) {
        (void)shutdown(fd, SHUT_RDWR);
        errno = number;
    }
    return -1;
}

/* Less than one byte is none, which would be the end. */
static size_t cut(FaultKind kind, size_t len)
{
    return kind == FAULT_SHORT && len > 1 ? len / 2 : len;
}

#define MOVE_BYTES(file_class, socket_class, call)                                                 \
    FaultKind kind = fault_at(is_socket(fd) ? (socket_class) : (file_class), __func__);            \
    if (kind == FAULT_ERRNO) {                                                                     \
        return fail(fd);                                                                           \
    }                                                                                              \
    len = cut(kind, len);                                                                          \
    return call

ssize_t read(int fd, void *data, size_t len)
{
    REAL(read);
    MOVE_BYTES(FAULT_READ, FAULT_RECEIVE, real(fd, data, len));
}

ssize_t pread64(int fd, void *data, size_t len, off_t at)
{
    REAL(pread64);
    MOVE_BYTES(FAULT_READ, FAULT_RECEIVE, real(fd, data, len, at));
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
    REAL(recv);
    MOVE_BYTES(FAULT_RECEIVE, FAULT_RECEIVE, real(fd, data, len, flags));
}

ssize_t write(int fd, const void *data, size_t len)
{
    REAL(write);
    if (fd == STDERR_FILENO) { /* what is said of a fault must be heard */
        return real(fd, data, len);
    }
    MOVE_BYTES(FAULT_WRITE, FAULT_SEND, real(fd, data, len));
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
{
    REAL(pwrite64);
    MOVE_BYTES(FAULT_WRITE, FAULT_SEND, real(fd, data, len, at));
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    REAL(send);
    MOVE_BYTES(FAULT_SEND, FAULT_SEND, real(fd, data, len, flags));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(sendmsg);
    return fault_at(FAULT_SEND, __func__) == FAULT_ERRNO ? fail(fd) : real(fd, message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    REAL(recvmsg);
    return fault_at(FAULT_RECEIVE, __func__) == FAULT_ERRNO ? fail(fd) : real(fd, message, flags);
}

/* --- Files --------------------------------------------------------------------------------- */

int fsync(int fd)
{
    REAL(fsync);
    return IS_FAILED(FAULT_SYNC) ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    return IS_FAILED(FAULT_NAME) ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
    REAL(link);
    return IS_FAILED(FAULT_NAME) ? -1 : real(from, to);
}

int unlink(const char *path)
{
    REAL(unlink);
    return IS_FAILED(FAULT_NAME) ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(unlinkat);
    return IS_FAILED(FAULT_NAME) ? -1 : real(folder, path, flags);
}

int rmdir(const char *path)
{
    REAL(rmdir);
    return IS_FAILED(FAULT_NAME) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    return IS_FAILED(FAULT_NAME) ? -1 : real(path, mode);
}

char *mkdtemp(char *template)
{
    REAL(mkdtemp);
    return IS_FAILED(FAULT_NAME) ? NULL : real(template);
}

int mkostemp64(char *template, int flags)
{
    REAL(mkostemp64);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(template, flags);
}

int memfd_create(const char *name, unsigned flags)
{
    REAL(memfd_create);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(name, flags);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
    }
    REAL(open64);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(path, flags, mode);
}

int __open64_2(const char *path, int flags); /* FORTIFY's, without a mode */
int __open64_2(const char *path, int flags)
{
    return open64(path, flags);
}

int openat64(int folder, const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
    }
    REAL(openat64);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(folder, path, flags, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    REAL(fopen64);
    return IS_FAILED(FAULT_OPEN) ? NULL : real(path, mode);
}

DIR *opendir(const char *path)
{
    REAL(opendir);
    return IS_FAILED(FAULT_OPEN) ? NULL : real(path);
}

DIR *fdopendir(int fd)
{
    REAL(fdopendir);
    return IS_FAILED(FAULT_OPEN) ? NULL : real(fd);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(domain, type, protocol);
}

int pipe2(int ends[2], int flags)
{
    REAL(pipe2);
    return IS_FAILED(FAULT_OPEN) ? -1 : real(ends, flags);
}

int fstat64(int fd, struct stat64 *status)
{
    REAL(fstat64);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(fd, status);
}

int stat64(const char *path, struct stat64 *status)
{
    REAL(stat64);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(path, status);
}

int fstatat64(int folder, const char *path, struct stat64 *status, int flags)
{
    REAL(fstatat64);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(folder, path, status, flags);
}

int ftruncate64(int fd, off_t size)
{
    REAL(ftruncate64);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(fd, size);
}

int flock(int fd, int how)
{
    REAL(flock);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(fd, how);
}

int fchmod(int fd, mode_t mode)
{
    REAL(fchmod);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(fd, mode);
}

off_t lseek64(int fd, off_t offset, int from)
{
    REAL(lseek64);
    return IS_FAILED(FAULT_STATUS) ? -1 : real(fd, offset, from);
}

/* What close() says that fails is that earlier writes were lost; the descriptor is gone. */
int close(int fd)
{
    int result;

    REAL(close);
    result = real(fd);
    return IS_FAILED(FAULT_CLOSE) ? -1 : result;
}

/* Libraries that were built without large files call these. */
#define ALIAS(type, name, parameters, other) type name parameters __attribute__((alias(#other)))

ALIAS(int, open, (const char *path, int flags, ...), open64);
ALIAS(int, openat, (int folder, const char *path, int flags, ...), openat64);
ALIAS(FILE *, fopen, (const char *path, const char *mode), fopen64);
ALIAS(ssize_t, pread, (int fd, void *data, size_t len, off_t at), pread64);
ALIAS(ssize_t, pwrite, (int fd, const void *data, size_t len, off_t at), pwrite64);
ALIAS(int, ftruncate, (int fd, off_t size), ftruncate64);
ALIAS(off_t, lseek, (int fd, off_t offset, int from), lseek64);

/* --- Waiting and threads ------------------------------------------------------------------- */

int poll(struct pollfd *entries, nfds_t n, int milliseconds)
{
    REAL(poll);
    return IS_FAILED(FAULT_POLL) ? -1 : real(entries, n, milliseconds);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    REAL(pthread_create);
    return IS_FAILED(FAULT_THREAD) ? EAGAIN : real(thread, attributes, run, argument);
}
