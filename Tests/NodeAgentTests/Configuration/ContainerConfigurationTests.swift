import ContainerRuntimeInterface
import Resources
import Testing

@testable import NodeAgent

@Suite struct ContainerConfigurationTests {
  private func config(
    _ container: Document, attempt: Int = 0, mounts: [CRIMount] = []
  ) throws -> CRIContainerConfig {
    let container = Container(container)
    let pod = Pod.sample { $0.spec.containers = [container] }
    let environment = try ContainerEnvironment(of: container, in: pod, from: EnvironmentSources())
    return ContainerConfiguration.make(
      for: container, in: pod,
      on: ContainerConfiguration.Ground(
        attempt: attempt, imageReference: "sha256:1", environment: environment, mounts: mounts,
        memoryCapacity: 1 << 30, isUnifiedCgroup: false))
  }

  @Test("commands are expanded with the container's own variables")
  func commands() throws {
    let config = try config([
      "name": "web", "image": "web:1", "command": ["run", "$(MODE)"], "args": ["$$(MODE)", "$(X)"],
      "env": [["name": "MODE", "value": "fast"]], "workingDir": "/srv", "tty": true,
    ])
    #expect(config.command == ["run", "fast"])
    #expect(config.args == ["$(MODE)", "$(X)"])
    #expect(config.workingDir == "/srv" && config.tty)
    #expect(config.image.image == "sha256:1")
    #expect(config.image.userSpecifiedImage == "web:1")
  }

  @Test("a run is known by its number, in its log and its annotations")
  func attempts() throws {
    let config = try config(["name": "web"], attempt: 3)
    #expect(config.logPath == "web/3.log")
    #expect(config.annotations[RuntimeLabels.restartCount] == "3")
    #expect(config.labels[RuntimeLabels.containerName] == "web")
    #expect(config.annotations[RuntimeLabels.terminationMessagePath] == "/dev/termination-log")
  }

  @Test(
    "the stop signal has the interface's number",
    arguments: [
      ("SIGTERM", CRISignal.sigterm), ("SIGABRT", .sigabrt), ("SIGXFSZ", .sigxfsz),
      ("SIGNONSENSE", .runtimeDefault),
    ])
  func signals(_ name: String, _ signal: CRISignal) throws {
    let config = try config(["name": "web", "lifecycle": ["stopSignal": Document(name)]])
    #expect(config.stopSignal == signal)
    #expect(ContainerConfiguration.signalName(signal) == (signal == .runtimeDefault ? nil : name))
  }

  @Test("only the image tells one container's wish from the next")
  func hashes() {
    let one = Container(["name": "web", "image": "web:1"])
    let same = Container(["name": "web", "image": "web:1", "args": ["x"]])
    let other = Container(["name": "web", "image": "web:2"])
    #expect(ContainerConfiguration.hash(of: one) == ContainerConfiguration.hash(of: same))
    #expect(ContainerConfiguration.hash(of: one) != ContainerConfiguration.hash(of: other))
  }

  @Test("mounts keep their order; /etc/hosts and the last words come after")
  func mounts() {
    let container = Container([
      "volumeMounts": [
        ["name": "a", "mountPath": "/a", "readOnly": true],
        ["name": "b", "mountPath": "b", "mountPropagation": "Bidirectional"],
      ]
    ])
    let mounts = ContainerMounts.mounts(
      of: container, sources: [MountedVolume(hostPath: "/v/a"), MountedVolume(hostPath: "/v/b")],
      hostTable: "/v/hosts", terminationMessage: "/v/words")
    #expect(mounts.map(\.containerPath) == ["/a", "/b", "/etc/hosts", "/dev/termination-log"])
    #expect(mounts.map(\.readonly) == [true, false, false, false])
    #expect(mounts[1].propagation == .bidirectional)
  }

  @Test("the image's or a volume's own /etc/hosts is left alone")
  func ownHosts() {
    let container = Container(["volumeMounts": [["name": "a", "mountPath": "/etc/hosts"]]])
    let mounts = ContainerMounts.mounts(
      of: container, sources: [MountedVolume(hostPath: "/v/a")], hostTable: "/v/hosts",
      terminationMessage: nil)
    #expect(mounts.map(\.hostPath) == ["/v/a"])
  }

  @Test(
    "a sub path stays in its volume",
    arguments: [
      ("a/b", nil, "a/b"), (nil, "x-$(NAME)", "x-shop"), (nil, nil, nil), ("..", nil, "error"),
      ("/a", nil, "error"), (nil, "$(NOBODY)", "error"), ("a..b", nil, "a..b"),
    ] as [(String?, String?, String?)])
  func subPaths(_ path: String?, _ expression: String?, _ expected: String?) throws {
    var mount = VolumeMount()
    mount.subPath = path
    mount.subPathExpr = expression
    let container = Container(["env": [["name": "NAME", "value": "shop"]]])
    let environment = try ContainerEnvironment(
      of: container, in: .sample(), from: EnvironmentSources())
    if expected == "error" {
      #expect(throws: ContainerSetupError.self) {
        try ContainerMounts.subPath(of: mount, environment: environment)
      }
    } else {
      #expect(try ContainerMounts.subPath(of: mount, environment: environment) == expected)
    }
  }
}
