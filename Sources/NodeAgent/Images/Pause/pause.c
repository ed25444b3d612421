// The first process of every pod: holds the pod's namespaces open, and buries the processes whose
// parents died where the pod's containers share one process namespace. No library is linked: it
// waits for signals, and all it knows are five system calls.
//
// scripts/generate-pause compiles this for each architecture and writes the result to
// Images/Generated/PauseProgram.swift.

#if defined(__x86_64__)
enum { sigprocmask = 14, sigtimedwait = 128, wait4 = 61, exit_group = 231 };

static long call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { sigprocmask = 135, sigtimedwait = 137, wait4 = 260, exit_group = 94 };

static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#else
#error "add this architecture's system calls"
#endif

enum { SIGINT = 2, SIGTERM = 15, SIGCHLD = 17 };
enum { SIG_BLOCK = 0, WNOHANG = 1, anyChild = -1 };

void _start(void) {
  // Blocked signals queue up until they are waited for, also for the first process of a namespace,
  // which the kernel otherwise spares every signal that it does not handle.
  const unsigned long awaited =
      1ul << (SIGINT - 1) | 1ul << (SIGTERM - 1) | 1ul << (SIGCHLD - 1);
  call(sigprocmask, SIG_BLOCK, (long)&awaited, 0, sizeof awaited);
  for (;;) {
    const long signal = call(sigtimedwait, (long)&awaited, 0, 0, sizeof awaited);
    if (signal == SIGINT || signal == SIGTERM) call(exit_group, 0, 0, 0, 0);
    // Several children may hide behind one signal.
    while (call(wait4, anyChild, 0, WNOHANG, 0) > 0) {
    }
  }
}
