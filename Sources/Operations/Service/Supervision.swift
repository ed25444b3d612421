package import Foundations
import NodeAgent

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Runs a program again whenever it ends: what systemd does where there is systemd.
package struct Supervision: Sendable {
  package var launch: ProcessLaunch

  package init(_ launch: ProcessLaunch) { self.launch = launch }

  /// How long the program may take to end when it is asked to. As Kubernetes' usual grace, less
  /// what the caller needs.
  private static let stopLimit: Duration = .seconds(20)

  /// Returns when the task is cancelled, the program having been ended, or when the program says
  /// that it cannot run.
  /// - Returns: the program's last exit code.
  package func run() async throws -> Int32 {
    var delay = RestartDelay()
    while true {
      let started = ContinuousClock.now
      // Standard streams are the supervisor's own.
      let id = try launch.start(input: 0, output: 1, errorOutput: 2)
      let code = await exitCode(of: id)
      guard !Task.isCancelled, code != ProcessExit.unusableSettings else { return code }
      let pause = delay.next(afterRunning: ContinuousClock.now - started)
      print("martlet: the server ended with code \(code); it is started again in \(pause)")
      do { try await Task.sleep(for: pause) } catch { return code }
    }
  }

  /// Waits on a thread of its own; cancellation asks the program to end, then ends it.
  private func exitCode(of id: Int32) async -> Int32 {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DetachedThread.start {
          var status: Int32 = 0
          while waitpid(id, &status, 0) < 0, errno == EINTR {}
          let signal = status & 0x7F
          continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        }
      }
    } onCancel: {
      kill(id, SIGTERM)
      DetachedThread.start {
        // The number stays this child's until it is reaped above; afterwards this process ends.
        let identity = ProcessIdentity(of: id)
        usleep(UInt32(Self.stopLimit.components.seconds) * 1_000_000)
        if let identity, identity.isRunning { kill(id, SIGKILL) }
      }
    }
  }
}
