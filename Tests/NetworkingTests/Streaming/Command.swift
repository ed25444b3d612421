import Foundation

/// Runs a program of this machine to its end.
struct Command {
  struct Outcome: Sendable {
    var stdout: Data
    var stderr: Data
    var exitCode: Int32
    var text: String { String(decoding: stdout, as: UTF8.self) }
    var errorText: String { String(decoding: stderr, as: UTF8.self) }
  }

  static func path(of program: String) -> String? {
    let directories = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    return directories.map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  let process = Process()
  private let output = Pipe()
  private let error = Pipe()
  private let input = Pipe()

  init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) {
    process.executableURL = URL(fileURLWithPath: Self.path(of: program) ?? program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = error
    process.standardInput = input
  }

  /// - Parameter stdin: written to the program, whose input then ends.
  func run(stdin: Data = Data()) async throws -> Outcome {
    try process.run()
    async let written: Void = Self.blocking { [input] in
      // A program that ends before its input does is no failure.
      try? input.fileHandleForWriting.write(contentsOf: stdin)
      try? input.fileHandleForWriting.close()
    }
    async let stdout = Self.blocking { [output] in
      output.fileHandleForReading.readDataToEndOfFile()
    }
    async let stderr = Self.blocking { [error] in
      error.fileHandleForReading.readDataToEndOfFile()
    }
    let (out, err) = await (stdout, stderr)
    await written
    await Self.blocking { [process] in process.waitUntilExit() }
    return Outcome(stdout: out, stderr: err, exitCode: process.terminationStatus)
  }

  /// The first line of output that `matches`; `nil` at the end of output.
  func firstLine(where matches: @escaping @Sendable (String) -> Bool) async throws -> String? {
    try process.run()
    return await Self.blocking { [output] in
      var text = ""
      while true {
        let data = output.fileHandleForReading.availableData
        if data.isEmpty { return nil }
        text += String(decoding: data, as: UTF8.self)
        if let line = text.split(separator: "\n").map(String.init).first(where: matches) {
          return line
        }
      }
    }
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// Off the cooperative pool, which must not block.
  private static func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}
