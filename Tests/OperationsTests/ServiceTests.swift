import Settings
import Testing

@testable import Operations

@Suite struct ServiceTests {
  private func resolve(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:]
  ) throws -> ResolvedSettings {
    try ResolvedSettings(
      SettingSources(arguments: arguments, environment: environment, hostName: "host-1"),
      readFile: { path in files[path].map { Array($0.utf8) } })
  }

  @Test("the service is told what was chosen by flag and variable, and where its file is")
  func arguments() throws {
    let resolved = try resolve(
      ["--config=/c", "--api-port", "7443", "--tls-san=a,b"],
      environment: ["MARTLET_LOG_LEVEL": "debug"], files: ["/c": "max-pods: 5"])
    #expect(
      ServiceArguments.make(resolved, file: "/c")
        == ["server", "--config=/c", "--api-port=7443", "--tls-san=a,b", "--log-level=debug"])
    #expect(ServiceArguments.make(try resolve([]), file: nil) == ["server"])
  }

  @Test("what the service is told resolves to the same settings")
  func roundTrip() throws {
    let first = try resolve(
      ["--node-name=a", "--pod-cidr=10.50.0.0/16"], environment: ["MARTLET_API_PORT": "1"])
    let again = try resolve(Array(ServiceArguments.make(first, file: nil).dropFirst()))
    #expect(again.settings == first.settings)
  }

  @Test("a unit's command line keeps every word whole")
  func unit() {
    let unit = SystemdUnit(
      program: "/var/lib/martlet/bin/martlet",
      arguments: ["server", "--token-file=/a b/\"c\"\\d", "50%", "$HOME", "line\nbreak"])
    #expect(
      unit.rendered.contains(
        #"""
        ExecStart="/var/lib/martlet/bin/martlet" "server" "--token-file=/a b/\"c\"\\d" "50%%" "$$HOME" "line\x0abreak"
        """#))
    #expect(unit.rendered.contains("\nKillMode=process\n"))
  }
}
