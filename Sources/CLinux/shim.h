// Linux calls that Swift's Glibc module does not show: those that glibc keeps behind _GNU_SOURCE,
// declared here as its manual has them, and headers that the module leaves out.
#include <spawn.h>
#include <sys/pidfd.h>

enum { martlet_spawn_set_session = 0x80 };  // POSIX_SPAWN_SETSID

extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions,
                                                const char *path);
