import ContainerRuntimeInterface
import Foundations
import NodeAgent
import Testing

@Suite(
  .tags(.realRuntime), .serialized,
  .enabled(if: RealRuntime.isPossible, "\(RealRuntime.obstacle ?? "")"), .realRuntime)
struct ImageMounterTests {
  @Test("an image's files are shown at a place, and nothing of that stays when it is released")
  func mounting() async throws {
    let runtime = try #require(RealRuntime.current)
    let image = try #require(try await runtime.client.image(RealRuntime.busybox))
    let programs = try ContainerdPrograms.find(inPath: "")
    let socket = runtime.settings.containerd.socketPath
    let mounter = ImageMounter(ctr: programs.ctr, socketPath: socket)
    let path = "\(runtime.settings.dataDirectory)/shown"
    func snapshots() async throws -> String {
      let list = try await Command(
        programs.ctr, ["--address", socket, "--namespace", "k8s.io", "snapshots", "list"]
      ).run()
      return String(decoding: list.output, as: UTF8.self)
    }

    try await mounter.mount(image.id, at: path)
    try await mounter.mount(image.id, at: path)
    #expect(try MountTable.mountPoints(below: path) == [path])
    #expect(try DurableFile.read("\(path)/bin/busybox")?.isEmpty == false)
    #expect(try await snapshots().contains(path))

    // Somebody else took the mount away, as a reboot does.
    try MountTable.unmountAll(below: path)
    try await mounter.mount(image.id, at: path)
    #expect(try DurableFile.read("\(path)/bin/busybox")?.isEmpty == false)

    try await mounter.release(path)
    try await mounter.release(path)
    #expect(try MountTable.mountPoints(below: path).isEmpty)
    #expect(try await !snapshots().contains(path))
  }

  @Test("an image that is not there is named in the complaint")
  func missing() async throws {
    let runtime = try #require(RealRuntime.current)
    let mounter = ImageMounter(
      ctr: try ContainerdPrograms.find(inPath: "").ctr,
      socketPath: runtime.settings.containerd.socketPath)
    let path = "\(runtime.settings.dataDirectory)/missing"
    await #expect(throws: ImageError.self) {
      try await mounter.mount("example.test/absent:1", at: path)
    }
  }
}
