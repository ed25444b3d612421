/// Why the node cannot run containers, with what to do about it. Fit to end a start with.
package enum RuntimeSetupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// - Parameter package: Debian's name for what holds it.
  case missingProgram(String, package: String)
  case missingNetworkPlugin(String, directories: [String])
  case socketPathTooLong(String)
  /// - Parameter lastWords: the last lines of its log.
  case endedAtStart(lastWords: String, logFile: String)
  case noAnswer(logFile: String)
  case missingKernelFeature(String, fix: String)
  case commandFailed(String, complaint: String)

  package var description: String {
    switch self {
    case .missingProgram(let name, let package):
      "\(name) is not installed: run apt-get install \(package), or name the socket of a "
        + "container runtime that already runs here"
    case .missingNetworkPlugin(let name, let directories):
      "the network plugin \(name) is in none of \(directories.joined(separator: ", ")): run "
        + "apt-get install containernetworking-plugins"
    case .socketPathTooLong(let path):
      "the socket path \(path) is longer than 107 bytes: choose a shorter run directory"
    case .endedAtStart(let lastWords, let logFile):
      "containerd ended as soon as it was started (\(lastWords)): its log is \(logFile)"
    case .noAnswer(let logFile):
      "containerd was started but does not answer: its log is \(logFile)"
    case .missingKernelFeature(let what, let fix):
      "the kernel lacks \(what): \(fix)"
    case .commandFailed(let command, let complaint):
      "\(command) failed: \(complaint)"
    }
  }
}
