import ContainerRuntimeInterface
import Resources
import SwiftProtobuf
import Testing

@testable import NodeAgent

@Suite("Block devices of a container")
struct ContainerDevicesTests {
  private let container = Container([
    "name": "a", "volumeDevices": [["name": "disk", "devicePath": "/dev/xvda"]],
  ])

  @Test("a volume that is a device is given as one, to read only where the claim says so")
  func given() throws {
    for (isReadOnly, permissions) in [(false, "rwm"), (true, "rm")] {
      let devices = try ContainerMounts.devices(
        of: container,
        [
          "disk": MountedVolume(
            hostPath: "/dev/loop7", isReadOnly: isReadOnly, isDevice: true)
        ])
      #expect(
        devices == [
          .with {
            $0.containerPath = "/dev/xvda"
            $0.hostPath = "/dev/loop7"
            $0.permissions = permissions
          }
        ])
    }
  }

  @Test("a directory is no device")
  func directory() {
    #expect(
      throws: ContainerSetupError.configuration(
        "volume \"disk\" has volumeMode Filesystem, but is specified in volumeDevices of "
          + "container \"a\"")
    ) {
      try ContainerMounts.devices(of: container, ["disk": MountedVolume(hostPath: "/data")])
    }
  }
}
