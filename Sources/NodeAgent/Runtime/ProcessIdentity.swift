import CLinux
import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A process, and never the next one that gets its number.
package struct ProcessIdentity: Equatable, Sendable {
  package let id: Int32
  /// Clock ticks between the system's start and the process's. Source: proc(5), stat field 22.
  package let startTicks: UInt64

  /// `nil` where no such process runs; one that has ended and waits to be reaped counts as gone.
  package init?(of id: Int32) {
    guard let stat = try? DurableFile.read("/proc/\(id)/stat") else { return nil }
    // The program's name may hold spaces and parentheses: fields are counted from its end.
    guard let nameEnd = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, fields[0] != [UInt8(ascii: "Z")],
      let ticks = UInt64(String(decoding: fields[19], as: UTF8.self))
    else { return nil }
    self.init(id: id, startTicks: ticks)
  }

  package init(id: Int32, startTicks: UInt64) {
    self.id = id
    self.startTicks = startTicks
  }

  package var isRunning: Bool { ProcessIdentity(of: id) == self }

  /// Returns when the process has ended, whoever started it, or when the task is cancelled. Reaps
  /// it if it is our child.
  package func waitForExit() async {
    let descriptor = pidfd_open(id, 0)
    guard descriptor >= 0 else { return }
    // The number may have gone to another process before the descriptor was had.
    guard isRunning else {
      close(descriptor)
      waitpid(id, nil, WNOHANG)
      return
    }
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      close(descriptor)
      return
    }
    let (cancelled, cancel) = (ends[0], ends[1])
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DetachedThread.start {
          var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: cancelled, events: Int16(POLLIN), revents: 0),
          ]
          while poll(&waits, nfds_t(waits.count), -1) < 0, errno == EINTR {}
          continuation.resume()
        }
      }
    } onCancel: {
      _ = write(cancel, [0], 1)
    }
    for end in [descriptor, cancelled, cancel] { close(end) }
    waitpid(id, nil, WNOHANG)
  }
}
