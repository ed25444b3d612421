import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A container's last words: what it wrote to its file, else the end of its log.
/// Source: Kubernetes documentation, "Determine the Reason for Pod Failure".
package enum TerminationMessage {
  /// Bytes of a file.
  private static let fileMax = 4096
  /// Bytes and lines of a log.
  private static let logMax = 2048
  private static let logLinesMax = 80

  /// - Returns: `nil` where it left none. Blocks on disk.
  package static func read(of run: ContainerRecord) -> String? {
    if let path = run.terminationMessageFile, let text = head(of: path), !text.isEmpty {
      return text
    }
    guard run.terminationMessagePolicy == "FallbackToLogsOnError", run.exitCode != 0 else {
      return nil
    }
    return logTail(run.logPath)
  }

  private static func head(of path: String) -> String? {
    guard let bytes = bytes(of: path, from: { _ in 0 }, count: fileMax) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The last lines, without the marks that the runtime put before each.
  private static func logTail(_ path: String) -> String? {
    // A mark takes some 40 bytes: twice the text is more than enough to look at.
    let window = logMax * 2 + logLinesMax * 48
    guard let bytes = bytes(of: path, from: { max(0, $0 - window) }, count: window) else {
      return nil
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line -> String in
      let parts = line.split(
        separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4 else { return "" }
      let text = String(decoding: parts[3], as: UTF8.self)
      // "P" marks a part of a line: the next one goes on with it.
      return parts[2].elementsEqual([UInt8(ascii: "P")]) ? text : text + "\n"
    }
    let text = Array(lines.suffix(logLinesMax).joined().utf8.suffix(logMax))
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }

  private static func bytes(
    of path: String, from start: (Int) -> Int, count: Int
  ) -> [UInt8]? {
    // No link is followed, and nothing is waited for: a container may have left anything here.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var buffer = [UInt8](repeating: 0, count: count)
    let got = pread(descriptor, &buffer, count, off_t(start(Int(status.st_size))))
    return got > 0 ? Array(buffer.prefix(got)) : nil
  }
}
