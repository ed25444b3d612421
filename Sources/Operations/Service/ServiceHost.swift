import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What keeps the server running on this machine.
package protocol ServiceHost: Sendable {
  /// For people: `systemd unit martlet.service`.
  var words: String { get }

  /// Whether it runs with just these arguments.
  func isRunning(_ arguments: [String]) async throws -> Bool

  /// Starts it, or starts it again with these arguments. Returns when it was started, which is
  /// before it answers.
  func start(_ arguments: [String]) async throws

  /// Ends it, or a server that somebody started by hand, and waits until it has. Containers live
  /// on. Can be repeated.
  func stop() async throws

  /// Whether it still runs, or has given up, after `start`.
  func isAlive() async throws -> Bool

  /// The last lines of what the server wrote.
  func lastWords() async throws -> String
}

extension ServiceHost where Self == SystemdService {
  /// systemd where it runs this machine, else a supervisor in the background.
  package static func ofThisMachine(_ installation: Installation) -> any ServiceHost {
    access("/run/systemd/system", F_OK) == 0
      ? SystemdService(installation: installation)
      : BackgroundService(installation: installation)
  }
}

/// A step of running the service that failed, with what to do about it.
package struct ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
