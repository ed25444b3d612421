import ArgumentParser
import Operations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How a command ends that could not do its work: one sentence on standard error, and a code that
/// tells a supervisor whether to try again.
enum Failures {
  static func reported<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw report(error) }
  }

  static func reported<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async throws -> Result {
    do { return try await body() } catch { throw report(error) }
  }

  private static func report(_ error: any Error) -> any Error {
    if error is CleanExit || error is ExitCode { return error }
    ProcessLog.writeError("martlet: \(error)\n")
    return ExitCode(
      error is UnusableSettings ? ProcessExit.unusableSettings : ProcessExit.failure)
  }

  /// For what changes the host.
  static func requireRoot() throws {
    guard geteuid() == 0 else { throw NotRoot() }
  }

  private struct NotRoot: Error, CustomStringConvertible {
    var description: String { "this has to run as root, for containers, networks and services" }
  }
}
