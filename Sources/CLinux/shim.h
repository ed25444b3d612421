// Linux calls that Swift's Glibc module does not show: those that glibc keeps behind _GNU_SOURCE,
// declared here as its manual has them, headers that the module leaves out, and calls with a
// varying number of arguments.
#include <linux/openat2.h>
#include <malloc.h>
#include <net/if.h>
#include <linux/sockios.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { martlet_spawn_set_session = 0x80 };  // POSIX_SPAWN_SETSID

extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions,
                                                const char *path);

// Removes a bridge interface, up or down. 0, or -1 with errno (ENODEV where there is none).
static inline int martlet_remove_bridge(const char *name) {
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) return -1;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int result = ioctl(control, SIOCGIFFLAGS, &request);
  if (result == 0) {
    request.ifr_flags &= ~IFF_UP;
    result = ioctl(control, SIOCSIFFLAGS, &request);
  }
  if (result == 0) result = ioctl(control, SIOCBRDELBR, name);
  close(control);
  return result;
}

// Opens a path that must not lead out of `directory`, whatever links lie on the way. A descriptor,
// or -1 with errno (EXDEV where it would lead out).
static inline int martlet_open_beneath(int directory, const char *path, int flags) {
  struct open_how how = {.flags = (unsigned long long)flags, .resolve = RESOLVE_BENEATH};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

enum { martlet_open_path = 010000000 };  // O_PATH, the same on every architecture we build for
