package import Resources

/// How a remote command ended: the `Status` object on the error channel.
/// Source: apimachinery's `remotecommand` constants, protocol version 4.
package struct RemoteCommandStatus: Equatable, Sendable {
  /// The object on the wire.
  package let json: [UInt8]
  /// `nil` for success: what clients before version 4 get as text.
  package let failureMessage: String?
  /// What the command returned; `nil` where it did not end by itself.
  package let exitCode: Int?

  private init(_ status: Document, failureMessage: String?, exitCode: Int?) {
    self.json = status.json
    self.failureMessage = failureMessage
    self.exitCode = exitCode
  }

  package static let success = RemoteCommandStatus(
    ["metadata": .emptyObject, "status": "Success"], failureMessage: nil, exitCode: 0)

  /// The command returned `code`.
  package static func exited(_ code: Int) -> RemoteCommandStatus {
    if code == 0 { return .success }
    let message = "command terminated with non-zero exit code: \(code)"
    let cause: Document = ["reason": "ExitCode", "message": Document("\(code)")]
    return RemoteCommandStatus(
      [
        "metadata": .emptyObject, "status": "Failure", "message": Document(message),
        "reason": "NonZeroExitCode", "details": ["causes": [cause]],
      ], failureMessage: message, exitCode: code)
  }

  /// The command could not be run, or was lost.
  package static func failed(_ error: APIError) -> RemoteCommandStatus {
    RemoteCommandStatus(error.status, failureMessage: error.message, exitCode: nil)
  }

  /// Reads what a runtime sent on its error stream; nothing at all means that it broke off.
  package init(json: [UInt8]) {
    guard !json.isEmpty else {
      self = .failed(
        .internalError("the container runtime ended the session without saying how it went"))
      return
    }
    do {
      let status = try Document(json: json)
      guard status["status"]?.string != "Success" else {
        self.init(status, failureMessage: nil, exitCode: 0)
        return
      }
      let causes = status["details"]?["causes"]?.elements.map { $0 } ?? []
      let code = causes.first { $0["reason"]?.string == "ExitCode" }?["message"]?.string
      self.init(
        status, failureMessage: status["message"]?.string ?? "the command failed",
        exitCode: code.flatMap { Int($0) })
    } catch {
      self = .failed(
        .internalError("the container runtime reported no valid status: \(error)"))
    }
  }
}
