import CLinux

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The channels between a command and its starter: one into it, two out of it. Used by one thread.
final class CommandPipes {
  /// What a command writes beyond this is read and dropped.
  static let outputBytesMax = 4 << 20

  private(set) var inputFarEnd: Int32 = -1
  private(set) var outputFarEnd: Int32 = -1
  private(set) var errorFarEnd: Int32 = -1
  private var inputEnd: Int32 = -1
  private var outputEnd: Int32 = -1
  private var errorEnd: Int32 = -1

  private(set) var output: [UInt8] = []
  private(set) var errorOutput: [UInt8] = []

  init(program: String) throws(ProcessLaunchError) {
    (inputFarEnd, inputEnd) = try Self.pipe(for: program)
    (outputEnd, outputFarEnd) = try Self.pipe(for: program)
    (errorEnd, errorFarEnd) = try Self.pipe(for: program)
    _ = fcntl(inputEnd, F_SETFL, O_NONBLOCK)
  }

  private static func pipe(
    for program: String
  ) throws(ProcessLaunchError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      throw ProcessLaunchError(program: program, code: errno)
    }
    return (ends[0], ends[1])
  }

  deinit {
    for end in [inputEnd, outputEnd, errorEnd, inputFarEnd, outputFarEnd, errorFarEnd]
    where end >= 0 {
      close(end)
    }
  }

  /// After the start: only the command holds its ends, so that they close with it.
  func closeFarEnds() {
    for end in [inputFarEnd, outputFarEnd, errorFarEnd] { close(end) }
    (inputFarEnd, outputFarEnd, errorFarEnd) = (-1, -1, -1)
  }

  /// Feeds `input` and gathers both outputs until the command has closed them.
  /// - Returns: whether that was before `limit` passed.
  func exchange(input: [UInt8], limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    var written = 0
    while outputEnd >= 0 || errorEnd >= 0 {
      if written == input.count, inputEnd >= 0 { closeInput() }
      let (seconds, attoseconds) = ContinuousClock.now.duration(to: end).components
      guard seconds >= 0, attoseconds >= 0 else { return false }
      var waits = [
        pollfd(fd: inputEnd, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errorEnd, events: Int16(POLLIN), revents: 0),
      ]
      let milliseconds = min(Int64(Int32.max), seconds * 1000 + attoseconds / 1_000_000_000_000_000)
      guard poll(&waits, nfds_t(waits.count), Int32(milliseconds) + 1) >= 0 else {
        if errno == EINTR { continue }
        return false
      }
      if waits[0].revents != 0 { feed(input, &written) }
      if waits[1].revents != 0, !gather(from: outputEnd, into: &output) {
        close(outputEnd)
        outputEnd = -1
      }
      if waits[2].revents != 0, !gather(from: errorEnd, into: &errorOutput) {
        close(errorEnd)
        errorEnd = -1
      }
    }
    return true
  }

  private func closeInput() {
    close(inputEnd)
    inputEnd = -1
  }

  private func feed(_ input: [UInt8], _ written: inout Int) {
    let count = input.withUnsafeBytes { bytes in
      write(inputEnd, bytes.baseAddress.map { $0 + written }, bytes.count - written)
    }
    if count > 0 {
      written += count
    } else if errno != EAGAIN, errno != EINTR {
      closeInput()  // it reads no more: its own affair
    }
  }

  /// - Returns: false at the end.
  private func gather(from end: Int32, into gathered: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(end, &chunk, chunk.count)
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    gathered += chunk.prefix(min(count, max(0, Self.outputBytesMax - gathered.count)))
    return count > 0
  }
}
