package import Foundations

/// What of the machine keeps a server from starting, with what to do about it.
package enum PreflightError: Error, Equatable, Sendable, CustomStringConvertible {
  case notRoot
  /// By their names in capabilities(7); never empty.
  case missingCapabilities([String])
  case noRuntimeSocket(String)
  case portTaken(NeededPort)
  /// - Parameter code: `errno`.
  case portRefused(NeededPort, code: Int32)
  /// The database was written later than the clock says it is.
  case clockBehindData(path: String, written: Timestamp, now: Timestamp)

  package var description: String {
    switch self {
    case .notRoot:
      "martlet server has to run as root, for containers, networks and mounts: start it with sudo, "
        + "or as a service with martlet up"
    case .missingCapabilities(let names):
      "this process runs as root but lacks \(names.joined(separator: ", ")), which containers and "
        + "their networks need: start it with all capabilities (CapabilityBoundingSet= of a systemd "
        + "unit left out, a container with --privileged)"
    case .noRuntimeSocket(let path):
      "there is no container runtime at \(path): start it, correct --cri-socket, or leave the "
        + "setting out to let martlet run a containerd of its own"
    case .portTaken(let port):
      "another process already uses \(port): stop it (ss -\(port.transport == .tcp ? "ltnp" : "lunp") "
        + "names it) or choose another port with \(port.setting)"
    case .portRefused(let port, let code):
      "cannot listen on \(port): \(FileError.reason(code)); choose an address and port of this "
        + "machine (\(port.setting))"
    case .clockBehindData(let path, let written, let now):
      "the system clock says \(now), but \(path) was last written at \(written): set the clock "
        + "(timedatectl set-ntp true, or date -s) and start again; if the clock was wrong before and "
        + "is right now, touch that file"
    }
  }
}
