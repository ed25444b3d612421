import ContainerRuntimeInterface
import Foundations
import Resources
import SwiftProtobuf
import Testing

@testable import NodeAgent

@Suite("What a pod's files take")
struct PodStorageTests {
  @Test("volumes on disk, what containers wrote and their logs are counted, in bytes and inodes")
  func counts() throws {
    let directory = try TestDirectory()
    let configuration = NodeAgentConfiguration(
      nodeName: "a", nodeAddresses: [], dataDirectory: directory.path,
      logDirectory: "\(directory.path)/logs")
    let pod = Pod.sample {
      $0.spec.document.set(
        [
          ["name": "disk", "emptyDir": .emptyObject],
          ["name": "memory", "emptyDir": ["medium": "Memory"]],
        ], at: ["volumes"])
    }
    let paths = PodPaths(pod: pod, configuration: configuration)
    let volume = paths.volume(kind: VolumeMaterializer.kind(of: pod.spec.volumes[0]), name: "disk")
    try DurableFile.makeDirectory("\(volume)/inner", mode: 0o755)
    try DurableFile.makeDirectory("\(paths.logs)/web", mode: 0o755)
    let block = [UInt8](repeating: 1, count: 65_536)
    try FileTree.write(block, to: "\(volume)/inner/file", mode: 0o644)
    try FileTree.write(block, to: "\(paths.logs)/web/0.log", mode: 0o644)
    let statistics = CRIContainerStats.with {
      $0.attributes.metadata.name = "web"
      $0.writableLayer.usedBytes.value = 1000
      $0.writableLayer.inodesUsed.value = 7
    }
    let entry = NodePods.Entry(pod: pod, runtime: PodRuntimeState(), logDirectory: paths.logs)

    let bytes = PodStorage(configuration: configuration).use(of: entry, [statistics])
    #expect(bytes.emptyDirectories.keys.map(\.self) == ["disk"])
    #expect((65_536..<100_000).contains(bytes.emptyDirectories["disk"] ?? 0))
    #expect(bytes.written == ["web": 1000])
    #expect((66_536..<101_000).contains(bytes.containers["web"] ?? 0))

    let inodes = PodStorage(configuration: configuration, unit: .inodes).use(
      of: entry, [statistics])
    #expect(inodes.emptyDirectories == ["disk": 3])
    #expect(inodes.containers == ["web": 9] && inodes.total == 12)
  }

  @Test("what a pod asks for of a disk is reckoned as its memory is")
  func requests() {
    let pod = Pod.sample {
      $0.spec.document.set(
        [
          ["name": "a", "resources": ["requests": ["ephemeral-storage": "1Gi"]]],
          ["name": "b", "resources": ["requests": ["ephemeral-storage": "2Gi"]]],
        ], at: ["containers"])
      $0.spec.document.set(
        [["name": "i", "resources": ["requests": ["ephemeral-storage": "4Gi"]]]],
        at: ["initContainers"])
    }
    #expect(PodAmounts.request("ephemeral-storage", of: pod).roundedUp == 4 << 30)
    #expect(PodAmounts.request("memory", of: pod).isZero)
  }
}
