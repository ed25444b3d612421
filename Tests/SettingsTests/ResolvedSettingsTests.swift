import Foundations
import Settings
import Testing

@Suite struct ResolvedSettingsTests {
  private func resolve(
    _ arguments: [String] = [], environment: [String: String] = [:],
    files: [String: String] = [:], hostName: String = "Host-1"
  ) throws(SettingError) -> ResolvedSettings {
    try ResolvedSettings(
      SettingSources(
        arguments: arguments, environment: environment, hostName: hostName),
      readFile: { path in files[path].map { Array($0.utf8) } })
  }

  @Test("a flag wins over a variable, a variable over the file, the file over the default")
  func precedence() throws {
    let port = try #require(Setting.named("api-port"))
    let files = ["/etc/martlet/config.yaml": "api-port: 1\n"]
    let environment = ["MARTLET_API_PORT": "2"]
    let all = try resolve(["--api-port", "3"], environment: environment, files: files)
    #expect(all.settings.apiPort == 3)
    #expect(all.origin(of: port) == .flag("--api-port"))
    let noFlag = try resolve(environment: environment, files: files)
    #expect(noFlag.settings.apiPort == 2)
    #expect(noFlag.origin(of: port) == .variable("MARTLET_API_PORT"))
    let onlyFile = try resolve(files: files)
    #expect(onlyFile.settings.apiPort == 1)
    #expect(onlyFile.origin(of: port) == .file("/etc/martlet/config.yaml"))
    let nothing = try resolve()
    #expect(nothing.settings.apiPort == 6443)
    #expect(nothing.origin(of: port) == .byDefault)
  }

