import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Volumes that are directories of a node")
struct LocalPathVolumeTests {
  private let storageClass = SampleStorage.storageClass()

  @Test("what cannot be had is refused with what to change")
  func refusals() {
    func refusal(_ change: (inout PersistentVolumeClaim) -> Void) -> String? {
      LocalPathVolume.refusal(of: SampleStorage.claim(class: "local", change), storageClass)
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.spec.accessModes = ["ReadWriteOncePod"] } == nil)
    #expect(refusal { $0.spec.accessModes = ["ReadWriteMany"] }?.contains("accessModes") == true)
    #expect(refusal { $0.spec.volumeMode = "Block" }?.contains("volumeMode") == true)
    #expect(
      refusal { $0.document.set(["kind": "X", "name": "y"], at: ["spec", "dataSource"]) }?
        .contains("dataSource") == true)
    #expect(
      LocalPathVolume.refusal(
        of: SampleStorage.claim(class: "local"), SampleStorage.storageClass(waits: false))?
        .contains("WaitForFirstConsumer") == true)
  }

  @Test("a volume is bound to its node and kept for its claim")
  func document() {
    let claim = SampleStorage.claim(size: "3Gi", class: "local")
    let volume = PersistentVolume(
      LocalPathVolume.document(
        for: claim, storageClass, path: "/data/x", node: "n1", hostname: "host-1"))
    #expect(volume.metadata.name == "pvc-uid-c")
    #expect(volume.isReserved(for: claim))
    #expect(volume.capacity.description == "3Gi")
    #expect(volume.spec.local?.path == "/data/x")
    #expect(volume.spec.persistentVolumeReclaimPolicy == "Delete")
    #expect(LocalPathVolume.isOne(volume))
    #expect(LocalPathVolume.node(of: volume) == "n1")
    let requirement = volume.spec.nodeAffinity?.required?.nodeSelectorTerms.first?
      .document["matchExpressions"]?[0]
    #expect(
      requirement
        == ["key": "kubernetes.io/hostname", "operator": "In", "values": ["host-1"]])
  }

  @Test("its directory goes before its object does, and never while it is bound")
  func end() {
    func end(_ phase: String, _ policy: String, isTerminating: Bool)
      -> [LocalPathVolume.EndStep]
    {
      LocalPathVolume.end(
        of: SampleStorage.volume(phase: phase, policy: policy) {
          $0.metadata.finalizers = [LocalPathVolume.finalizer]
          if isTerminating { $0.metadata.deletionTimestamp = .now() }
        })
    }
    #expect(
      end("Released", "Delete", isTerminating: false)
        == [.removeDirectory, .deleteObject, .releaseObject])
    #expect(
      end("Released", "Delete", isTerminating: true) == [.removeDirectory, .releaseObject])
    #expect(end("Released", "Retain", isTerminating: false).isEmpty)
    #expect(end("Released", "Retain", isTerminating: true) == [.releaseObject])
    for policy in ["Delete", "Retain"] {
      #expect(end("Bound", policy, isTerminating: true).isEmpty)
      #expect(end("Available", policy, isTerminating: false).isEmpty)
    }
  }

  @Test("a claim that asks for more than it has grows with its volume; others' are left alone")
  func expansion() {
    var claim = SampleStorage.boundClaim()
    claim.status.capacity = ["storage": Quantity(1 << 30, format: .binarySI)]
    #expect(!ClaimExpansion.isWanted(by: claim))
    claim.document.set("2Gi", at: ["spec", "resources", "requests", "storage"])
    #expect(ClaimExpansion.isWanted(by: claim))
    let others = SampleStorage.volume(phase: "Bound", for: claim)
    #expect(ClaimExpansion.step(claim, others) == .leaveToOthers)
    let own = SampleStorage.volume(
      phase: "Bound", for: claim,
      annotations: [StorageAnnotations.provisionedBy: StorageProvisioner.localPath])
    guard case .grow(let volume, let grown) = ClaimExpansion.step(claim, own) else {
      Issue.record("it grows")
      return
    }
    #expect(volume.capacity.description == "2Gi")
    #expect(grown.status.capacity["storage"]?.description == "2Gi")
    #expect(!ClaimExpansion.isWanted(by: grown))
  }
}
