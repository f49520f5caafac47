/* LD_PRELOAD: two clocks of a process, put forward by the seconds that stand as text in the file $WALL_CLOCK: the wall clock by the first number,
   the one that goes on in suspend by the second. The monotonic clock, which stands still in suspend, stays. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(int of_suspend)
{
    char text[32] = {0};
    const char *path = getenv("WALL_CLOCK");
    int handle = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (handle < 0)
        return 0;
    ssize_t size = read(handle, text, sizeof text - 1);
    close(handle);
    if (size <= 0)
        return 0;
    char *rest;
    long wall = strtol(text, &rest, 10);
    return of_suspend ? strtol(rest, NULL, 10) : wall;
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, at);
    if (!result && clock == CLOCK_REALTIME)
        at->tv_sec += offset(0);
    if (!result && clock == CLOCK_BOOTTIME)
        at->tv_sec += offset(1);
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
