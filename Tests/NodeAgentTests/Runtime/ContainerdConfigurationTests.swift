import Testing

@testable import NodeAgent

@Suite struct ContainerdConfigurationTests {
  private func rendered(_ directory: String, mayLowerOOMScore: Bool = false) -> String {
    ContainerdConfiguration(
      layout: ContainerdLayout(dataDirectory: directory, stateDirectory: "/run/x"),
      sandboxImage: "pause", networkPluginDirectory: "/usr/lib/cni",
      networkConfigurationDirectory: "/net", mayLowerOOMScore: mayLowerOOMScore
    ).rendered
  }

  @Test("no directory is shared with the distribution's service")
  func apart() {
    let text = rendered("/data")
    #expect(!text.contains("/var/lib/containerd"))
    #expect(!text.contains("/run/containerd"))
    #expect(!text.contains("/etc/"))
  }

  @Test("OOM scores are held back only where the kernel would refuse them")
  func scores() {
    #expect(rendered("/data").contains("restrict_oom_score_adj = true"))
    #expect(
      rendered("/data", mayLowerOOMScore: true).contains("restrict_oom_score_adj = false"))
  }

  @Test("odd paths stay inside their quotes")
  func quoting() {
    #expect(rendered("/a\"b\\c\nd").contains(#"root = "/a\"b\\c\u000Ad/root""#))
  }

  @Test("a process that keeps ending is started ever more rarely, one that ran well at once")
  func restarts() {
    var delay = RestartDelay()
    let quick = (0..<12).map { _ in delay.next(afterRunning: .zero) }
    #expect(quick.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    #expect(quick.last == .seconds(30))
    #expect(delay.next(afterRunning: .seconds(60)) == .milliseconds(100))
  }

  @Test("missing programs are named with what installs them")
  func missing() {
    let error = RuntimeSetupError.missingProgram("runc", package: "runc")
    #expect("\(error)".contains("apt-get install runc"))
  }
}