  @Test(
    "every setting takes its own text back, by flag, variable and file",
    arguments: Setting.all.map(\.key))
  func everySetting(_ key: String) throws {
    let setting = try #require(Setting.named(key))
    let text = setting.text(in: ServerSettings(nodeName: "host-1"))
    let origins = try [
      resolve(["\(setting.flag)=\(text)"]), resolve([setting.flag, text]),
      resolve(environment: [setting.variable: text]),
      resolve(["--config", "/c"], files: ["/c": "\(key): \"\(text)\""]),
    ].map { resolved in
      #expect(resolved.settings == ServerSettings(nodeName: "host-1"))
      return resolved.origin(of: setting)
    }
    #expect(
      origins == [
        .flag(setting.flag), .flag(setting.flag), .variable(setting.variable), .file("/c"),
      ])
  }

  @Test("names of settings are unique, and each has help")
  func table() {
    #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
    #expect(Setting.all.allSatisfy { !$0.help.isEmpty && !$0.placeholder.isEmpty })
    for setting in Setting.all { #expect(SettingsHelp.settings.contains("\(setting.flag) ")) }
  }

  @Test("the last of two flags counts, and lists may stand in the file as lists")
  func repetition() throws {
    #expect(try resolve(["--api-port=1", "--api-port", "2"]).settings.apiPort == 2)
    let files = ["/c": "tls-san: [a.example, 192.0.2.1]\nmax-pods: 20\nnode-ip: null\n"]
    let settings = try resolve(["--config=/c"], files: files).settings
    #expect(settings.extraServerNames == ["a.example", "192.0.2.1"])
    #expect(settings.podsMax == 20)
    #expect(settings.nodeAddress == nil)
  }

  @Test("the file can be named by flag and variable, and has to be there then")
  func namedFile() throws {
    let files = ["/a": "max-pods: 1", "/b": "max-pods: 2"]
    #expect(
      try resolve(environment: ["MARTLET_CONFIG": "/a"], files: files).settings.podsMax == 1)
    #expect(
      try resolve(["--config", "/b"], environment: ["MARTLET_CONFIG": "/a"], files: files)
        .settings.podsMax == 2)
    #expect(throws: SettingError.noFile("/none")) { try resolve(["--config", "/none"]) }
  }

  @Test(
    "the node's name is the host's in lower case, or a name where that is none",
    arguments: [("Web-1.Example.COM", "web-1.example.com"), ("my_host", "node"), ("", "node")])
  func nodeName(_ hostName: String, _ expected: String) throws {
    #expect(try resolve(hostName: hostName).settings.nodeName == expected)
  }

  @Test(
    "a command line that is none says what is wrong",
    arguments: [
      (["--api-prot", "1"], SettingError.unknownFlag("--api-prot", nearest: "api-port")),
      (["--zzz"], .unknownFlag("--zzz", nearest: nil)),
      (["server"], .unknownFlag("server", nearest: nil)),
      (["--"], .unknownFlag("--", nearest: nil)), ([""], .unknownFlag("", nearest: nil)),
      (["--api-port"], .missingValue(flag: "--api-port")),
      (["--config"], .missingValue(flag: "--config")),
    ])
  func wrongFlags(_ arguments: [String], _ expected: SettingError) {
    #expect(throws: expected) { try resolve(arguments) }
  }

  @Test(
    "a value that does not suit is refused",
    arguments: [
      ("api-port", ["", "0", "65536", "-1", "+1", "1.0", "http", " 1"]),
      ("max-pods", ["0", "10001", "", "many"]),
      ("bind-address", ["", "localhost", "10.0.0", "::1%lo"]),
      ("pod-cidr", ["", "10.42.0.0", "10.42.0.1/16", "10.42.0.0/33"]),
      ("node-ports", ["", "30000", "2-1", "0-5", "1-65536", "1-2-3"]),
      ("data-dir", ["", "/", "data", "/var/../etc", "/var/./lib", "./x"]),
      ("node-name", ["", "Web", "a_b", "-a", String(repeating: "a", count: 254)]),
      ("bridge", ["", "a b", "a/b", "abcdefghijklmnop", "é", "0a", "-a"]),
      ("cgroup-root", ["", "/", "martlet", "/.."]), ("log-level", ["", "loud", "INFO"]),
      ("cri-socket", ["containerd.sock", "/"]),
    ])
  func wrongValues(_ key: String, _ values: [String]) throws {
    let setting = try #require(Setting.named(key))
    for value in values {
      let error = #expect(throws: SettingError.self, "\(key) '\(value)'") {
        try resolve(["\(setting.flag)=\(value)"])
      }
      guard case .wrongValue(value, key, .flag(setting.flag), _) = error else {
        Issue.record("\(key) '\(value)': \(String(describing: error))")
        continue
      }
    }
  }

  @Test("values at their limits are taken, and paths get one spelling")
  func limits() throws {
    let settings = try resolve([
      "--api-port=65535", "--kubelet-port=1", "--max-pods=10000", "--data-dir=//srv//martlet/",
      "--bridge=abcdefghijklmno", "--dns-port=2", "--node-ports=3-65534",
    ]).settings
    #expect(settings.apiPort == 65535)
    #expect(settings.kubeletPort == 1)
    #expect(settings.dataDirectory == "/srv/martlet")
    #expect(settings.nodePorts == 3...65534)
  }

  @Test(
    "settings that contradict each other are told together",
    arguments: [
      (["--pod-cidr=10.0.0.0/8"], ["pod-cidr 10.0.0.0/8 and service-cidr 10.43.0.0/16 overlap"]),
      (
        ["--cluster-dns=10.44.0.10"],
        ["cluster-dns 10.44.0.10 is not in service-cidr 10.43.0.0/16"]
      ),
      (["--api-port=10250"], ["api-port and kubelet-port are both 10250"]),
      (["--dns-port=6443"], ["api-port and dns-port are both 6443"]),
      (["--api-port=30000"], ["api-port 30000 lies in node-ports 30000-32767"]),
      (
        ["--node-cidr-prefix=15"],
        [
          "node-cidr-prefix 15 cuts no block for pods out of pod-cidr 10.42.0.0/16: it may be 16 "
            + "to 30"
        ]
      ),
      (
        ["--service-cidr=10.43.0.0/29", "--cluster-dns=10.43.0.2"],
        ["service-cidr 10.43.0.0/29 holds fewer than 16 addresses"]
      ),
    ] as [([String], [String])])
  func contradictions(_ arguments: [String], _ expected: [String]) {
    #expect(throws: SettingError.problems(expected)) { try resolve(arguments) }
  }

  @Test("the cluster's DNS address may be neither of the first two, and may be the third")
  func dnsAddress() throws {
    for address in ["10.43.0.0", "10.43.0.1"] {
      #expect(throws: SettingError.self) { try resolve(["--cluster-dns", address]) }
    }
    #expect(throws: Never.self) { try resolve(["--cluster-dns", "10.43.0.2"]) }
  }

  @Test("images are removed down to a mark below the one that they are removed at")
  func imageMarks() throws {
    #expect(throws: SettingError.self) { try resolve(["--image-gc-low-threshold", "85"]) }
    #expect(throws: Never.self) { try resolve(["--image-gc-low-threshold", "84"]) }
  }

  @Test("what must be left on a node is a list of signals, or the word none")
  func thresholds() throws {
    #expect(try resolve(["--eviction-hard", "none"]).settings.evictionThresholds == [])
    #expect(
      try resolve(["--eviction-hard", "pid.available<1k"]).settings.evictionThresholds
        == [EvictionThreshold(.pidAvailable, .amount(Quantity(1000)))])
    #expect(throws: SettingError.self) { try resolve(["--eviction-hard", "disk<1%"]) }
  }

  @Test("a runtime directory is as long as its sockets allow, and no longer")
  func runtimeDirectory() throws {
    let longest = "/" + String(repeating: "r", count: 73)
    #expect(throws: Never.self) { try resolve(["--runtime-dir", longest]) }
    #expect(throws: SettingError.self) { try resolve(["--runtime-dir", "\(longest)r"]) }
    #expect(throws: Never.self) {
      try resolve(["--runtime-dir", "\(longest)r", "--cri-socket", "/run/cri.sock"])
    }
  }

  @Test(
    "a file that holds no settings is refused, and an empty one holds none",
    arguments: [
      ("[]", SettingError.notYAML(file: "/c", reason: "it has to be a mapping")),
      ("x", .notYAML(file: "/c", reason: "it has to be a mapping")),
      ("api-port: {}", .notYAML(file: "/c", reason: "api-port has to be a value or a list")),
      ("tls-san: [[]]", .notYAML(file: "/c", reason: "tls-san has to be a plain list")),
      ("api_port: 1", .unknownKey("api_port", file: "/c", nearest: "api-port")),
      ("[x]: 1", .notYAML(file: "/c", reason: "names have to be plain")),
    ])
  func wrongFiles(_ text: String, _ expected: SettingError) throws {
    #expect(throws: expected) { try resolve(["--config=/c"], files: ["/c": text]) }
    for empty in ["", "\n", "# nothing\n", "null", "{}"] {
      #expect(throws: Never.self) { try resolve(["--config=/c"], files: ["/c": empty]) }
    }
    #expect(throws: SettingError.self) { try resolve(["--config=/c"], files: ["/c": "a: [1"]) }
  }

  @Test("the table shows each value in force and its origin")
  func shown() throws {
    let text = SettingsHelp.table(
      try resolve(["--api-port=7443"], environment: ["MARTLET_LOG_LEVEL": "debug"]))
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: true)
    }
    #expect(lines.count == Setting.all.count + 1)
    #expect(lines.contains(["api-port", "7443", "--api-port"]))
    #expect(lines.contains(["log-level", "debug", "MARTLET_LOG_LEVEL"]))
    #expect(lines.contains(["service-cidr", "10.43.0.0/16", "default"]))
  }
}
