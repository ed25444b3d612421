#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A thread for work that blocks: nobody joins it, it ends when its work does. It takes no signals,
/// so that writing into a closed pipe is an error there and not the end of the process.
package enum DetachedThread {
  /// Enough for calls into the C library, small enough to have one per running command.
  private static let stackBytes = 256 << 10

  package static func start(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // The one retain above is taken over here; pthread hands on a pointer that was never nil.
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    // Out of threads: the work is done all the same, and its starter waits for once.
    if code != 0 { work.takeRetainedValue().body() }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
