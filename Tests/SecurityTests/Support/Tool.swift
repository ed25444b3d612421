import Foundation
import Synchronization

/// A program of the machine that judges our output, independent of our own code.
struct Tool {
  static let openssl = Tool(name: "openssl")
  static let kubectl = Tool(name: "kubectl")

  struct Missing: Error { let name: String }

  /// Programs are started one at a time, so that none inherits the pipes of another: a reader would
  /// wait for both to end.
  private static let starting = Mutex(())

  let name: String

  private var path: String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isInstalled: Bool { path != nil }

  /// A program that runs, its output and errors together, its input open.
  func start(_ arguments: [String]) throws -> (
    process: Process, input: FileHandle, output: FileHandle
  ) {
    guard let path else { throw Missing(name: name) }
    return try Self.starting.withLock { _ in
      let process = Process()
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
      let input = Pipe()
      let output = Pipe()
      for handle in [input.fileHandleForWriting, output.fileHandleForReading] {
        _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
      process.standardInput = input
      process.standardOutput = output
      process.standardError = output
      try process.run()
      return (process, input.fileHandleForWriting, output.fileHandleForReading)
    }
  }

  /// Runs to the end.
  func run(_ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
    let running = try start(arguments)
    running.input.write(Data(input.utf8))
    try running.input.close()
    let data = running.output.readDataToEndOfFile()
    running.process.waitUntilExit()
    return (running.process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
