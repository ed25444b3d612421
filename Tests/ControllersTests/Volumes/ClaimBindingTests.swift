import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a claim needs next")
struct ClaimBindingTests {
  private func plan(
    _ claim: PersistentVolumeClaim, _ volumes: [PersistentVolume] = [],
    class storageClass: StorageClass? = nil, default defaultClass: String? = nil,
    pods: [String] = []
  ) -> BindingPlan {
    var around = ClaimBinding.Surroundings()
    around.volumes = volumes
    around.storageClass = storageClass
    around.defaultClass = defaultClass
    around.waitingPods = pods
    return ClaimBinding.plan(claim, around)
  }

  @Test("it gets the smallest volume that fits, and both say so")
  func smallest() {
    let claim = SampleStorage.claim(size: "2Gi")
    let plan = plan(
      claim,
      [
        SampleStorage.volume("large", size: "5Gi"), SampleStorage.volume("fits", size: "2Gi"),
        SampleStorage.volume("small", size: "2047Mi"),
      ])
    #expect(plan.volume?.metadata.name == "fits")
    #expect(plan.volume?.spec.claimRef?.uid == "uid-c")
    #expect(plan.volume?.status.phase == "Bound")
    #expect(plan.volume?.metadata.annotations == [StorageAnnotations.boundByController: "yes"])
    #expect(plan.claim?.volumeName == "fits")
    #expect(plan.claim?.status.phase == "Bound")
    #expect(plan.claim?.status.capacity["storage"]?.description == "2Gi")
    #expect(plan.claim?.status.accessModes == ["ReadWriteOnce"])
    #expect(
      plan.claim?.metadata.annotations == [
        StorageAnnotations.boundByController: "yes", StorageAnnotations.bindCompleted: "yes",
      ])
  }

  @Test(
    "a volume that differs in what matters is not for it",
    arguments: [
      SampleStorage.volume(phase: "Released"), SampleStorage.volume(class: "other"),
      SampleStorage.volume { $0.spec.volumeMode = "Block" },
      SampleStorage.volume { $0.spec.accessModes = ["ReadOnlyMany"] },
      SampleStorage.volume { $0.metadata.deletionTimestamp = .now() },
      SampleStorage.volume(for: SampleStorage.claim("another")),
      SampleStorage.volume { $0.metadata.labels = ["disk": "slow"] },
    ])
  func unfit(_ volume: PersistentVolume) {
    let claim = SampleStorage.claim { claim in
      claim.document.set(["matchLabels": ["disk": "fast"]], at: ["spec", "selector"])
    }
    let plan = plan(claim, [volume])
    #expect(plan.volume == nil)
    #expect(plan.claimNotes.map(\.reason) == ["FailedBinding"])
    var fit = SampleStorage.volume()
    fit.metadata.labels = ["disk": "fast"]
    #expect(self.plan(claim, [fit]).volume?.metadata.name == "v")
  }

  @Test("one that is kept for it comes first, and is no choice of the controller's")
  func reserved() {
    let claim = SampleStorage.claim()
    let kept = SampleStorage.volume("kept", size: "9Gi") {
      $0.spec.claimRef = claim.reference
      $0.spec.claimRef?.uid = nil
    }
    let plan = plan(claim, [SampleStorage.volume(), kept])
    #expect(plan.volume?.metadata.name == "kept")
    #expect(plan.volume?.spec.claimRef?.uid == "uid-c")
    #expect(plan.volume?.metadata.annotations.isEmpty == true)
  }

  @Test("without a class it takes the default one once there is one")
  func retroactive() {
    let claim = SampleStorage.claim(class: nil)
    #expect(plan(claim).claimNotes.map(\.reason) == ["FailedBinding"])
    #expect(plan(claim, default: "local").claim?.spec.storageClassName == "local")
    // One that wants none gets none.
    #expect(plan(SampleStorage.claim(), default: "local").claim?.spec.storageClassName == "")
  }

  @Test("where pods decide it waits, and says for whom")
  func waits() {
    let claim = SampleStorage.claim(class: "local")
    let found = SampleStorage.storageClass()
    let free = SampleStorage.volume(class: "local")
    let alone = plan(claim, [free], class: found)
    #expect(alone.volume == nil)
    #expect(
      alone.claimNotes == [
        BindingNote(
          .normal, "WaitForFirstConsumer",
          "waiting for first consumer to be created before binding")
      ])
    #expect(
      plan(claim, class: found, pods: ["b", "a"]).claimNotes.map(\.message)
        == ["waiting for pods a,b to be scheduled"])
    #expect(
      plan(claim, class: found, pods: ["a"]).claimNotes.map(\.message)
        == ["waiting for pod a to be scheduled"])
  }

  @Test("once it has a node, its class's provisioner is asked")
  func provisions() {
    let claim = SampleStorage.claim(
      class: "local", annotations: [StorageAnnotations.selectedNode: "n"])
    let own = plan(claim, class: SampleStorage.storageClass())
    #expect(
      own.claim?.metadata.annotations[StorageAnnotations.provisioner]
        == StorageProvisioner.localPath)
    #expect(own.claimNotes.isEmpty)
    let others = plan(claim, class: SampleStorage.storageClass(provisioner: "example.com/disks"))
    #expect(
      others.claim?.metadata.annotations[StorageAnnotations.betaProvisioner]
        == "example.com/disks")
    #expect(others.claimNotes.map(\.reason) == ["ExternalProvisioning"])
    #expect(
      plan(claim).claimNotes.map(\.message) == ["storageclass.storage.k8s.io \"local\" not found"])
  }

  @Test("one on its way out is given no new volume to make")
  func terminating() {
    let claim = SampleStorage.claim(
      class: "local", annotations: [StorageAnnotations.selectedNode: "n"]
    ) { $0.metadata.deletionTimestamp = .now() }
    let plan = plan(claim, class: SampleStorage.storageClass())
    #expect(plan.claim?.metadata.annotations[StorageAnnotations.provisioner] == nil)
  }

  @Test("a volume that it names is its only one, and must fit")
  func named() {
    let claim = SampleStorage.claim(size: "2Gi", volume: "v")
    #expect(plan(claim, []).claim?.status.phase == "Pending")
    #expect(
      plan(claim, [SampleStorage.volume()]).claimNotes == [
        BindingNote(
          .warning, "VolumeMismatch",
          "Cannot bind to requested volume \"v\": requested PV is too small")
      ])
    #expect(
      plan(claim, [SampleStorage.volume(size: "2Gi", for: SampleStorage.claim("other"))])
        .claimNotes.map(\.message) == ["volume \"v\" already bound to a different claim."])
    let bound = plan(claim, [SampleStorage.volume(size: "2Gi")])
    #expect(bound.claim?.status.phase == "Bound")
    #expect(bound.claim?.metadata.annotations == [StorageAnnotations.bindCompleted: "yes"])
    #expect(
      bound.volume?.metadata.annotations == [StorageAnnotations.boundByController: "yes"])
  }

  @Test("a bound one that lost its volume says so once")
  func lost() {
    let claim = SampleStorage.boundClaim()
    let gone = plan(claim)
    #expect(gone.claim?.status.phase == "Lost")
    #expect(
      gone.claimNotes.map(\.message)
        == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"])
    #expect(gone.claim.map { plan($0).claimNotes } == [])
    let stolen = plan(claim, [SampleStorage.volume(for: SampleStorage.claim("other"))])
    #expect(stolen.claimNotes.map(\.reason) == ["ClaimMisbound"])
    let kept = plan(claim, [SampleStorage.volume(phase: "Bound", for: claim)])
    #expect(kept.claim?.status.phase == "Bound")
    #expect(kept.claimNotes.isEmpty)
  }
}
