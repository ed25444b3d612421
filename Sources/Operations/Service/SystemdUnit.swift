/// The unit by which systemd runs the server. Source: systemd.service(5), systemd.exec(5).
package struct SystemdUnit: Equatable, Sendable {
  package var program: String
  package var arguments: [String]

  package init(program: String, arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  /// The file's text: the same service gives the same bytes.
  package var rendered: String {
    """
    # Written by martlet up; martlet purge removes it.
    [Unit]
    Description=Martlet, a Kubernetes-compatible orchestrator
    After=network-online.target
    Wants=network-online.target

    [Service]
    ExecStart=\(([program] + arguments).map(Self.quoted).joined(separator: " "))
    # Containers and their runtime outlive a restart of the server.
    KillMode=process
    Delegate=yes
    Restart=always
    RestartSec=1
    RestartPreventExitStatus=\(ProcessExit.unusableSettings)
    TimeoutStopSec=30
    LimitNOFILE=1048576
    TasksMax=infinity
    OOMScoreAdjust=-999

    [Install]
    WantedBy=multi-user.target

    """
  }

  /// One word of a command line, whatever is in it.
  private static func quoted(_ word: String) -> String {
    var text = "\""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "%", "$": text += "\(scalar)\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\x\(digits.count == 1 ? "0" : "")\(digits)"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
